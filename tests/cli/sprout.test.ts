import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { DIST, Machine } from "../support/sheepdog.ts";

for (const [language, file] of [
  ["sh", "beds.sh"],
  ["python", "beds.py"],
  ["ts", "beds.ts"],
  ["ruby", "beds.rb"],
  ["guile", "beds.scm"],
] as const)
  test(`a plugin begun in ${language} works as it is, and so does its test`, async (t) => {
    const machine = new Machine(t);
    const made = await machine.run(["plugin", "new", "beds", "--lang", language]);
    assert.equal(made.status, 0, made.stderr);
    assert.ok(made.stdout.startsWith(`${file}\nbeds.test.sh\n`), made.stdout);
    const tried = await machine.run(["plugin", "test", `./${file}`, "--json"]);
    assert.equal(tried.status, 0, tried.stdout + tried.stderr);
    const { kept, bark } = JSON.parse(tried.stdout) as {
      kept: boolean;
      bark: { level: string; summary: string };
    };
    assert.equal(kept, true);
    assert.equal(bark.level, "ok");
    assert.match(bark.summary, /\d files/);
    // Its test calls `sheepdog`.
    const bin = join(machine.home, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "sheepdog"),
      `#!/bin/sh\nexec "${process.execPath}" "${join(DIST, "sheepdog.cjs")}" "$@"\n`,
    );
    chmodSync(join(bin, "sheepdog"), 0o755);
    const ran = spawnSync("sh", ["beds.test.sh"], {
      cwd: machine.home,
      env: { ...machine.environment, PATH: `${bin}:${machine.environment["PATH"]}` },
      encoding: "utf8",
    });
    assert.deepEqual([ran.status, ran.stdout], [0, "ok\n"], ran.stderr);
  });

test("a plugin that is there is not written over, and a name that is none is refused", async (t) => {
  const machine = new Machine(t);
  await machine.run(["plugin", "new", "beds"]);
  const again = await machine.run(["plugin", "new", "beds"]);
  assert.notEqual(again.status, 0);
  assert.match(again.stderr, /beds\.sh is there already: choose another name/);
  assert.match(
    (await machine.run(["plugin", "new", "disk"])).stderr,
    /built in is called disk: choose another/,
  );
  assert.match((await machine.run(["plugin", "new", "../beds"])).stderr, /cannot be the name of a plugin/);
  assert.equal((await machine.run(["plugin", "new", "x", "--lang", "cobol"])).status, 64);
});
