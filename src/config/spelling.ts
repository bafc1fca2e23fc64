import type { Path } from "./document.ts";
import type { Problem } from "./problem.ts";

/** Sheepdog's older spellings, still accepted, and where they belong now. */
export const OLDER: ReadonlyMap<string, readonly [table: "redis" | "mail", key: string]> = new Map([
  ["host", ["redis", "host"]],
  ["port", ["redis", "port"]],
  ["mailto", ["mail", "to"]],
  ["mailfrom", ["mail", "from"]],
  ["mailer-uri", ["mail", "uri"]],
]);

export interface Respelled {
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** What a path of the new spelling was called in the file. */
  readonly written: (path: Path) => Path;
}

/** Moves what is spelt the old way to where it belongs now. */
export function respell(given: Readonly<Record<string, unknown>>): Respelled {
  const value: Record<string, unknown> = { ...given };
  const problems: Problem[] = [];
  const moved = new Map<string, string>();
  for (const [old, [table, key]] of OLDER) {
    if (!Object.hasOwn(given, old)) continue;
    delete value[old];
    const target = value[table] ?? {};
    if (typeof target !== "object" || Array.isArray(target)) continue; // the table itself will be refused
    if (Object.hasOwn(target, key))
      problems.push({
        path: [old],
        other: [table, key],
        text: `is the older spelling of ${table}.${key}, which is given too; keep one`,
      });
    else {
      value[table] = { ...target, [key]: given[old] };
      moved.set(`${table}.${key}`, old);
    }
  }
  const written = (path: Path): Path => {
    const old = moved.get(path.slice(0, 2).join("."));
    return old === undefined ? path : [old, ...path.slice(2)];
  };
  return { value, problems, written };
}
