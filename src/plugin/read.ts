import { type Bark, type Json, LIMITS, readBark } from "../bark.ts";
import { makeId } from "../id.ts";
import { printable } from "../printable.ts";
import type { Bounds } from "../process/bounded.ts";
import { formatSpan, iso, milliseconds, now, type Seconds, seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import type { Plugin, Reading } from "./contract.ts";

/** Under what an indicator is read. */
export interface Circumstances {
  /** What the machine, the user and the subject are called. */
  readonly host: string;
  readonly user: string;
  readonly tag: string;
  readonly before: Json | undefined;
  readonly timeout: Seconds;
  /** Folder for pipes. */
  readonly pipes: string;
  readonly mailto?: readonly string[] | undefined;
}

export interface Read {
  readonly bark: Bark;
  /** For the next reading; undefined where what was remembered stays. */
  readonly remember: Json | undefined;
}

/** Bytes of each stream of a program, where the plugin does not say. */
const OUTPUT = 4 * 1024 * 1024;

/** Reads an indicator once, whatever its plugin does: what goes wrong is a bark with the level `unknown`. */
export async function read(
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>>,
  circumstances: Circumstances,
): Promise<Read> {
  const { host, user, tag, mailto } = circumstances;
  const time = now();
  const clock = process.hrtime.bigint();
  const reading = await attempt(plugin, settings, circumstances);
  const base = {
    id: makeId(time),
    time: iso(time),
    host,
    user,
    tag,
    monitor: plugin.name,
    elapsed: Number((Number(process.hrtime.bigint() - clock) / 1e9).toFixed(3)),
    ...(mailto === undefined ? {} : { mailto }),
  };
  const { level, summary, content, facts, remember } = reading;
  const short = typeof summary === "string" ? printable(summary).slice(0, 900) : summary;
  const parsed = readBark(
    { ...base, level, summary: short, content, facts },
    { id: base.id, time: base.time },
  );
  if (parsed.ok) return { bark: within(parsed.value), remember };
  return {
    bark: { ...base, ...unknown(`what it says is no reading: ${parsed.fault}`) },
    remember: undefined,
  };
}

/** A bark that would be refused for its length says at least how bad it is: without what made it long. */
function within(bark: Bark): Bark {
  if (Buffer.byteLength(JSON.stringify(bark)) <= LIMITS.bark - ROOM) return bark;
  const { content: _, facts: __, ...short } = bark;
  return { ...short, summary: `${short.summary} [content and facts left out: too long for a bark]` };
}
/** Bytes for what is added on the way: when the next one is due. */
const ROOM = 1024;

async function attempt(
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>>,
  { before, timeout, pipes }: Circumstances,
): Promise<Reading> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Reading>((resolve) => {
    timer = setTimeout(() => {
      stop.abort();
      resolve(unknown(`did not answer within ${formatSpan(timeout)}`));
    }, milliseconds(timeout));
  });
  // A program is ended a little before, so that whoever waits for it can still say what it has seen.
  const patience = seconds(timeout * 0.9);
  const run = async (vector: readonly string[], bounds: Partial<Bounds> = {}) => {
    // JavaScript would run the first letter of "who", which is a program, too.
    if (!Array.isArray(vector))
      throw new TypeError(
        `run(${JSON.stringify(vector)}): write a list, run([${JSON.stringify(vector)}, …])`,
      );
    const { bounded } = await import("../process/bounded.ts"); // most plugins run none
    return await bounded(vector, {
      timeout: patience,
      output: OUTPUT,
      input: "",
      environment: {},
      pipes,
      ...bounds,
    });
  };
  try {
    const reading = plugin.monitor?.(settings as never, { before, now: now(), signal: stop.signal, run });
    const done = await Promise.race([reading, late]);
    return typeof done === "object" && done !== null ? done : unknown("its monitor returned no reading");
  } catch (error) {
    return unknown(explain(error));
  } finally {
    clearTimeout(timer);
  }
}

const unknown = (summary: string): { readonly level: "unknown"; readonly summary: string } => ({
  level: "unknown",
  summary: printable(summary).slice(0, 1000),
});
