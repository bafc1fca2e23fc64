import { type Epoch, epoch } from "../../time.ts";
import { DAY, HOUR, midnight, MINUTE, realDay, SECOND, type Wall, wall } from "../wall.ts";
import { momentOf, UTC, type Zone } from "../zone.ts";
import type { Property } from "./component.ts";

/** A DATE or a DATE-TIME. */
export interface Stamp {
  readonly shown: Wall;
  readonly zone: Zone;
  readonly allDay: boolean;
}

/** A DURATION. Days have as many hours as the clocks of the place say, hours have 60 minutes. */
export interface Length {
  readonly days: number;
  readonly ms: number;
}

/** What the values of one calendar are read by. */
export interface Reading {
  /** Where times are meant that name no time zone. */
  readonly zone: Zone;
  /** What a TZID means; undefined when nobody knows. */
  readonly zoneCalled: (tzid: string) => Zone | undefined;
}

/** Thrown for a value that is not understood; the message is for a person. */
export class Misread extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** @throws Misread */
export function stamps(property: Property, reading: Reading): readonly Stamp[] {
  return property.values.map((value) => stamp(property, value, reading));
}

/** One value of a property: "2026-11-25", "2026-11-25T10:15:00" or the same with a Z.
 * @throws Misread */
export function stamp({ name, parameters, line }: Property, value: unknown, reading: Reading): Stamp {
  const [, year, month, date, time, hour = "0", minute = "0", second = "0", utc] =
    /^(\d{4})-(\d\d)-(\d\d)(T(\d\d):(\d\d):(\d\d)(Z)?)?$/.exec(String(value)) ?? [];
  const of = year === undefined ? undefined : realDay(Number(year), Number(month), Number(date));
  if (of === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
    throw new Misread(line, `${name.toUpperCase()}: no date or time such as 20261125T101500`);
  const shown = wall(midnight(of) + Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * SECOND);
  if (time === undefined) return { shown, zone: reading.zone, allDay: true };
  if (utc !== undefined) return { shown, zone: UTC, allDay: false };
  const { tzid } = parameters;
  const zone = typeof tzid === "string" ? reading.zoneCalled(tzid) : reading.zone;
  if (zone !== undefined) return { shown, zone, allDay: false };
  throw new Misread(
    line,
    `${name.toUpperCase()}: its TZID is no time zone; write one such as Europe/Amsterdam`,
  );
}

export const moment = ({ shown, zone }: Stamp): Epoch => momentOf(shown, zone);

/** "PT15M", "-P1DT2H", "P2W".
 * @returns undefined when it is none */
export function readLength(text: unknown): Length | undefined {
  const [, sign, weeks, days, time, hours, minutes, seconds] =
    /^([+-]?)P(?:(\d{1,6})W|(?=.)(?:(\d{1,6})D)?(T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?)$/.exec(
      String(text),
    ) ?? [];
  if (weeks === undefined && days === undefined && time === undefined) return undefined;
  const number = (part: string | undefined): number => Number(part ?? 0) * (sign === "-" ? -1 : 1);
  return {
    days: number(weeks) * 7 + number(days),
    ms: number(hours) * HOUR + number(minutes) * MINUTE + number(seconds) * SECOND,
  };
}

export const NONE: Length = { days: 0, ms: 0 };

/** The moment that is so far from what the clocks of a place show. */
export const beyond = (shown: Wall, zone: Zone, { days, ms }: Length): Epoch =>
  epoch(momentOf(wall(shown + days * DAY), zone) + ms);

/** About as long, in milliseconds: a day has 24 hours. */
export const roughly = ({ days, ms }: Length): number => days * DAY + ms;
