import { type Epoch, epoch } from "../../time.ts";
import type { Entry, Occurrence, Problem } from "../entry.ts";
import type { Zone } from "../zone.ts";
import { type Component, components, type Fault, textOf } from "./component.ts";
import { type Event, readEvent, replacedBy } from "./event.ts";
import { type Instance, instances } from "./instances.ts";
import { zoneFinder } from "./timezone.ts";
import { distance, goesOff } from "./trigger.ts";
import { beyond, Misread, moment, type Reading, roughly } from "./value.ts";

/** Events that are read of one file. */
const MOST = 20_000;
/** Milliseconds that reading one file may take. */
const PATIENCE = 5000;

/** Reads a calendar (RFC 5545).
 * @param file  for a person, who is told where something is
 * @param zone  where times are meant that name no time zone */
export function readCalendar(
  text: string,
  file: string,
  zone: Zone,
): { readonly entries: readonly Entry[]; readonly problems: readonly Problem[] } {
  const faults: Fault[] = [];
  const complain = (line: number, what: string): void => void faults.push({ line, text: what });
  const zones = new Map<string, Component>();
  const planned: Component[] = [];
  const began = performance.now();
  const late = (): boolean => performance.now() - began > PATIENCE;
  for (const one of components(text)) {
    if (!("name" in one)) complain(one.line, one.text);
    else if (one.name === "vtimezone") zones.set(tzid(one), one);
    else if (one.name === "vevent" || one.name === "vtodo") planned.push(one);
    if (planned.length > MOST || late()) {
      complain(
        one.line,
        `too much; from here on nothing is read: name a smaller calendar, or split this one`,
      );
      break;
    }
  }
  const reading: Reading = { zone, zoneCalled: zoneFinder(zones) };
  const events = new Map<string, Event[]>();
  for (const component of planned) {
    try {
      const event = readEvent(component, reading);
      const same = events.get(event.uid);
      if (same === undefined) events.set(event.uid, [event]);
      else same.push(event);
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      complain(error.line, error.message);
    }
  }
  const entries = [...events.values()].flatMap((all) => {
    const replaced = replacedBy(all);
    return all.filter(({ over }) => !over).map((event) => entry(event, replaced, file));
  });
  const problems = faults
    .sort((one, other) => one.line - other.line)
    .map(({ line, text }) => ({ where: `${file}:${line}`, text }));
  return { entries, problems };
}

const tzid = ({ properties }: Component): string => textOf(properties.find(({ name }) => name === "tzid"));

/** @param replaced  instances of the event that recurs which have events of their own */
function entry(event: Event, replaced: ReadonlySet<Epoch>, file: string): Entry {
  const { length, triggers } = event;
  const recurring =
    event.instead === undefined
      ? { ...event.recurring, except: new Set([...event.recurring.except, ...replaced]) }
      : event.recurring;
  const start = moment(recurring.first);
  const lengths = [length, ...recurring.extra.flatMap((one) => one.length ?? [])];
  const days =
    triggers.some((one) => one.kind === "relative" && one.by.days !== 0) ||
    lengths.some((one) => one.days > 0);
  const slack = days ? SLACK : 0;
  const distances = triggers.flatMap((one) => lengths.map((long) => distance(one, start, roughly(long))));
  const where = `${file}:${event.line}`;
  return {
    where,
    longest: Math.max(...lengths.map(roughly)) + slack,
    reach:
      distances.length === 0
        ? undefined
        : { first: Math.min(...distances) - slack, last: Math.max(...distances) + slack },
    silent: event.silence !== undefined,
    starting: (from, to) =>
      instances(recurring, from, to).map((instance) =>
        occurrence(event, instance, { where, first: instance.at === start }),
      ),
  };
}

/** By so much the clocks of a place may be put meanwhile, and days be longer than 24 hours. */
const SLACK = 86_400_000;

function occurrence(
  { uid, title, text, categories, silence, length, triggers, recurring }: Event,
  { at, shown, zone, length: own }: Instance,
  { where, first }: { where: string; first: boolean },
): Occurrence {
  const end = epoch(Math.max(at, beyond(shown, zone, own ?? length)));
  const alarms = triggers.flatMap((trigger) => goesOff(trigger, { start: shown, end, zone, first }));
  return {
    uid,
    title,
    text,
    start: at,
    end,
    allDay: recurring.first.allDay,
    categories,
    alarms: [...new Set(alarms)].sort((one, other) => one - other),
    ...(silence === undefined ? {} : { silence }),
    where,
  };
}
