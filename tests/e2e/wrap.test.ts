import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { redis } from "../support/redis.ts";
import { DIST, finished, Machine } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";

test("a job that succeeds is quiet, and nothing is left behind", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run(["-e", "echo out; echo err >&2"]);
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, "", ""]);
  assert.deepEqual(machine.barks, []);
});

test("a job that fails barks with its command, exit code and both streams", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run([
    "-t",
    "BORG",
    "-m",
    "monitor-error",
    "-e",
    "echo out; echo err >&2; exit 3",
  ]);
  assert.equal(ran.status, 3);
  assert.equal(ran.stdout, "");
  assert.match(ran.stderr, /^sheepdog: \[fail\] BORG: exit 3 after \d+m?s; bark in .*spool\n$/);
  const [bark] = machine.barks;
  assert.ok(bark);
  assert.deepEqual([bark.tag, bark.level, bark.monitor], ["BORG", "fail", "error"]);
  assert.match(bark.summary, /^exit 3 after /);
  const { command, status, signal, stdout, stderr, truncated } = bark.content;
  assert.deepEqual(
    { command, status, signal, stdout, stderr, truncated },
    {
      command: "echo out; echo err >&2; exit 3",
      status: 3,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
    },
  );
});

test("after -- stands an argument vector that no shell looks at", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run(["--always", "--", "printf", "%s|", "$HOME", "a b", "*", "-v"]);
  assert.equal(ran.status, 0);
  assert.equal(machine.barks[0]?.content.stdout, "$HOME|a b|*|-v|");
  assert.equal(machine.barks[0]?.content.command, "printf '%s|' '$HOME' 'a b' '*' -v");
});

test("the exit code is the job's own", async (t) => {
  const machine = new Machine(t);
  const plain = join(machine.home, "plain");
  writeFileSync(plain, "not a program");
  const cases: readonly (readonly [number, readonly string[]])[] = [
    [0, ["-e", "true"]],
    [1, ["-e", "false"]],
    [255, ["-e", "exit 255"]],
    [127, ["-e", "no-such-command-here"]],
    [127, ["--", "no-such-command-here"]],
    [126, ["--", plain]],
    [126, ["--", machine.home]],
    [137, ["-e", "kill -9 $$"]],
    [143, ["-e", "kill -TERM $$"]],
    [139, ["-e", "kill -SEGV $$"]],
  ];
  for (const [status, args] of cases) assert.equal((await machine.run(args)).status, status, args.join(" "));
});

test("a job that was bad and is well again barks once more, and then is quiet", async (t) => {
  const machine = new Machine(t);
  const job = ["-t", "J", "-e", `test -e ${machine.home}/well`];
  await machine.run(job);
  await machine.run(job);
  writeFileSync(join(machine.home, "well"), "");
  for (let run = 0; run < 3; run++) assert.equal((await machine.run(job)).stderr, "");
  assert.deepEqual(
    machine.barks.map(({ level }) => level),
    ["fail", "fail", "ok"],
  );
});

test("--always barks every time, and --expect says when the next is due", async (t) => {
  const machine = new Machine(t);
  await machine.run(["--always", "-t", "A", "-e", "true"]);
  await machine.run(["--expect", "24h", "-t", "B", "-e", "true"]);
  assert.deepEqual(
    machine.barks.map(({ tag, level, expect }) => [tag, level, expect]),
    [
      ["A", "ok", undefined],
      ["B", "ok", "24h"],
    ],
  );
});

test("a job's pipes are pipes: it may open /dev/stderr and /dev/stdout again", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run([
    "--always",
    "-e",
    "echo one >/dev/stdout; echo two >/dev/stderr; echo three",
  ]);
  assert.equal(ran.status, 0);
  assert.equal(machine.barks[0]?.content.stdout, "one\nthree\n");
  assert.equal(machine.barks[0]?.content.stderr, "two\n");
});

