import { iso, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { readUntil } from "./since.ts";

/** A moment to come as somebody types it, as it is asked for.
 * @throws Trouble when it is none */
export function future(typed: string): string {
  const found = readUntil(typed, now());
  if (found !== undefined && found > now()) return iso(found);
  throw new Trouble(`--at: "${typed}" is ${found === undefined ? "no time" : "over"}`, {
    advice: "give a span such as 2h, or a date such as 2026-12-24T03:00",
  });
}
