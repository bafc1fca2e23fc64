import { readFileSync } from "node:fs";
import { join } from "node:path";
import { denied } from "../denied.ts";
import { makeFolder } from "../folder.ts";
import type { Memory } from "../systemd/news.ts";
import { between, type Epoch, epoch, now, seconds } from "../time.ts";
import { errno, retryOf, Trouble } from "../trouble.ts";
import { writeWhole } from "../whole.ts";

/** A unit whose name never comes again is never well again (run-u123.service): what failed long before, or before so
 * many others, is forgotten. */
const FORGOTTEN = { after: seconds(30 * 24 * 60 * 60), beyond: 1000 } as const;

const file = (state: string): string => join(state, "sweep.json");

export function recall(state: string): Memory {
  try {
    const raw = JSON.parse(readFileSync(file(state), "utf8")) as Partial<Memory>;
    return {
      ...(typeof raw.cursor === "string" ? { cursor: raw.cursor } : {}),
      failing: (raw.failing ?? []).filter(isFailing).map((one) => ({
        unit: one.unit,
        since: epoch(one.since),
      })),
      begun: (raw.begun ?? []).map((run) => ({ ...run, since: epoch(run.since) })),
    };
  } catch {
    return { failing: [], begun: [] }; // the first time, or damaged: what is told twice is one bark by its id
  }
}

/** An older version remembered names alone. */
const isFailing = (one: { readonly unit?: unknown; readonly since?: unknown }): boolean =>
  typeof one.unit === "string" && typeof one.since === "number";

/** After the barks are safe: a chunk that is cut off before this is done again, and tells the same barks.
 * @throws Trouble when it cannot be written */
export async function remember(state: string, memory: Memory): Promise<void> {
  try {
    makeFolder(state, 0o750);
    await writeWhole(file(state), JSON.stringify(forget(memory, now())));
  } catch (error) {
    throw new Trouble(
      `cannot remember in ${file(state)} how far it has swept (${errno(error) ?? String(error)})`,
      {
        retry: retryOf(error),
        advice:
          denied(file(state), error) ??
          "check that the state directory is ours and has room; until then the same is told again, which is one bark",
        cause: error,
      },
    );
  }
}

/** Without what is too old or too much to be kept. */
export function forget({ failing, begun, ...rest }: Memory, time: Epoch): Memory {
  const kept = failing
    .filter(({ since }) => between(since, time) < FORGOTTEN.after)
    .sort((one, other) => other.since - one.since)
    .slice(0, FORGOTTEN.beyond);
  const units = new Set(kept.map(({ unit }) => unit));
  return { ...rest, failing: kept, begun: begun.filter(({ unit }) => units.has(unit)) };
}