test("-v passes both streams through, unmixed and as they come", async (t) => {
  const machine = new Machine(t);
  const child = machine.start([
    "-v",
    "-e",
    `echo first; echo oops >&2; while ! test -e ${machine.home}/go; do sleep 0.02; done; echo last; exit 4`,
  ]);
  const seen = finished(child);
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => (out += chunk));
  await until("the first line", () => out === "first\n");
  writeFileSync(join(machine.home, "go"), "");
  const ran = await seen;
  assert.equal(ran.status, 4);
  assert.equal(ran.stdout, "first\nlast\n");
  assert.match(ran.stderr, /^oops\nsheepdog: \[fail\]/);
});

test("-v into a reader that leaves does not hurt the job", async (t) => {
  const machine = new Machine(t);
  const script = `"$NODE" "$SHEEPDOG" -v --always -t T -e 'i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 5'; echo $? > status`;
  const child = spawn("/bin/bash", ["-c", `{ ${script}; } | head -1`], {
    cwd: machine.home,
    env: {
      ...machine.environment,
      NODE: process.execPath,
      SHEEPDOG: new URL("../../../dist/sheepdog.cjs", import.meta.url).pathname,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.equal((await finished(child)).stdout, "line 0\n");
  assert.equal(readFileSync(join(machine.home, "status"), "utf8"), "5\n");
  assert.match(machine.barks[0]?.content.stdout ?? "", /line 19999\n$/);
});

test("-v loses nothing when its reader is slower than the job", async (t) => {
  const machine = new Machine(t);
  const child = machine.start(["-v", "--", "head", "-c", "3000000", "/dev/zero"]);
  let length = 0;
  child.stdout?.pause();
  setTimeout(() => child.stdout?.on("data", (chunk: Buffer) => (length += chunk.length)).resume(), 500);
  const [status] = await new Promise<[number | null]>((resolve) =>
    child.on("close", (code) => resolve([code])),
  );
  assert.equal(status, 0);
  assert.equal(length, 3_000_000);
});

test("stdin is the caller's", async (t) => {
  const machine = new Machine(t);
  const child = machine.start(["-v", "-e", "cat"], "sheepdog", "pipe");
  child.stdin?.end("from the caller");
  assert.equal((await finished(child)).stdout, "from the caller");
});

test("a gigabyte of output passes in constant memory, and its head and tail are kept", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run([
    "--always",
    "-t",
    "BIG",
    "-e",
    "echo start; head -c 1000000000 /dev/zero | tr '\\0' x; echo; echo end; grep VmHWM /proc/$PPID/status >&2",
  ]);
  assert.equal(ran.status, 0);
  const [bark] = machine.barks;
  assert.match(bark?.content.stdout ?? "", /^start\nx+\n\[… \d+ bytes left out …\]\nx+\nend\n$/);
  assert.ok((bark?.content.stdout.length ?? 0) < 65_536 + 64);
  assert.equal(bark?.content.truncated, true);
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(bark?.content.stderr ?? "")?.[1]);
  assert.ok(peak > 0 && peak < 120_000, `peak memory ${peak} kB`);
});

test("--timeout stops the whole process group, with 124", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run([
    "--timeout",
    "0.3s",
    "-t",
    "SLOW",
    "-e",
    `sleep 60 & echo $! > ${machine.home}/pid; wait`,
  ]);
  assert.equal(ran.status, 124);
  assert.ok(ran.elapsed < 5000);
  assert.match(ran.stderr, /stopped after \d+ms, longer than its limit of 300ms/);
  assert.equal(machine.barks[0]?.content.timeout, 0.3);
  const pid = Number(readFileSync(join(machine.home, "pid"), "utf8"));
  await until(
    "it is so",
    () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "),
  );
});

test("a job that ignores SIGTERM is killed after the grace", async (t) => {
  const machine = new Machine(t);
  mkdirSync(join(machine.home, ".config/sheepdog"), { recursive: true });
  writeFileSync(join(machine.home, ".config/sheepdog/sheepdog.toml"), 'grace = "200ms"\n');
  const ran = await machine.run(["--timeout", "0.2s", "-e", "trap '' TERM; while :; do sleep 0.05; done"]);
  assert.equal(ran.status, 124);
  assert.ok(ran.elapsed < 5000);
});

