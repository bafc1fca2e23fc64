import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";

const CONFIG = `[indicators.packages]
calendar = "daily"
[indicators.since]
use = "uptime"
calendar = "daily"
[indicators.load]
every = "5min"
[indicators.uptime]
every = "1d"
`;
/** Seconds within which each is read at a moment of its machine's own, and by which systemd may be late. */
const SPREAD: Readonly<Record<string, { readonly spread: number; readonly accuracy: number }>> = {
  packages: { spread: 600, accuracy: 60 },
  since: { spread: 600, accuracy: 60 },
  load: { spread: 30, accuracy: 15 },
  uptime: { spread: 300, accuracy: 60 },
};

/** What systemd has computed for a timer that was armed: seconds from when it was until it elapses, and from midnight
 * until its calendar's moment; undefined where it has none, or it cannot be seen. */
interface Computed {
  readonly first: number | undefined;
  readonly daily: number | undefined;
}

async function computed(host: Host, name: string): Promise<Computed> {
  const timer = `sheepdog-indicator@${name}.timer`;
  const number = async (property: string): Promise<number> =>
    // Of D-Bus, for `systemctl show` rounds it for people.
    Number(
      (
        await host.sh(
          `busctl get-property org.freedesktop.systemd1 "$(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager GetUnit s ${timer} | sed 's/^o "//; s/"$//')" ${property}`,
        )
      ).split(" ")[1],
    );
  const of = (kind: string, property: string) => number(`org.freedesktop.systemd1.${kind} ${property}`);
  const { spread, accuracy } = SPREAD[name] ?? assert.fail(name);
  assert.equal(await of("Timer", "RandomizedDelayUSec"), spread * 1e6, name);
  assert.equal(await of("Timer", "AccuracyUSec"), accuracy * 1e6, name);
  assert.equal(await host.show(timer, "FixedRandomDelay"), "yes", name);
  // With a short one it may have been read by now.
  if (spread < 300) return { first: undefined, daily: undefined };
  const armed = await of("Unit", "ActiveEnterTimestampMonotonic");
  const first = ((await of("Timer", "NextElapseUSecMonotonic")) - armed) / 1e6 - 1;
  assert.ok(first >= -0.1 && first <= spread, `${name}: ${first}`);
  const at = (await of("Timer", "NextElapseUSecRealtime")) / 1e6;
  const daily = at > 0 ? Math.round(at % 86_400) : undefined;
  assert.ok(daily === undefined || daily <= spread, `${name}: ${daily}`);
  return { first: Math.round(first), daily };
}

test("each machine reads at moments of its own, the same every time, and each indicator at another", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  await host.sh("ln -sf /usr/share/zoneinfo/UTC /etc/localtime");
  const arm = async (): Promise<Readonly<Record<string, Computed>>> => {
    await host.run("systemctl", "restart", "sheepdog-daemon");
    const names = Object.keys(SPREAD);
    const all = await Promise.all(names.map(async (name) => [name, await computed(host, name)] as const));
    return Object.fromEntries(all);
  };
  const machines = [];
  // Three whose moments come late enough to be seen before they are there.
  for (const id of ["4", "5", "9"].map((digit) => `${digit.repeat(31)}a`)) {
    await host.write("/etc/machine-id", `${id}\n`, "444");
    await host.reboot();
    const once = await arm();
    assert.deepEqual(await arm(), once, "armed anew it is the same");
    assert.notEqual(once["packages"]?.daily, once["since"]?.daily);
    assert.equal(once["since"]?.daily, once["since"]?.first);
    assert.equal(once["uptime"]?.daily, undefined);
    machines.push(once);
  }
  for (const name of ["packages", "since", "uptime"])
    assert.equal(new Set(machines.map((one) => one[name]?.first)).size, machines.length, name);
});
