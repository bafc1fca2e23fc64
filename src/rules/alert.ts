import { type Bark, LIMITS } from "../bark.ts";
import type { Asker, Value } from "../history/asker.ts";
import type { Reader } from "../history/reader.ts";
import { derivedId } from "../id.ts";
import type { Compiled } from "../logic/compile.ts";
import { RULE } from "../monitors.ts";
import { type Epoch, iso } from "../time.ts";

/** Answers of `alert` at the most. */
const MOST = 1000;
/** Summaries of one (host, tag) that its bark shows. */
const SHOWN = 50;

/** What is to be barked of a (host, tag). */
export interface Alert {
  readonly host: string;
  readonly tag: string;
  /** Nothing twice. */
  readonly summaries: readonly string[];
}

export interface Answered {
  readonly alerts: readonly Alert[];
  /** Whether these are all. */
  readonly whole: boolean;
  /** Answers of which nothing can be barked, and why. */
  readonly odd: readonly string[];
}

/** Asks what there is to be alarmed about.
 * @param query  of `alert`; undefined where there are no rules of it
 * @throws Trouble when there is no answer */
export function answersOf(asker: Asker, query: Compiled | undefined): Answered {
  if (query === undefined) return { alerts: [], whole: true, odd: [] };
  const { rows, more } = asker.ask(query.sql, query.parameters, MOST);
  const alerts = new Map<string, { host: string; tag: string; summaries: string[] }>();
  const odd: string[] = [];
  for (const row of rows) {
    const [host = "", tag = "", summary = ""] = row.map(text);
    const why = unusable("host", host, LIMITS.host) ?? unusable("tag", tag, LIMITS.tag);
    if (why !== undefined) {
      odd.push(
        `alert(${[host, tag, summary].map((one) => JSON.stringify(one.slice(0, 60))).join(", ")}): ${why}`,
      );
      continue;
    }
    const key = `${host}\0${tag}`;
    const one = alerts.get(key) ?? { host, tag, summaries: [] };
    alerts.set(key, one);
    one.summaries.push(summary);
  }
  return { alerts: [...alerts.values()], whole: !more, odd };
}

const text = (value: Value): string => (value === null ? "" : String(value));

const unusable = (what: string, value: string, longest: number): string | undefined =>
  value === ""
    ? `its ${what} is empty`
    : value.length > longest
      ? `its ${what} is longer than ${longest} characters`
      : undefined;

/** What an alert says, in a line. */
export function summed({ summaries: [first = "", ...others] }: Alert): string {
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return `${(first || "so says a rule").slice(0, LIMITS.summary - more.length)}${more}`;
}

/** What is new: barks of what is answered now and was not, and of what is answered no more. Nothing is remembered
 * here but by the history; until it has heard them they are the same barks again. */
export function alarms({ alerts, whole }: Answered, reader: Reader, now: Epoch): readonly Bark[] {
  const lasting = new Set(alerts.map(({ host, tag }) => `${host}\0${tag}`));
  const begun = alerts.flatMap((alert): readonly Bark[] => {
    const { host, tag, summaries } = alert;
    const latest = reader.latest(host, tag);
    if (latest?.monitor === RULE && latest.level !== "ok") return [];
    return [
      {
        ...bark({ host, tag, level: "fail", summary: summed(alert) }, latest?.bark, now),
        ...(summaries.length > 1 ? { content: { summaries: summaries.slice(0, SHOWN) } } : {}),
      },
    ];
  });
  // Where there are more answers than were looked at, what is over is not known.
  const over = whole ? reader.ruled(RULE).filter(({ host, tag }) => !lasting.has(`${host}\0${tag}`)) : [];
  return [
    ...begun,
    ...over.map(({ host, tag, bark: last, summary }) =>
      bark(
        { host, tag, level: "ok", summary: `is no more so: ${summary}`.slice(0, LIMITS.summary) },
        last,
        now,
      ),
    ),
  ];
}

function bark(
  { host, tag, level, summary }: Pick<Bark, "host" | "tag" | "level" | "summary">,
  before: string | undefined,
  now: Epoch,
): Bark {
  return {
    id: derivedId(RULE, host, tag, level, before ?? ""),
    time: iso(now),
    host,
    tag,
    monitor: RULE,
    level,
    summary,
  };
}
