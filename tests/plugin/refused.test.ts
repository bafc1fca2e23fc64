import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Farm } from "../support/farm.ts";

for (const [what, program, summary] of [
  ["prints nothing", "", /printed nothing and left with 0/],
  ["prints what is no text", "head -c 3000 /dev/urandom; printf '\\001'", /signs that no text has/],
  ["prints half a JSON object", `printf '{"level":'`, /is not JSON/],
  ["prints no level", `echo '{"summary":"well"}'`, /`level` is missing/],
  ["prints a wrong fact", `echo '{"level":"ok","facts":[1]}'`, /`facts` must be a list/],
  ["prints 100 MB", "head -c 100000000 /dev/zero", /wrote more than/],
  ["hangs", "sleep 60", /did not answer within|was ended/],
  ["complains and leaves with 1", "echo no sensor >&2; exit 1", /^it left with 1: no sensor$/],
  ["ends by a signal", "kill -SEGV $$", /SIGSEGV/],
  ["takes too much memory", "dd bs=1G count=1 if=/dev/zero of=/dev/null", /memory exhausted/],
] as const)
  test(`a program that ${what} is read as unknown, and says why`, async (t) => {
    const farm = new Farm(t);
    farm.put("odd", `#!/bin/sh\n${program}\n`);
    farm.configure('[indicators.odd]\ntimeout = "2s"\n');
    const bark = await farm.read("odd");
    assert.equal(bark.level, "unknown");
    assert.match(bark.summary, summary);
  });