for (const [signal, status] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const)
  test(`${signal} is passed on to the job and reported`, async (t) => {
    const machine = new Machine(t);
    const child = machine.start([
      "-t",
      "S",
      "--",
      "/bin/sh",
      "-c",
      `echo ready > ${machine.home}/ready; exec sleep 60`,
    ]);
    const ended = finished(child);
    await until("the job has started", () => existsSync(join(machine.home, "ready")));
    child.kill(signal);
    assert.equal((await ended).status, status);
    assert.equal(machine.barks[0]?.content.signal, signal);
  });

test("a job that catches a signal and ends well has ended well", async (t) => {
  const machine = new Machine(t);
  const child = machine.start([
    "-e",
    `trap 'exit 0' TERM; echo > ${machine.home}/ready; while :; do sleep 0.02; done`,
  ]);
  const ended = finished(child);
  await until("the job has started", () => existsSync(join(machine.home, "ready")));
  child.kill("SIGTERM");
  assert.equal((await ended).status, 0);
});

test("a grandchild that keeps the output open holds the wrapper for a few seconds only", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run(["--always", "-e", `sleep 30 & echo $! > ${machine.home}/pid; echo done`]);
  assert.equal(ran.status, 0);
  assert.ok(ran.elapsed < 5000, `${ran.elapsed} ms`);
  assert.equal(machine.barks[0]?.content.stdout, "done\n");
  process.kill(Number(readFileSync(join(machine.home, "pid"), "utf8")));
});

test("pipes are used again, and runs at one time do not mix their output", async (t) => {
  const machine = new Machine(t);
  await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      machine.run(["--always", "-t", `T${i}`, "-e", `echo out${i}; sleep 0.05; echo err${i} >&2`]),
    ),
  );
  for (const bark of machine.barks) {
    const number = bark.tag.slice(1);
    assert.deepEqual([bark.content.stdout, bark.content.stderr], [`out${number}\n`, `err${number}\n`]);
  }
  const pipes = readdirSync(join(machine.state, "run/pipes"));
  assert.ok(pipes.length <= 16 && pipes.every((name) => !name.includes("@")), pipes.join(" "));
  await machine.run(["-e", "true"]);
  assert.equal(readdirSync(join(machine.state, "run/pipes")).length, pipes.length);
});

test("--lock lets one run per tag go on at a time: skip leaves with 75, wait waits", async (t) => {
  const machine = new Machine(t);
  const first = machine.start([
    "--lock",
    "-t",
    "L",
    "-e",
    `echo > ${machine.home}/ready; while ! test -e ${machine.home}/go; do sleep 0.02; done`,
  ]);
  const ended = finished(first);
  await until("the job has started", () => existsSync(join(machine.home, "ready")));
  const skipped = await machine.run(["--lock", "-t", "L", "-e", "echo > second"]);
  assert.equal(skipped.status, 75);
  assert.match(skipped.stderr, /skipped: another run of "L" has not ended/);
  assert.equal((await machine.run(["--lock=skip", "-t", "OTHER", "-e", "true"])).status, 0);
  const patient = finished(machine.start(["--lock=wait", "-t", "L", "-e", `echo > ${machine.home}/third`]));
  writeFileSync(join(machine.home, "go"), "");
  assert.equal((await ended).status, 0);
  assert.equal((await patient).status, 0);
  assert.ok(existsSync(join(machine.home, "third")) && !existsSync(join(machine.home, "second")));
});

test("a lock dies with its holder, also by kill -9", async (t) => {
  const machine = new Machine(t);
  const first = machine.start([
    "--lock",
    "-t",
    "L",
    "--",
    "/bin/sh",
    "-c",
    `echo $$ > ${machine.home}/pid; exec sleep 60`,
  ]);
  const ended = finished(first);
  await until(
    "it is so",
    () => existsSync(join(machine.home, "pid")) && readFileSync(join(machine.home, "pid"), "utf8") !== "",
  );
  first.kill("SIGKILL");
  process.kill(Number(readFileSync(join(machine.home, "pid"), "utf8")), "SIGKILL");
  await ended;
  assert.equal((await machine.run(["--lock", "-t", "L", "-e", "true"])).status, 0);
});

