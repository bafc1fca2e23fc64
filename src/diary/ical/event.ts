import type { Silence } from "../entry.ts";
import type { Epoch } from "../../time.ts";
import { type Component, type Property, textOf } from "./component.ts";
import { excepted, type Recurring } from "./instances.ts";
import { readRule } from "./rrule.ts";
import { silence } from "./silence.ts";
import { type Trigger, triggers } from "./trigger.ts";
import {
  type Length,
  Misread,
  moment,
  NONE,
  readLength,
  type Reading,
  roughly,
  type Stamp,
  stamp,
  stamps,
} from "./value.ts";

/** A VEVENT, or a VTODO, for which what matters is when it is due. */
export interface Event {
  readonly uid: string;
  readonly title: string;
  readonly text: string;
  readonly categories: readonly string[];
  readonly silence: Silence | undefined;
  readonly length: Length;
  readonly triggers: readonly Trigger[];
  readonly recurring: Recurring;
  /** Which instance of the event with this UID it stands in place of. */
  readonly instead: Stamp | undefined;
  /** Nothing is planned any more: it is cancelled, or done. */
  readonly over: boolean;
  readonly line: number;
}

/** Characters of each text; a mail is no place for more. */
const TITLE = 500;
const TEXT = 16_384;

/** Reads an event.
 * @throws Misread when it is not understood */
export function readEvent(component: Component, reading: Reading): Event {
  const { line, fault } = component;
  if (fault !== undefined) throw new Misread(fault.line, fault.text);
  const all = (name: string): readonly Property[] =>
    component.properties.filter((property) => property.name === name);
  const one = (name: string): Property | undefined => all(name)[0];
  const text = (name: string): string => textOf(one(name));
  const [odd] = all("exrule");
  if (odd !== undefined) throw new Misread(odd.line, "EXRULE is not understood; write EXDATE");
  const begin = one("dtstart") ?? one("due");
  if (begin === undefined) throw new Misread(line, "needs a DTSTART");
  const first = stamp(begin, begin.values[0], reading);
  const description = text("description").slice(0, TEXT);
  const place = text("location").slice(0, TITLE);
  const categories = all("categories").flatMap(({ values }) => values.map(String));
  const replaced = one("recurrence-id");
  if (replaced?.parameters["range"] !== undefined)
    throw new Misread(replaced.line, "RANGE is not understood; end one event with UNTIL, and begin another");
  const length = lengthOf(component, first, reading);
  const silent = silence(component, categories, description);
  if (silent !== undefined && roughly(length) === 0)
    throw new Misread(line, "a silence that lasts no time; give it a DTEND");
  return {
    uid: text("uid") || `line ${line}`,
    title: text("summary").slice(0, TITLE).replace(/\s+/g, " ").trim() || "(no title)",
    text: [place, description].filter((part) => part !== "").join("\n"),
    categories,
    silence: silent,
    length,
    triggers: triggers(component, reading),
    instead: replaced === undefined ? undefined : stamp(replaced, replaced.values[0], reading),
    over: /^(?:cancelled|completed)$/i.test(text("status")) || one("completed") !== undefined,
    line,
    recurring: {
      first,
      // An UNTIL without a zone means that of the start.
      rules: all("rrule").map((property) => readRule(property, { ...reading, zone: first.zone })),
      extra: all("rdate").flatMap((property) => dates(property, reading)),
      ...excepted(
        all("exdate").flatMap((property) => stamps(property, reading)),
        first.allDay,
      ),
    },
  };
}

/** How long it lasts: days where it is planned for days, or DURATION says days; else by the watch, whatever happens to
 * the clocks meanwhile. */
function lengthOf({ properties }: Component, first: Stamp, reading: Reading): Length {
  const property = properties.find(({ name }) => name === "dtend" || name === "due" || name === "duration");
  if (property === undefined) return first.allDay ? { days: 1, ms: 0 } : NONE;
  const length =
    property.name === "duration"
      ? readLength(property.values[0])
      : until(first, stamp(property, property.values[0], reading));
  if (length !== undefined && length.days >= 0 && length.ms >= 0) return length;
  throw new Misread(property.line, "it ends before it begins");
}

function until(first: Stamp, last: Stamp): Length {
  if (first.allDay && last.allDay) return { days: (last.shown - first.shown) / 86_400_000, ms: 0 };
  return { days: 0, ms: moment(last) - moment(first) };
}

/** Of RDATE: dates, or periods with a length of their own. */
function dates(property: Property, reading: Reading): Recurring["extra"] {
  return property.values.map((value) => {
    if (!Array.isArray(value)) return { at: stamp(property, value, reading) };
    const [begin, end] = value as readonly unknown[];
    const at = stamp(property, begin, reading);
    return { at, length: readLength(end) ?? until(at, stamp(property, end, reading)) };
  });
}

/** The moments of instances that have events of their own. */
export const replacedBy = (events: readonly Event[]): ReadonlySet<Epoch> =>
  new Set(events.flatMap(({ instead }) => (instead === undefined ? [] : [moment(instead)])));
