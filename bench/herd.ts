import type { Level } from "../src/bark.ts";
import type { Message } from "../src/broker/contract.ts";
import { epoch, iso } from "../src/time.ts";

/** A month of 200 hosts as such months are: most is well; a few disks fill, backups fail now and then, some services flap,
 * the network is away once, an update breaks many at once, a machine dies. Always the same month. */

const MINUTE = 60_000;
const DAY = 1440;
export const DAYS = 30;
const HOSTS = 200;
export const START = Date.UTC(2026, 9, 1);

let seed = 7;
/** Numbers in [0, 1), the same in every run. */
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}
const within = (from: number, until: number): number => from + Math.floor(random() * (until - from));

/** From when until when (minutes) a subject has which level; `gone`: nothing comes of it. */
interface Trouble {
  readonly host: number;
  readonly tag: string;
  readonly from: number;
  readonly until: number;
  readonly level: (minute: number) => Level | "gone";
}

function troubles(): readonly Trouble[] {
  const all: Trouble[] = [];
  const add = (host: number, tag: string, from: number, span: number, level: Trouble["level"]): void =>
    void all.push({ host, tag, from, until: from + span, level });
  // Disks that fill: a warning for a day or two, then nothing goes any more until somebody tidies up.
  for (let n = 0; n < 12; n++) {
    const [from, hint] = [within(0, 25 * DAY), within(600, 3000)];
    add(within(0, HOSTS), "disk", from, hint + within(60, 900), (at) =>
      at < from + hint ? "warning" : "fail",
    );
  }
  // A service that goes to and fro for hours.
  for (let n = 0; n < 8; n++)
    add(within(0, HOSTS), "load", within(0, 29 * DAY), within(300, 2000), (at) =>
      Math.floor(at / 15) % 2 ? "warning" : "ok",
    );
  // Backups fail now and then, one in a hundred nights, and some for days.
  for (let host = 0; host < HOSTS; host++)
    for (let day = 0; day < DAYS; day++)
      if (random() < 0.01)
        add(host, "backup", day * DAY, DAY * (random() < 0.2 ? within(2, 6) : 1), () => "fail");
  // The network of a building is away for two hours: thirty hosts say nothing, the others cannot reach them.
  const away = within(5 * DAY, 20 * DAY);
  for (let host = 0; host < 30; host++)
    for (const tag of ["disk", "load", "service", "backup", "ping"]) add(host, tag, away, 120, () => "gone");
  // An update breaks a service on sixty hosts within ten minutes, for an hour.
  const update = within(5 * DAY, 25 * DAY);
  for (let host = 100; host < 160; host++) add(host, "service", update + within(0, 10), 60, () => "fail");
  // Two machines die, and are back after a day.
  for (let n = 0; n < 2; n++) {
    const [host, from] = [within(0, HOSTS), within(0, 28 * DAY)];
    for (const tag of ["disk", "load", "service", "backup", "ping"]) add(host, tag, from, DAY, () => "gone");
  }
  return all;
}

const EVERY: Readonly<Record<string, number>> = { disk: 15, load: 15, service: 15, ping: 60, backup: DAY };

/** The barks of each minute in turn. */
export function* month(): Generator<{
  readonly minute: number;
  readonly barks: readonly Message[];
  readonly bad: number;
}> {
  const byHost = new Map<string, Trouble[]>();
  for (const one of troubles()) {
    const key = `${one.host} ${one.tag}`;
    byHost.set(key, [...(byHost.get(key) ?? []), one]);
  }
  let count = 0;
  const before = new Map<string, Level>();
  for (let minute = 0; minute < DAYS * DAY; minute++) {
    const barks: Message[] = [];
    let bad = 0;
    for (let host = 0; host < HOSTS; host++)
      for (const [tag, every] of Object.entries(EVERY)) {
        const phase = tag === "backup" ? 180 + (host % 60) : host % every;
        if (minute % every !== phase) continue;
        const key = `${host} ${tag}`;
        const trouble = byHost.get(key)?.find(({ from, until }) => minute >= from && minute < until);
        const level = trouble?.level(minute) ?? "ok";
        if (level === "gone") continue;
        if (level !== "ok" || (before.get(key) ?? "ok") !== "ok") bad += 1;
        before.set(key, level);
        const time = epoch(START + minute * MINUTE);
        const body = JSON.stringify({
          id: `bark-${++count}`,
          time: iso(time),
          host: `host${host}`,
          tag,
          level,
          summary: `${tag} is ${level}`,
          expect: `${every + 5}min`,
        });
        barks.push({ id: `bark-${count}`, time, body });
      }
    yield { minute, barks, bad };
  }
}