test("a program that says more than a bark can hold is told with its level all the same", async (t) => {
  const farm = new Farm(t);
  const say = `console.log(JSON.stringify({ level: "fail", summary: "full", content: { x: "a".repeat(261_900) } }))`;
  farm.put("odd", `#!${process.execPath}\n${say}\n`);
  const bark = await farm.read("odd");
  assert.equal(bark.level, "fail");
  assert.match(bark.summary, /^full \[content and facts left out/);
  assert.ok(Buffer.byteLength(JSON.stringify(bark)) < 2000);
});

test("what a program has started and left behind is ended with it, and delays nothing", async (t) => {
  const farm = new Farm(t);
  const left = join(farm.machine.home, "left");
  farm.put("odd", `#!/bin/sh\n(sleep 4; touch ${left}) &\necho '{"level":"ok","summary":"well"}'\n`);
  const since = Date.now();
  assert.equal((await farm.read("odd")).level, "ok");
  assert.ok(Date.now() - since < 3500);
  await new Promise((resolve) => setTimeout(resolve, 4500));
  const { existsSync } = await import("node:fs");
  assert.equal(existsSync(left), false);
});

test("a program whose interpreter is not there is read as unknown", async (t) => {
  const farm = new Farm(t);
  farm.put("odd", "#!/nowhere/sh\n");
  const bark = await farm.read("odd");
  assert.equal(bark.level, "unknown");
  assert.match(bark.summary, /cannot be (started|run)|exit 12[67]/);
});

test("what is not executable, may be written to by others, or leads nowhere is refused with the cure", async (t) => {
  const farm = new Farm(t);
  farm.put("plain", "#!/bin/sh\n", 0o644);
  farm.put("loose", "#!/bin/sh\n", 0o777);
  farm.put("Loud", "#!/bin/sh\n");
  symlinkSync("/nowhere", join(farm.plugins, "link"));
  for (const [name, cure] of [
    ["plain", /chmod \+x/],
    ["loose", /chmod go-w/],
    ["link", /link to nothing; remove it/],
  ] as const) {
    const { status, stderr } = await farm.indicator(name);
    assert.equal(status, 78);
    assert.match(stderr, cure);
  }
  const list = await farm.list();
  assert.equal(list.status, 78);
  assert.match(list.stderr, /Loud is not used: its name must be lower-case/);
  assert.match(list.stdout, /^uptime\tbuilt in/m);
  assert.deepEqual(farm.machine.barks, []);
});

test("of two plugins of one name neither is used, also when one is built in", async (t) => {
  const farm = new Farm(t);
  farm.put("room.sh", "#!/bin/sh\necho OK\n");
  farm.put("room.py", "#!/bin/sh\necho OK\n");
  farm.put("uptime", "#!/bin/sh\necho OK\n");
  const { status, stderr } = await farm.indicator("room");
  assert.equal(status, 78);
  assert.match(stderr, /another plugin is called room too; rename or remove this one/);
  assert.equal((await farm.indicator("uptime")).status, 78);
});

test("no name leads out of the folder of plugins", async (t) => {
  const farm = new Farm(t);
  for (const name of ["../../x", "/bin/sh", "a b", ""]) {
    const { status, stderr } = await farm.indicator(name);
    assert.notEqual(status, 0);
    assert.match(stderr, /cannot be the name of a plugin|give NAME/);
  }
  farm.configure('[indicators."../x"]\n');
  assert.match((await farm.indicator("uptime")).stderr, /lower-case letters, digits, - and _ only/);
});

test("an indicator whose plugin is not there is refused with its line", async (t) => {
  const farm = new Farm(t);
  farm.configure('[indicators.room]\nuse = "romm"\n');
  const { status, stderr } = await farm.indicator("room");
  assert.equal(status, 78);
  assert.match(
    stderr,
    /sheepdog\.toml:4: indicators\.room: there is no plugin "romm": see `sheepdog plugin list`/,
  );
});

test("a setting that is none is refused with its line and the one that was meant", async (t) => {
  const farm = new Farm(t);
  farm.put("room", "#!/bin/sh\n# setting: warn = 30 degrees\necho OK\n");
  farm.configure("[indicators.room]\nwran = 20\n");
  const { status, stderr } = await farm.indicator("room");
  assert.equal(status, 78);
  assert.match(
    stderr,
    /sheepdog\.toml:5: indicators\.room\.wran: is no setting of room; did you mean warn\?/,
  );
});

for (const [what, module, fault] of [
  ["does not parse", "export default plugin({", /is not TypeScript or JavaScript/],
  ["throws as it is loaded", "throw new Error('no luck');", /cannot be loaded: no luck/],
  ["exports no plugin", "export const a = 1;", /it calls itself "undefined"/],
  [
    "bears another name",
    "export default { name: 'b', about: 'x', settings: {}, monitor() {} };",
    /make them the same/,
  ],
] as const)
  test(`a module that ${what} is refused in words`, async (t) => {
    const farm = new Farm(t);
    farm.put("odd.ts", module, 0o644);
    const { status, stderr } = await farm.indicator("odd");
    assert.equal(status, 78);
    assert.match(stderr, fault);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });

test("a module whose monitor throws or never ends is read as unknown", async (t) => {
  const farm = new Farm(t);
  const module = (name: string, monitor: string): string =>
    `import { plugin } from "sheepdog/plugin";
     export default plugin({ name: "${name}", about: "a test", async monitor() { ${monitor} } });`;
  farm.put("angry.ts", module("angry", "throw new Error('no such sensor')"), 0o644);
  farm.put(
    "slow.ts",
    module("slow", "await new Promise(() => setInterval(() => 0, 1000)); return null as never"),
    0o644,
  );
  farm.configure('[indicators.slow]\ntimeout = "1s"\n');
  assert.equal((await farm.indicator("angry")).status, 0);
  assert.equal((await farm.indicator("slow")).status, 0);
  assert.deepEqual(
    farm.machine.barks.map(({ tag, level, summary }) => [tag, level, summary]),
    [
      ["angry", "unknown", "no such sensor"],
      ["slow", "unknown", "did not answer within 1s"],
    ],
  );
});

test("the settings of a program reach it, and what it remembers comes back to it", async (t) => {
  const farm = new Farm(t);
  farm.put(
    "room",
    `#!/bin/sh
# about: the room
# setting: warn = 30 degrees
# setting: names = ["a", "b"] of rooms
printf '{"level":"ok","summary":"%s %s %s","remember":7}' "$SHEEPDOG_WARN" "$(echo $SHEEPDOG_NAMES)" "$SHEEPDOG_BEFORE"
`,
  );
  farm.configure("[indicators.room]\nwarn = 20\n");
  await farm.indicator("room");
  await farm.indicator("room");
  assert.deepEqual(
    farm.machine.barks.map(({ summary }) => summary.trim()),
    ["20 a b", "20 a b 7"],
  );
});

test("what a program can be told may have a unit, and reaches it as a number", async (t) => {
  const farm = new Farm(t);
  farm.put(
    "room",
    `#!/bin/sh
# setting: age = 26h   of the newest file
# setting: full = 80%   of the disk
# setting: free = 10GiB
echo "OK $SHEEPDOG_AGE $SHEEPDOG_FULL $SHEEPDOG_FREE"
`,
  );
  farm.configure('[indicators.room]\nage = "1d 1h"\n');
  assert.equal((await farm.read("room")).summary, "OK 90000 80 10737418240");
  farm.configure('[indicators.room]\nage = "old"\n');
  assert.match((await farm.indicator("room")).stderr, /indicators\.room\.age: a span such as/);
});

for (const line of ["warn = 26x", "Warn = 3", "warn 3", "warn = yes", 'warn = "a'])
  test(`a program that says \`setting: ${line}\` is refused with the line`, async (t) => {
    const farm = new Farm(t);
    farm.put("room", `#!/bin/sh\n# setting: ${line}   limit\necho OK\n`);
    const { status, stderr } = await farm.indicator("room");
    assert.equal(status, 78);
    assert.ok(
      stderr.includes(`room has a line that says no setting, \`# setting: ${line}   limit\``),
      stderr,
    );
    assert.match(stderr, /write `setting: NAME = VALUE/);
  });

test("a program or module that says it is read every so often is held to a span", async (t) => {
  const farm = new Farm(t);
  farm.put("room", "#!/bin/sh\n# every: 5 mniutes\necho OK\n");
  assert.match((await farm.indicator("room")).stderr, /room says `every: 5 mniutes`, which is no span/);
  const module = `import { plugin } from "sheepdog/plugin";
    export default plugin({ name: "odd", about: "a test", rhythm: { every: "often" }, monitor: () => ({ level: "ok", summary: "" }) });`;
  farm.put("odd.ts", module, 0o644);
  assert.match((await farm.indicator("odd")).stderr, /its rhythm is neither a span nor a calendar/);
});

test("a module that runs a text instead of a list is told what to write", async (t) => {
  const farm = new Farm(t);
  const module = `import { plugin } from "sheepdog/plugin";
    export default plugin({ name: "odd", about: "a test", async monitor(_, { run }) { await run("who"); } });`;
  farm.put("odd.ts", module, 0o644);
  assert.match((await farm.read("odd")).summary, /write a list, run\(\["who", …\]\)/);
});