test("a wrong line is refused before the job starts, with the remedy", async (t) => {
  const machine = new Machine(t);
  const job = ["-e", `touch ${machine.home}/ran`];
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/unknown option --timeuot/, ["--timeuot", "2h", ...job]],
    [/--timeout needs a time such as/, ["--timeout", "soon", ...job]],
    [/--lock is skip or wait, not "never"/, ["--lock=never", ...job]],
    [/no monitor is called "disk"/, ["-m", "disk", ...job]],
    [/not both/, [...job, "--", "true"]],
    [/no command to run/, ["-t", "T"]],
    [/--tag needs a value/, [...job, "--tag"]],
    [/unexpected "oops"/, [...job, "oops"]],
  ];
  for (const [message, args] of cases) {
    const ran = await machine.run(args);
    assert.equal(ran.status, 64, args.join(" "));
    assert.match(ran.stderr, message);
  }
  assert.ok(!existsSync(join(machine.home, "ran")));
});

test("a broken configuration costs the settings, not the job and not the bark", async (t) => {
  const machine = new Machine(t);
  const file = join(machine.home, "broken.toml");
  writeFileSync(file, 'nmae = "x"\n');
  const ran = await machine.run(["-c", file, "-t", "C", "-e", "exit 7"]);
  assert.equal(ran.status, 7);
  assert.match(ran.stderr, /nmae/);
  assert.equal(machine.barks.length, 1);
  assert.equal((await machine.run(["-c", file, "-t", "D", "-e", "true"])).status, 0);
});

test("a spool that cannot be written to costs nothing but the bark, which is said loudly", async (t) => {
  const machine = new Machine(t);
  writeFileSync(join(machine.home, "file"), "");
  machine.environment["SHEEPDOG_SPOOL"] = join(machine.home, "file/spool");
  const ran = await machine.run(["-e", "exit 9"]);
  assert.equal(ran.status, 9);
  assert.match(ran.stderr, /bark LOST: /);
});

test("a state folder that cannot be written to costs the memory alone", async (t) => {
  const machine = new Machine(t);
  writeFileSync(machine.state, "a file, not a folder");
  const ran = await machine.run(["-e", "echo >/dev/null; exit 9"]);
  assert.equal(ran.status, 9);
  assert.match(ran.stderr, /cannot remember/);
  assert.equal(machine.barks.length, 1);
});

test("where the password of Redis is not this user's, the bark is left for sheepdog-flush and nothing is to be mended", async (t) => {
  for (const settings of [
    ["--requirepass", "hunter2"],
    ["--user", "client", "on", ">hunter2", "~*", "+@all", "--user", "default", "off"],
  ]) {
    const server = await redis(t, { settings });
    const machine = new Machine(t);
    const file = join(machine.home, "sheepdog.toml");
    writeFileSync(
      file,
      `[redis]\nport = ${server.port}\n${settings.includes("client") ? 'user = "client"\n' : ""}`,
    );
    const run = await machine.run(["-c", file, "-t", "X", "-e", "exit 3"]);
    assert.equal(run.status, 3);
    assert.match(run.stderr, /^sheepdog: \[fail\] X: .*; bark in .*spool, for sheepdog-flush to send\n$/);
    assert.equal(machine.barks.length, 1);
  }
});

test("secrets in the command and in its output are masked before they leave", async (t) => {
  const machine = new Machine(t);
  await machine.run([
    "-e",
    "PGPASSWORD=hunter2 true; echo postgres://bob:hunter2@db/x; echo --password=hunter2 >&2; exit 1",
  ]);
  const text = JSON.stringify(machine.barks);
  assert.equal(machine.barks.length, 1);
  assert.ok(!text.includes("hunter2"), text);
  assert.ok(
    !JSON.stringify(
      readdirSync(join(machine.state, "barked")).map((name) =>
        readFileSync(join(machine.state, "barked", name), "utf8"),
      ),
    ).includes("hunter2"),
  );
});

