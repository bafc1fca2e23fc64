import type { Subject } from "../subject.ts";
import { type Epoch, epoch, later } from "../time.ts";
import { nextReminder } from "./decide.ts";
import { stableAt } from "./flapping.ts";
import type { Way } from "./way.ts";

/** When the rounds must look at a subject again, though no bark comes.
 * @returns undefined for never */
export function wakeAt({ level, regard }: Subject, way: Way): Epoch | undefined {
  if (regard === undefined) return undefined;
  const moments = [
    level === "missing" ? undefined : regard.due,
    regard.began === undefined || way.expect.longest === undefined
      ? undefined
      : later(regard.began, way.expect.longest),
    regard.flapping === undefined
      ? level === "ok"
        ? undefined
        : troubled(regard, way)
      : stableAt(regard, way),
  ].filter((one) => one !== undefined);
  return moments.length === 0 ? undefined : epoch(Math.min(...moments));
}

function troubled(regard: NonNullable<Subject["regard"]>, way: Way): Epoch | undefined {
  const { hushed, told, held, ack } = regard;
  if (hushed !== undefined) return hushed;
  if (told !== undefined) return ack === undefined ? nextReminder(told, way) : undefined;
  return held === undefined || held.count < way.after ? undefined : later(held.since, way.for);
}
