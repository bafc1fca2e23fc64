import * as z from "zod/mini";
import { problems } from "../config/wording.ts";
import { edits } from "../edits.ts";
import type { Plugin } from "./contract.ts";

/** One thing that is wrong with the settings of an indicator. */
export interface Wrong {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

export type Checked =
  | { readonly ok: true; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly wrong: readonly Wrong[] };

/** Holds what is configured for an indicator against what its plugin can be told. */
export function check({ name, settings }: Plugin, given: Readonly<Record<string, unknown>>): Checked {
  const parsed = z.strictObject(settings).safeParse(given);
  if (parsed.success) return { ok: true, settings: parsed.data };
  const wrong = parsed.error.issues.flatMap((issue): readonly Wrong[] =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [key], text: unknown(key, name, Object.keys(settings)) }))
      : problems([issue]),
  );
  return { ok: false, wrong };
}

function unknown(key: string, plugin: string, known: readonly string[]): string {
  if (known.length === 0) return `is no setting; ${plugin} has none`;
  const [best] = known
    .map((candidate) => ({ candidate, distance: edits(key, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.max(1, key.length * 0.4)
    ? `is no setting of ${plugin}; did you mean ${best.candidate}?`
    : `is no setting of ${plugin}; it has ${known.join(", ")}`;
}