test("without --tag a job is called by a short form of its command, one name for one command", async (t) => {
  const machine = new Machine(t);
  await machine.run(["-e", "/bin/false --stats"]);
  await machine.run(["-e", `false ${"a".repeat(100)}1`]);
  await machine.run(["-e", `false ${"a".repeat(100)}2`]);
  const tags = machine.barks.map(({ tag }) => tag);
  assert.equal(tags[0], "false --stats");
  assert.equal(new Set(tags).size, 3);
  assert.ok(
    tags.every((tag) => tag.length <= 66),
    tags.join("\n"),
  );
});

test("on a terminal the job may ask for a passphrase and Ctrl-C reaches it once", (t) => {
  const machine = new Machine(t);
  const program = join(machine.home, "ask");
  writeFileSync(program, `#!/bin/sh\nread word </dev/tty && echo "got $word"\n`);
  chmodSync(program, 0o755);
  const node = `${process.execPath} ${new URL("../../../dist/sheepdog.cjs", import.meta.url).pathname}`;
  const run = spawnSync("script", ["-qec", `${node} -v -- ${program}`, "/dev/null"], {
    input: "sesame\n",
    env: machine.environment,
    timeout: 20_000,
  });
  assert.equal(run.status, 0);
  assert.match(run.stdout.toString(), /got sesame/);
});

