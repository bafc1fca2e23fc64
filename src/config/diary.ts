import * as z from "zod/mini";
import { key } from "./about.ts";
import { file, list, span } from "./kind.ts";

const CLOCK = "a time of day such as 08:00 is needed";

/** What is planned, and how it is written there. What reads it: src/diary. */
export const Diary = z.strictObject({
  files: key(
    z._default(list(file, "a list of absolute paths is needed"), []),
    "iCalendar files, diaries of Emacs, and folders with such (*.ics, *.diary, diary), for the user sheepdog to read. The units do not see /home",
    { example: ["/etc/sheepdog/diary", "/var/lib/radicale/collections/ops"] },
  ),
  zone: key(
    z.optional(
      z.string().check(z.refine(isZone, { error: "a time zone such as Europe/Amsterdam is needed" })),
    ),
    "Where times are meant that name no time zone; when absent that of this machine",
    { example: "Europe/Amsterdam" },
  ),
  style: key(
    z._default(z.enum(["american", "european", "iso"]), "american"),
    "Order of dates in diaries of Emacs (`calendar-date-style` there): american (month/day/year), european (day/month/year) or iso (year/month/day)",
  ),
  before: key(
    span("15min", { longest: "365d" }),
    "How long before it an entry of an Emacs diary is told that has a time of day and no `warntime`",
    { unit: "span" },
  ),
  morning: key(
    z._default(z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: CLOCK })), "08:00"),
    "When an entry of an Emacs diary without a time of day is told, on its day",
  ),
});
export type Diary = z.output<typeof Diary>;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).format() !== "";
  } catch {
    return false; // the error above says what is needed
  }
}
