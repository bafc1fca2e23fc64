import { type Epoch, epoch } from "../../time.ts";
import { dayAt, midnight, type Wall } from "../wall.ts";
import { type Zone, zoneNamed } from "../zone.ts";
import type { Component, Property } from "./component.ts";
import { recur } from "./recur.ts";
import { readRule } from "./rrule.ts";
import { Misread, type Reading, stamps } from "./value.ts";

/** From when until when changes of the clocks are computed of a rule. */
const COMPUTED = { from: midnight(dayAt(1970, 1, 1)), to: midnight(dayAt(2100, 1, 1)) };

/** What a TZID means. The time zone database comes first, for what calendars say of zones is often cut short to one
 * year, or as old as the program that wrote it; names that only the calendar knows ("W. Europe Standard Time") are as
 * its VTIMEZONE says.
 * @param given  the VTIMEZONE of the calendar, by their TZID */
export function zoneFinder(given: ReadonlyMap<string, Component>): Reading["zoneCalled"] {
  const found = new Map<string, Zone | undefined>();
  return (tzid) => {
    if (!found.has(tzid)) found.set(tzid, inDatabase(tzid) ?? inCalendar(tzid, given.get(tzid)));
    return found.get(tzid);
  };
}

/** "Europe/Amsterdam", also as a globally unique "/citadel.org/20210210_1/Europe/Amsterdam". */
function inDatabase(tzid: string): Zone | undefined {
  if (!tzid.startsWith("/")) return zoneNamed(tzid);
  const parts = tzid.split("/");
  return zoneNamed(parts.slice(-2).join("/")) ?? zoneNamed(parts.slice(-3).join("/"));
}

function inCalendar(tzid: string, component: Component | undefined): Zone | undefined {
  if (component === undefined) return undefined;
  try {
    const changes = component.components.flatMap(observance).sort((one, other) => one.at - other.at);
    const [first] = changes;
    if (first === undefined) return undefined;
    const offset = (at: Epoch): number => changes.findLast((change) => change.at <= at)?.to ?? first.from;
    return { name: tzid, offset };
  } catch (error) {
    // Whoever uses the zone is told that it is none.
    if (error instanceof Misread || (error as Error).name === "Trouble") return undefined;
    throw error;
  }
}

/** The clocks are put from one offset to another, in milliseconds. */
interface Change {
  readonly at: Epoch;
  readonly from: number;
  readonly to: number;
}

/** STANDARD or DAYLIGHT: what its clocks show when they are put is by the offset before (RFC 5545, 3.6.5). */
function observance({ properties, line }: Component): readonly Change[] {
  const all = (name: string): readonly Property[] => properties.filter((one) => one.name === name);
  const one = (name: string): Property => {
    const [property] = all(name);
    if (property === undefined) throw new Misread(line, `needs ${name.toUpperCase()}`);
    return property;
  };
  const [from, to] = [readOffset(one("tzoffsetfrom")), readOffset(one("tzoffsetto"))];
  const zone: Zone = { name: "", offset: () => from };
  const reading: Reading = { zone, zoneCalled: () => zone };
  const [start] = stamps(one("dtstart"), reading);
  if (start === undefined) return [];
  const change = (shown: Wall): Change => ({ at: epoch(shown - from), from, to });
  const ruled = all("rrule").flatMap((property) => {
    const { rule, until = Infinity } = readRule(property, reading);
    return [...recur(rule, start.shown, COMPUTED)].map(change).filter(({ at }) => at <= until);
  });
  const dated = all("rdate").flatMap((property) => stamps(property, reading));
  return [change(start.shown), ...ruled, ...dated.map(({ shown }) => change(shown))];
}

/** "+01:00", "-04:30:00" */
function readOffset({ values: [value], line }: Property): number {
  const [, sign, hours, minutes, seconds = "0"] =
    /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(String(value)) ?? [];
  if (sign === undefined) throw new Misread(line, "no offset such as +0100");
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === "-" ? -size : size) * 1000;
}
