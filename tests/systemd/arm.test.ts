import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { cronLine } from "../../src/systemd/arm.ts";
import { seconds } from "../../src/time.ts";
import { Machine } from "../support/sheepdog.ts";

const line = (rhythm: Parameters<typeof cronLine>[0]["rhythm"]): string =>
  cronLine({ name: "disk", timeout: seconds(60), rhythm });

test("a line of a crontab does about what the timer would", () => {
  for (const [calendar, moments] of [
    ["daily", "0 0 * * *"],
    ["*-*-* 0/6:00:00", "0 0-23/6 * * *"],
    ["*-*-* 03:30:00", "30 3 * * *"],
    ["Mon..Fri 6:05", "5 6 * * 1-5"],
    ["Sat,Sun *-*-* *:15", "15 * * * 6,7"],
    ["*:00", "0 * * * *"],
    ["*/2:10", "10 */2 * * *"],
  ] as const)
    assert.equal(line({ calendar }), `${moments} sheepdog-indicator disk`);
  assert.equal(line({ every: seconds(300) }), "*/5 * * * * sheepdog-indicator disk");
  assert.equal(line({ every: seconds(7200) }), "0 */2 * * * sheepdog-indicator disk");
});

test("what cron cannot do is left to whoever reads it, and never run at another time", () => {
  for (const calendar of [
    "*-*-01 03:00:00",
    "2027-01-01",
    "*:0/20",
    "quarterly",
    "Fri..Mon 3:00",
    "Mot 3:00",
  ])
    assert.equal(line({ calendar }), `# cron has no "${calendar}", say when: sheepdog-indicator disk`);
});

test("without systemd the daemon prints the standard set for cron, less what asks systemd", {
  skip: existsSync("/run/systemd/system") && "there is systemd here",
}, async (t) => {
  const { status, stdout, stderr } = await new Machine(t).run([], "sheepdog-daemon");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /there is no systemd here; for cron:/);
  const names = stdout
    .trim()
    .split("\n")
    .map((one) => one.split(" ").at(-1));
  assert.deepEqual(names, ["disk", "load", "machine", "memory", "packages", "ping", "time", "updates"]);
  assert.doesNotMatch(stdout, /^#/m);
});
