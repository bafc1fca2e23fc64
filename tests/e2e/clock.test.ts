import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { redis } from "../support/redis.ts";
import { DIST, finished, Machine } from "../support/sheepdog.ts";

test("machines whose clocks are twenty minutes ahead and behind are heard in the order in which things happened", async (t) => {
  const server = await redis(t);
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(
    config,
    `[redis]\nport = ${server.port}\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\n`,
  );
  const since = Date.now();
  // Level by level: filed as they say, the job would end as "fail", told by the clock that is ahead.
  for (const [clock, command] of [
    ["+20m", "exit 1"],
    ["-20m", "true"],
    ["+20m", "exit 2"],
    ["-20m", "true"],
  ] as const)
    await finished(
      spawn(
        "faketime",
        [
          "-f",
          clock,
          process.execPath,
          join(DIST, "sheepdog.cjs"),
          "-c",
          config,
          "-t",
          "JOB",
          "--always",
          "-e",
          command,
        ],
        { env: machine.environment, cwd: machine.home, stdio: "ignore" },
      ),
    );
  const handled = await machine.run(["-c", config, "--once"], "sheepdog-handler");
  assert.equal(handled.status, 0, handled.stderr);
  const barks = JSON.parse((await machine.run(["list", "--json"])).stdout) as Bark[];
  assert.deepEqual(
    barks.map(({ level, summary }) => `${level} ${summary.slice(0, 6)}`),
    ["fail exit 1", "ok done a", "fail exit 2", "ok done a"],
  );
  for (const { time } of barks) {
    const moment = Date.parse(time);
    assert.ok(moment >= since - 5000 && moment <= Date.now() + 5000, `${time} is by the broker's clock`);
  }
  assert.equal((await machine.run(["status"])).status, 0, "all is well: the last word counts");
  const shown = await machine.run(["show", barks[0]?.id ?? ""]);
  assert.match(shown.stdout, /claimed .*not believed/);
});
