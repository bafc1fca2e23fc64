import * as z from "zod/mini";
import { key } from "./about.ts";
import { addresses, maybeSpan, span, text } from "./kind.ts";

const rhythm = "give either `every` or `calendar`, not both";

/** One thing that is watched on this machine. Besides these keys it has those of its plugin, which that knows
 * (src/plugin/settings.ts). */
export const Indicator = z
  .looseObject({
    use: key(z.optional(text), "The plugin that reads it; when absent the one of the table's name", {
      example: "nagios",
    }),
    enabled: key(z._default(z.boolean(), true), "Whether `sheepdog-daemon` lets it be read"),
    every: key(
      maybeSpan({ shortest: "1s", longest: "365d" }),
      "How often it is read; when absent as its plugin says",
      {
        example: "5min",
        unit: "span",
      },
    ),
    calendar: key(z.optional(text), "Or when, as systemd.time(7) writes it", { example: "Mon..Fri 06:30" }),
    timeout: key(span("30s", { shortest: "1s", longest: "1h" }), "How long a reading may take", {
      unit: "span",
    }),
    user: key(
      z.optional(text),
      "The user that reads it; when absent the one of the unit, sheepdog. root may read everything, and do nothing else",
      { example: "backup" },
    ),
    tag: key(z.optional(text), "What it is called in barks; when absent as its table", { example: "DISK" }),
    mailto: key(z.optional(addresses), "Whom to tell instead of the server's default", {
      example: ["storage@example.org"],
    }),
  })
  .check(
    z.refine(({ every, calendar }) => every === undefined || calendar === undefined, {
      path: ["calendar"],
      error: rhythm,
    }),
  );
export type Indicator = z.output<typeof Indicator>;