test("stderr that nobody reads any more changes nothing for the job", async (t) => {
  const machine = new Machine(t);
  const script = `"$NODE" "$SHEEPDOG" -t T -e 'sleep 0.2; exit 3' 2> >(true); echo $?`;
  const child = spawn("/bin/bash", ["-c", script], {
    env: { ...machine.environment, NODE: process.execPath, SHEEPDOG: join(DIST, "sheepdog.cjs") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.equal((await finished(child)).stdout, "3\n");
  assert.equal(machine.barks.length, 1);
});

test("standard streams that are closed change nothing for the job", async (t) => {
  const machine = new Machine(t);
  const script = `"$NODE" "$SHEEPDOG" -t T -e 'echo out; echo err >&2; exit 3' <&- >&- 2>&-; echo $? >status`;
  const child = spawn("/bin/bash", ["-c", script], {
    cwd: machine.home,
    env: { ...machine.environment, NODE: process.execPath, SHEEPDOG: join(DIST, "sheepdog.cjs") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await finished(child);
  assert.equal(readFileSync(join(machine.home, "status"), "utf8"), "3\n");
  assert.equal(machine.barks[0]?.content.stdout, "out\n");
});

test("a job that has become another user cannot be stopped, and is waited for", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to make a setuid program");
  const machine = new Machine(t);
  // What sudo does: a program of root's for everybody.
  const become = join(machine.home, "become");
  copyFileSync(execFileSync("which", ["setpriv"], { encoding: "utf8" }).trim(), become);
  chmodSync(become, 0o4755);
  const place = join(machine.home, "dist");
  cpSync(DIST, place, { recursive: true });
  for (const folder of [machine.home, place]) chmodSync(folder, 0o777);
  const child = spawn(
    process.execPath,
    [
      join(place, "sheepdog.cjs"),
      "--timeout",
      "200ms",
      "-t",
      "S",
      "--",
      become,
      "--reuid",
      "0",
      "--clear-groups",
      "sleep",
      "1",
    ],
    {
      uid: 65_534,
      gid: 65_534,
      env: { ...machine.environment, HOME: join(machine.home, "nobody") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const ran = await finished(child);
  assert.equal(ran.status, 124, ran.stderr);
  assert.equal(machine.barks[0]?.level, "fail");
});

test("what somebody else puts among the pipes is neither followed nor written to", async (t) => {
  const machine = new Machine(t);
  const pipes = join(machine.state, "run/pipes");
  mkdirSync(pipes, { recursive: true });
  const target = join(machine.home, "target");
  writeFileSync(target, "precious");
  for (const name of ["0a", "0b"]) symlinkSync(target, join(pipes, name));
  const ran = await machine.run(["--always", "-t", "T", "-e", "echo overwritten"]);
  assert.equal(ran.status, 0);
  assert.equal(readFileSync(target, "utf8"), "precious");
  assert.equal(machine.barks[0]?.content.stdout, "overwritten\n");
});

test("a secret that a cut runs through is masked, too", async (t) => {
  const machine = new Machine(t);
  // The default keeps 32 KiB of the end: the cut falls into the word after the equals sign.
  await machine.run([
    "-t",
    "T",
    "-e",
    "head -c 70000 /dev/zero | tr '\\0' x; printf ' PGPASSWORD=hunter2hunter2'; head -c 32762 /dev/zero | tr '\\0' '\\n'; exit 1",
  ]);
  const { stdout = "", truncated } = machine.barks[0]?.content ?? {};
  assert.equal(truncated, true);
  assert.doesNotMatch(stdout, /unter2|hunter/);
});

test("where the user's own patterns cannot be read no output leaves", async (t) => {
  const machine = new Machine(t);
  const file = join(machine.home, "broken.toml");
  writeFileSync(file, 'redact = ["token-[0-9]+"]\nnmae = "x"\n');
  assert.equal((await machine.run(["-c", file, "-t", "T", "-e", "echo token-123; exit 2"])).status, 2);
  assert.match(machine.barks[0]?.content.stdout ?? "", /^\[withheld: /);
  assert.ok(!JSON.stringify(machine.barks[0]?.content.stdout).includes("123"));
});

test("a state and a spool where there can be none end in a line on stderr, not in a wrapper that never ends", async (t) => {
  const machine = new Machine(t);
  machine.environment["SHEEPDOG_STATE"] = "/proc/nowhere/state";
  machine.environment["SHEEPDOG_SPOOL"] = "/proc/nowhere/spool";
  const ran = await machine.run(["-t", "T", "-e", "exit 9"]);
  assert.equal(ran.status, 9);
  assert.match(ran.stderr, /bark LOST: /);
});

test("a full stderr, an ignored stderr: the exit code is the job's own", async (t) => {
  const machine = new Machine(t);
  const environment = {
    ...machine.environment,
    NODE: process.execPath,
    SHEEPDOG: join(DIST, "sheepdog.cjs"),
  };
  const script = `"$NODE" "$SHEEPDOG" -t T -e 'sleep 0.2; exit 3' 2>/dev/full; echo $?`;
  const child = spawn("/bin/bash", ["-c", script], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  assert.equal((await finished(child)).stdout, "3\n");
});

test("-v leaves a pipe that others write to as it was", async (t) => {
  const machine = new Machine(t);
  const environment = {
    ...machine.environment,
    NODE: process.execPath,
    SHEEPDOG: join(DIST, "sheepdog.cjs"),
  };
  const script = `( "$NODE" "$SHEEPDOG" -v -e 'echo; sleep 1' & sleep 0.5; seq 1 300000; wait ) | ( sleep 1; wc -l )`;
  const child = spawn("/bin/bash", ["-c", script], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  assert.equal((await finished(child)).stdout.trim(), "300001");
});

test("a configuration that is a pipe is read once, and one that never comes is not waited for", async (t) => {
  const machine = new Machine(t);
  const environment = {
    ...machine.environment,
    NODE: process.execPath,
    SHEEPDOG: join(DIST, "sheepdog.cjs"),
  };
  const script = `"$NODE" "$SHEEPDOG" -c <(echo 'name = "piped"') --timeout 200ms -t T -e 'sleep 5'; mkfifo -m 600 never; "$NODE" "$SHEEPDOG" -c never -t U -e 'exit 3'; echo $?`;
  const child = spawn("/bin/bash", ["-c", script], {
    cwd: machine.home,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran = await finished(child);
  assert.equal(ran.stdout, "3\n");
  assert.match(ran.stderr, /never.*writes to it|never.*pipe/);
  assert.equal(machine.barks[0]?.host, "piped");
});

test("without a home, and for a user that nobody knows, the job runs all the same", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to become another user");
  const machine = new Machine(t);
  const place = join(machine.home, "dist");
  cpSync(DIST, place, { recursive: true });
  chmodSync(machine.home, 0o755);
  const child = spawn(process.execPath, [join(place, "sheepdog.cjs"), "-v", "-e", "echo ran; exit 3"], {
    uid: 12_345,
    gid: 12_345,
    env: { PATH: machine.environment["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ran = await finished(child);
  assert.deepEqual([ran.status, ran.stdout], [3, "ran\n"]);
});
