import type { Epoch } from "../../time.ts";
import { type Wall, wall } from "../wall.ts";
import type { Zone } from "../zone.ts";
import type { Component } from "./component.ts";
import { beyond, type Length, Misread, moment, readLength, type Reading, roughly, stamp } from "./value.ts";

/** When a VALARM goes off: so far from the start or the end of each occurrence, or once for all of them. */
export type Trigger =
  | { readonly kind: "relative"; readonly to: "start" | "end"; readonly by: Length }
  | { readonly kind: "absolute"; readonly at: Epoch };

/** VALARMs that are read of one event. */
const MOST = 20;

/** Reads the alarms of an event. Whatever it does elsewhere (DISPLAY, AUDIO, EMAIL), here a person is told, once:
 * REPEAT is not followed. ACTION:NONE is how some programs say that there is to be no alarm.
 * @throws Misread */
export function triggers(event: Component, reading: Reading): readonly Trigger[] {
  const alarms = event.components.filter(
    ({ name, properties }) =>
      name === "valarm" &&
      !properties.some(({ name, values: [value] }) => name === "action" && /^none$/i.test(String(value))),
  );
  const [late] = alarms.slice(MOST);
  if (late !== undefined) throw new Misread(late.line, `more than ${MOST} alarms`);
  return alarms.map((alarm) => trigger(alarm, reading));
}

function trigger({ properties, line, fault }: Component, reading: Reading): Trigger {
  if (fault !== undefined) throw new Misread(fault.line, fault.text);
  const property = properties.find(({ name }) => name === "trigger");
  if (property === undefined) throw new Misread(line, "VALARM: needs a TRIGGER");
  const [value] = property.values;
  if (property.type === "date-time") return { kind: "absolute", at: moment(stamp(property, value, reading)) };
  const by = readLength(value);
  if (by === undefined) throw new Misread(property.line, "TRIGGER: no duration such as -PT15M");
  const end = /^end$/i.test(String(property.parameters["related"] ?? ""));
  return { kind: "relative", to: end ? "end" : "start", by };
}

/** When a trigger goes off for an occurrence.
 * @param first  whether it is the first of all, of which absolute ones are */
export function goesOff(
  trigger: Trigger,
  { start, end, zone, first }: { start: Wall; end: Epoch; zone: Zone; first: boolean },
): readonly Epoch[] {
  if (trigger.kind === "absolute") return first ? [trigger.at] : [];
  const from = trigger.to === "start" ? start : wall(end + zone.offset(end));
  return [beyond(from, zone, trigger.by)];
}

/** How far from the start that is at the most: milliseconds, negative where it is before.
 * @param long  how long an occurrence lasts, in milliseconds */
export function distance(trigger: Trigger, start: Epoch, long: number): number {
  if (trigger.kind === "absolute") return trigger.at - start;
  return roughly(trigger.by) + (trigger.to === "end" ? long : 0);
}
