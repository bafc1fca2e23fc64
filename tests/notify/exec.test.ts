import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Config } from "../../src/config/schema.ts";
import { openWay } from "../../src/notify/open.ts";
import type { Way } from "../../src/notify/outcome.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel } from "../support/notice.ts";

/** The way to a program, and the folder where it is. */
function program(t: TestContext, source: string, more: object = {}, ...args: readonly string[]) {
  const home = folder(t);
  const file = join(home, "tell");
  writeFileSync(file, source, { mode: 0o755 });
  const { receivers } = Config.parse({
    receivers: { script: { kind: "exec", command: [file, ...args], ...more } },
  });
  const [receiver] = Object.values(receivers);
  assert.ok(receiver !== undefined);
  const open = (): Way => openWay("script", receiver, { pipes: join(home, "run"), write: assert.fail });
  return { home, file, open };
}

test("a program in Python reads the parcel as JSON on stdin", async (t) => {
  const { home, open } = program(
    t,
    `#!/usr/bin/env python3
import json, os, sys
parcel = json.load(sys.stdin)
with open(os.path.join(os.path.dirname(sys.argv[0]), sys.argv[1]), "w") as out:
    for notice in parcel["notices"]:
        print(notice["kind"], notice["bark"]["host"], notice["bark"]["content"]["status"], parcel["title"], file=out)
print("rang the bell")
`,
    {},
    "out put",
  );
  assert.deepEqual(await open().tell(parcel()), { kind: "told", said: "rang the bell" });
  assert.equal(
    readFileSync(join(home, "out put"), "utf8"),
    "bad penguin2 2 [fail] BORG-ETC on penguin2: exit 2 after 12s\n",
  );
});

test("a program in sh finds the short of it in its environment, and nothing of ours", async (t) => {
  process.env["SHEEPDOG_TEST_OURS"] = "hunter2";
  const { home, open } = program(t, '#!/bin/sh\nenv | sort >"$(dirname "$0")/env"\n');
  assert.deepEqual(await open().tell(parcel()), { kind: "told", said: undefined });
  delete process.env["SHEEPDOG_TEST_OURS"];
  const lines = readFileSync(join(home, "env"), "utf8").split("\n");
  const names = lines.map((line) => line.split("=")[0]).filter((name) => /^[A-Z_]+$/.test(name ?? ""));
  assert.deepEqual(names, [
    "HOME",
    "LC_ALL",
    "PATH",
    "PWD",
    "SHEEPDOG_COUNT",
    "SHEEPDOG_HOST",
    "SHEEPDOG_ID",
    "SHEEPDOG_KIND",
    "SHEEPDOG_LEVEL",
    "SHEEPDOG_RECEIVER",
    "SHEEPDOG_TAG",
    "SHEEPDOG_TEXT",
    "SHEEPDOG_TITLE",
  ]);
  for (const line of [
    "SHEEPDOG_HOST=penguin2",
    "SHEEPDOG_KIND=bad",
    "SHEEPDOG_LEVEL=fail",
    "SHEEPDOG_COUNT=1",
  ])
    assert.ok(lines.includes(line), line);
});

test("whatever a bark holds, no shell and no variable is made of it", async (t) => {
  const evil = '$(touch "$HOME/owned"); `id`\0\n; PATH=/tmp';
  const { home, open } = program(t, '#!/bin/sh\nprintf "%s" "$SHEEPDOG_TAG" >"$(dirname "$0")/tag"\n');
  const outcome = await open().tell(parcel(notice({ bark: bark({ tag: evil, host: evil, summary: evil }) })));
  assert.equal(outcome.kind, "told");
  assert.equal(readFileSync(join(home, "tag"), "utf8"), evil.replace("\0", "\\x00").replace("\n", "\\n"));
  assert.equal(existsSync(join(process.env["HOME"] ?? "/", "owned")), false);
});

for (const [what, script, outcome] of [
  ["says 75", "echo busy >&2; exit 75", { kind: "later", reason: "exit 75: busy", whose: "parcel" }],
  ["fails", "echo no paper >&2; exit 3", { kind: "refused", reason: "exit 3: no paper" }],
  [
    "hangs",
    "trap '' TERM; sleep 30",
    { kind: "later", reason: "it was not done within 1s", whose: "parcel" },
  ],
  ["is killed", "kill -9 $$", { kind: "later", reason: "it was ended by SIGKILL", whose: "parcel" }],
  ["reads nothing", "exec <&-; exit 0", { kind: "told", said: undefined }],
] as const)
  test(`of a program that ${what} is said that`, async (t) => {
    const { open } = program(t, `#!/bin/sh\n${script}\n`, { timeout: "1s" });
    assert.deepEqual(
      await open().tell(parcel(notice({ bark: bark({ content: { x: "y".repeat(200_000) } }) }))),
      outcome,
    );
  });

test("a program that floods its output or its memory harms nobody but itself", async (t) => {
  const flood = program(t, "#!/bin/sh\nhead -c 50000000 /dev/zero | tr '\\0' x; echo end >&2; exit 1\n");
  assert.deepEqual(await flood.open().tell(parcel()), { kind: "refused", reason: "exit 1: end" });
  const greedy = program(t, "#!/usr/bin/env python3\nx = bytearray(2_000_000_000)\n");
  assert.deepEqual(await greedy.open().tell(parcel()), { kind: "refused", reason: "exit 1: MemoryError" });
});

test("a program that is not there, cannot be run, or that others may write to is refused at once", (t) => {
  const { file, open } = program(t, "#!/bin/sh\n");
  chmodSync(file, 0o777);
  assert.throws(open, (error) => /others may write/.test((error as { advice: string }).advice));
  chmodSync(file, 0o644);
  assert.throws(open, (error) =>
    /is not executable; run `chmod \+x/.test((error as { advice: string }).advice),
  );
  const { receivers } = Config.parse({ receivers: { script: { kind: "exec", command: "/nonexistent" } } });
  assert.throws(
    () => receivers["script"] && openWay("script", receivers["script"], { pipes: "/", write: assert.fail }),
    /receivers\.script\.command: \/nonexistent cannot be run/,
  );
});

test("a program that went away is waited for, as is its interpreter", async (t) => {
  const { file, open } = program(t, "#!/nonexistent/sh\n");
  const way = open();
  for (const mend of [() => rmSync(file), () => undefined]) {
    const outcome = await way.tell(parcel());
    assert.match(JSON.stringify(outcome), /"later".*it cannot be run \(exit 127: .*"receiver"/);
    mend();
  }
});
