import ICAL from "ical.js";
import { derivedId } from "../../id.ts";
import { printable } from "../../printable.ts";
import type { Epoch } from "../../time.ts";

/** What must come, and by when. */
export interface Due {
  readonly host: string;
  readonly tag: string;
  /** As it is now: "missing" once it is late. */
  readonly level: string;
  readonly due: Epoch;
  /** When it came last; null where it never did. */
  readonly last: Epoch | null;
}

/** A calendar (RFC 5545) of what must come: an event each, at the moment when it is late, that takes up no time. An event
 * has the same name each time, so that a calendar that is read again moves it. */
export function feed(expected: readonly Due[], now: Epoch): string {
  const calendar = new ICAL.Component("vcalendar");
  for (const [name, value] of [
    ["version", "2.0"],
    ["prodid", "-//sheepdog//expected//EN"],
    ["x-wr-calname", "Sheepdog"],
    ["refresh-interval", ICAL.Duration.fromString("PT1H")],
  ] as const)
    calendar.addPropertyWithValue(name, value);
  for (const one of expected) calendar.addSubcomponent(event(one, now));
  return `${calendar.toString()}\r\n`;
}

function event({ host, tag, level, due, last }: Due, now: Epoch): ICAL.Component {
  const late = level === "missing" ? "missing: " : "";
  const component = new ICAL.Component("vevent");
  const texts = {
    uid: derivedId("expected", host, tag),
    summary: `${late}${printable(tag)} on ${printable(host)}`,
    description: `is ${level}, ${last === null ? "never came" : `came last at ${utc(last).toString()}`}`,
    transp: "TRANSPARENT",
  };
  for (const [name, value] of Object.entries(texts)) component.addPropertyWithValue(name, value);
  component.addPropertyWithValue("dtstamp", utc(now));
  component.addPropertyWithValue("dtstart", utc(due));
  return component;
}

const utc = (at: Epoch): ICAL.Time => ICAL.Time.fromJSDate(new Date(Math.floor(at / 1000) * 1000), true);
