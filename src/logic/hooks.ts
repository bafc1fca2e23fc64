import type { Call } from "./literal.ts";

interface Hook {
  readonly columns: readonly string[];
  /** How many of them are known when it is asked: nothing else need say what they are. */
  readonly given: number;
}

/** What Sheepdog asks by itself of the rules in force. */
export const HOOKS: Readonly<Record<string, Hook>> = {
  alert: { columns: ["Host", "Tag", "Summary"], given: 0 },
  mute: { columns: ["Host", "Tag"], given: 2 },
  mailto: { columns: ["Host", "Tag", "Address"], given: 2 },
  react: { columns: ["Host", "Job", "Args"], given: 0 },
};

/** How it is asked: what is given is a parameter, `host` and `tag`.
 * @returns undefined where there is none of that name with so many arguments */
export function asked(name: string, arity: number): Call | undefined {
  const hook = Object.hasOwn(HOOKS, name) ? HOOKS[name] : undefined;
  if (hook?.columns.length !== arity) return undefined;
  const args = hook.columns.map((column, place) =>
    place < hook.given
      ? ({ kind: "hole", name: column.toLowerCase(), at: 0 } as const)
      : ({ kind: "variable", name: column, at: 0 } as const),
  );
  return { kind: "call", name, args, at: 0 };
}
