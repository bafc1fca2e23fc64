import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { calendarNext, next } from "../../src/systemd/timer.ts";
import { epoch, iso } from "../../src/time.ts";
import { Host, hostless } from "../support/host.ts";

const NOW = epoch(Date.parse("2026-03-27T12:00:00Z"));
const at = (text: string) => epoch(Date.parse(text));

test("a timer that waits says when it elapses next", async () => {
  const timer = { NextElapseUSecRealtime: ["Sat 2026-03-28 01:30:00.000000 UTC"] };
  assert.equal(await next(timer, NOW), at("2026-03-28T01:30:00Z"));
});

test("of a timer that counts from its last run the next is computed while that run lasts", async () => {
  const timer = {
    NextElapseUSecRealtime: [""],
    NextElapseUSecMonotonic: ["infinity"],
    TimersMonotonic: ["{ OnUnitActiveUSec=1h 30min ; next_elapse=0 }"],
    LastTriggerUSec: ["Fri 2026-03-27 11:50:00.000000 UTC"],
    RandomizedDelayUSec: ["5min"],
  };
  assert.equal(await next(timer, NOW), at("2026-03-27T13:25:00Z"));
});

test("the time that a machine was asleep does not count", { skip: hostless }, () => {
  // A clock that was asleep for a day, as this process sees it.
  const script = `
    const { next } = await import(${JSON.stringify(new URL("../../src/systemd/timer.js", import.meta.url).href)});
    const running = Number(process.hrtime.bigint()) / 1e9;
    const timer = { NextElapseUSecMonotonic: [\`\${Math.ceil(running) + 3600}s\`] };
    console.log((await next(timer, Date.now())) - Date.now());`;
  const words = [
    "--time",
    "--boottime",
    "86400",
    "--",
    process.execPath,
    "--input-type=module",
    "-e",
    script,
  ];
  const wait = Number(execFileSync("unshare", words, { encoding: "utf8" }));
  assert.ok(Math.abs(wait - 3_600_000) < 10_000, String(wait));
});

test("a timer that is over says nothing", async () => {
  assert.equal(
    await next({ NextElapseUSecRealtime: [""], NextElapseUSecMonotonic: ["infinity"] }, NOW),
    undefined,
  );
  assert.equal(await next({}, NOW), undefined);
});

test("a time that a change of the clocks leaves out or moves is as systemd has it", {
  skip: hostless,
}, async () => {
  const nightly = "*-*-* 02:30:00 Europe/Amsterdam";
  const from = (day: string) => calendarNext(nightly, `${day} 12:00:00 UTC`);
  assert.equal(await from("2026-03-27"), at("2026-03-28T01:30:00Z"));
  assert.equal(await from("2026-03-28"), at("2026-03-30T00:30:00Z")); // 02:30 is not there on the 29th
  assert.equal(await from("2026-10-25"), at("2026-10-26T01:30:00Z"));
});

/** What the oracle says of an expression. */
async function oracle(host: Host, expression: string): Promise<string> {
  const said = await host.sh(`env -u TZ LC_ALL=C systemd-analyze calendar '${expression}'`);
  const [, utc] = /\(in UTC\): \w+ (.*) UTC/.exec(said) ?? /Next elapse: \w+ (.*) UTC/.exec(said) ?? [];
  return iso(epoch(Date.parse(`${utc?.replace(" ", "T")}Z`)));
}

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t);
  await host.run("systemctl", "start", "sheepdog.target");
  await host.awaits("sheepdog-handler", "ActiveState", "active");

  const due = async (tag: string): Promise<string | undefined> => (await host.barked(tag, 1)).at(-1)?.due;

  // On the other side of the next change of the clocks in either half of the year.
  const EXPRESSIONS = [
    "*-03-31 03:30:00 Europe/Amsterdam",
    "*-11-05 02:30:00 America/New_York",
    "Mon *-*-* 04:15:30",
  ];

  for (const [number, expression] of EXPRESSIONS.entries())
    await t.test(`a job under a timer (${expression}) ships when that elapses next`, async () => {
      const name = `job${number}`;
      // Started by the timer itself: two seconds after it, and then as the calendar says.
      await host.write(
        `/etc/systemd/system/${name}.timer`,
        `[Timer]\nOnActiveSec=1s\nAccuracySec=1ms\nOnCalendar=${expression}\n`,
      );
      await host.write(
        `/etc/systemd/system/${name}.service`,
        `[Service]\nType=oneshot\nExecStart=/usr/bin/sheepdog -t ${name} --always -e true\n`,
      );
      await host.write(`/etc/systemd/system/bad-${name}.timer`, `[Timer]\nOnCalendar=${expression}\n`);
      await host.write(
        `/etc/systemd/system/bad-${name}.service`,
        `[Unit]\nOnFailure=sheepdog-bark@%n.service\n[Service]\nType=oneshot\nExecStart=/bin/false\n`,
      );
      await host.sh(
        `systemctl daemon-reload; systemctl start ${name}.timer bad-${name}.timer; systemctl start bad-${name}; :`,
      );
      assert.equal(await due(name), await oracle(host, expression));
      assert.equal(await due(`bad-${name}.service`), await oracle(host, expression));
    });

  await t.test("a job under no timer has nothing due", async () => {
    await host.run("systemd-run", "--wait", "-q", "sheepdog", "-t", "by-hand", "--always", "-e", "true");
    assert.equal(await due("by-hand"), undefined);
  });

  await t.test("an indicator is read once a start, as its timer says", async () => {
    await host.write(
      "/etc/systemd/system/sheepdog-indicator@uptime.timer.d/soon.conf",
      "[Timer]\nOnActiveSec=1s\nAccuracySec=1ms\nRandomizedDelaySec=0\n",
    );
    await host.sh("systemctl daemon-reload; systemctl start sheepdog-indicator@uptime.timer");
    const when = await due("uptime");
    assert.ok(when !== undefined && Date.parse(when) % 300_000 === 0, when);
    const [bark] = await host.barks("uptime");
    assert.equal(bark?.facts?.[0]?.[0], "uptime");
    assert.ok(Number(bark?.facts?.[0]?.[1] ?? 0) > 0);
  });
});
