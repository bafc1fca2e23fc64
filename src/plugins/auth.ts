import { BlockList, isIP } from "node:net";
import type { Fact, Json } from "../bark.ts";
import { plugin } from "../plugin/contract.ts";
import { list, number } from "../plugin/setting.ts";
import { several } from "../plugin/several.ts";
import { journal } from "../systemd/journal.ts";
import { LOGINS, signOf } from "../systemd/login.ts";
import { type Epoch, epoch } from "../time.ts";
import { Trouble } from "../trouble.ts";

/** Milliseconds over which attempts are counted. */
const WINDOW = 10 * 60_000;
/** Addresses that are remembered and told at the most: those with the most attempts. */
const MOST = 1000;

export default plugin({
  name: "auth",
  about: "addresses from which somebody tries to log in again and again, by the journal",
  rhythm: { every: "5min" },
  unit: `# Lines of sshd and its like in the journal are for this group only.
SupplementaryGroups=systemd-journal`,
  settings: {
    limit: number(10, "Failed logins of one address within 10 minutes that are still all right", { min: 0 }),
    ignore: list([], 'Addresses that may fail, such as ["192.0.2.7", "2001:db8::/32"]'),
  },
  async monitor({ limit, ignore }, { before, now }) {
    const ignored = blocks(ignore);
    const memory = recall(before, now);
    const { cursor, attempts } = await since(memory, now);
    const recent = [...memory.attempts, ...attempts]
      .filter(({ time }) => time > now - WINDOW)
      .filter(({ address }) => !ignored.check(address, address.includes(":") ? "ipv6" : "ipv4"));
    const counts = new Map<string, number>();
    for (const { address, count } of recent) counts.set(address, (counts.get(address) ?? 0) + count);
    const ranked = [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST);
    const attackers = ranked.filter(([, count]) => count > limit);
    const kept = new Set(ranked.map(([address]) => address));
    return {
      level: attackers.length > 0 ? "warning" : "ok",
      summary:
        attackers.length > 0
          ? `failed logins within 10min: ${several(attackers.map(([address, count]) => `${count} from ${address}`))}`
          : `${ranked.length === 0 ? "no" : "few"} failed logins within 10min`,
      facts: attackers.map(([address, count]): Fact => ["attack", address, Number(count.toPrecision(2))]),
      remember: {
        ...(cursor === undefined ? {} : { cursor }),
        time: now,
        attempts: together(recent.filter(({ address }) => kept.has(address))),
      },
    };
  },
});

interface Attempt {
  readonly address: string;
  readonly time: Epoch;
  readonly count: number;
}

interface Memory {
  /** Undefined where it is older than what is counted: then the journal is asked by time. */
  readonly cursor: string | undefined;
  readonly attempts: readonly Attempt[];
}

function recall(before: Json | undefined, now: Epoch): Memory {
  const { cursor, time, attempts } = (before ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof time !== "number" || time <= now - WINDOW || time > now || !Array.isArray(attempts))
    return { cursor: undefined, attempts: [] };
  return {
    cursor: typeof cursor === "string" ? cursor : undefined,
    // Without a cursor the whole window is read again.
    attempts: typeof cursor === "string" ? (attempts as readonly Attempt[]) : [],
  };
}

/** Attempts of one address within a minute are one thing to remember. */
function together(attempts: readonly Attempt[]): Json {
  const all = new Map<string, { address: string; time: number; count: number }>();
  for (const { address, time, count } of attempts) {
    const minute = Math.ceil(time / 60_000) * 60_000;
    const key = `${address} ${minute}`;
    const one = all.get(key);
    if (one === undefined) all.set(key, { address, time: minute, count });
    else one.count += count;
  }
  return [...all.values()];
}

async function since(
  { cursor }: Memory,
  now: Epoch,
): Promise<{ readonly cursor: string | undefined; readonly attempts: readonly Attempt[] }> {
  if (cursor !== undefined)
    try {
      return await read([`--after-cursor=${cursor}`], cursor);
    } catch {
      // the journal may have been emptied since: then the time must do
    }
  return await read([`--since=@${(now - WINDOW) / 1000}`], undefined);
}

async function read(from: readonly string[], before: string | undefined) {
  let cursor = before;
  const tries = new Map<string, { address: string; time: Epoch; failed: number; others: number }>();
  for await (const entry of journal([...from, ...LOGINS])) {
    cursor = entry["__CURSOR"] ?? cursor;
    const sign = signOf(entry);
    if (sign === undefined) continue;
    // One attempt at sshd has several lines: that it failed, for whom, and that the connection is over.
    const key = `${sign.address} ${entry["_BOOT_ID"]} ${entry["_PID"]}`;
    const time = epoch(Math.floor(Number(entry["__REALTIME_TIMESTAMP"]) / 1000));
    const one = tries.get(key) ?? { address: sign.address, time, failed: 0, others: 0 };
    tries.set(key, { ...one, time, [sign.kind]: one[sign.kind] + sign.count });
  }
  const attempts = [...tries.values()].map(
    ({ address, time, failed, others }): Attempt => ({
      address,
      time,
      count: Math.max(failed, others > 0 ? 1 : 0),
    }),
  );
  return { cursor, attempts };
}

function blocks(ignore: readonly string[]): BlockList {
  const all = new BlockList();
  for (const text of ignore) {
    const [address = "", prefix] = text.split("/");
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d+$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (family === 0 || !(length <= bits))
      throw new Trouble(`ignore: "${text}" is no address`, {
        kind: "configuration",
        advice: 'write "192.0.2.7" or "2001:db8::/32"',
      });
    all.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  }
  return all;
}
