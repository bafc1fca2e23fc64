import { type Epoch, epoch } from "../time.ts";
import { DAY, type Wall, wall } from "./wall.ts";

/** How the clocks of some place go. */
export interface Zone {
  readonly name: string;
  /** Milliseconds that they are before UTC at a moment: east of Greenwich it is positive. */
  readonly offset: (at: Epoch) => number;
}

export const UTC: Zone = { name: "UTC", offset: () => 0 };

/** What the clocks show at a moment. */
export const wallAt = (at: Epoch, zone: Zone): Wall => wall(at + zone.offset(at));

/** The moment at which the clocks show this. What they show twice, when they are put back, is the first of the two.
 * What they never show, when they are put forward, is read as if they had not been, so that 02:30 is half an hour after
 * 02:00 (RFC 5545, 3.3.5). */
export function momentOf(shown: Wall, zone: Zone): Epoch {
  // No clock is put back and forward again within two days.
  const before = zone.offset(epoch(shown - DAY));
  const after = zone.offset(epoch(shown + DAY));
  const early = epoch(shown - before);
  const late = epoch(shown - after);
  return zone.offset(early) !== before && zone.offset(late) === after ? late : early;
}

/** The zone that the time zone database has under a name.
 * @returns undefined when it has none */
export function zoneNamed(name: string): Zone | undefined {
  const known = ZONES.get(name);
  if (known !== undefined) return known;
  const zone = made(name);
  if (zone === undefined) return undefined;
  if (!ZONES.has(zone.name)) ZONES.set(zone.name, zone);
  return ZONES.get(zone.name);
}
/** By the name that Node has for each: there are no more than there are zones, whatever is asked for. */
const ZONES = new Map<string, Zone>();

/** That of this machine. */
export const here = (): Zone => zoneNamed(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? UTC;

function made(given: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: given, timeZoneName: "longOffset" });
  } catch {
    return undefined; // RangeError: no zone is called so
  }
  const hours = new Map<number, number>();
  const offset = (at: Epoch): number => {
    // Clocks change at a quarter of an hour of UTC, everywhere since 1972; and Node takes its time to look.
    const quarter = Math.floor(at / QUARTER);
    const known = hours.get(quarter);
    if (known !== undefined) return known;
    if (hours.size > MEMORY) hours.clear();
    const found = read(format.format(at));
    hours.set(quarter, found);
    return found;
  };
  return { name: format.resolvedOptions().timeZone, offset };
}

const QUARTER = 15 * 60 * 1000;
const MEMORY = 10_000;

/** "11/25/2026, GMT+01:00", or "GMT" alone. */
function read(text: string): number {
  const [, sign, hours, minutes, seconds = "0"] =
    /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text.replace("\u2212", "-")) ?? [];
  if (sign === undefined) return 0;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === "-" ? -size : size) * 1000;
}
