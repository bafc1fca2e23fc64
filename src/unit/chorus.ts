import type { Standing } from "./standing.ts";

/** Standings for parts of one unit that work side by side. The whole is ready when every part is, lives while every
 * part does, and its status is that of each.
 * @param parts  their names
 * @returns one standing a part, in the order of the names */
export function chorus(whole: Standing, parts: readonly string[]): readonly Standing[] {
  const words = new Map<string, () => string>();
  const ready = new Set<string>();
  const beaten = new Set<string>();
  const status = (): string => parts.flatMap((part) => words.get(part)?.() ?? []).join(" | ");
  return parts.map((part) => {
    let handled = 0;
    let buried = 0;
    return {
      ...whole,
      ready(text = "") {
        words.set(part, () => text);
        ready.add(part);
        if (ready.size === parts.length) whole.ready(status());
        else whole.status(status);
      },
      status(text) {
        words.set(part, text);
        whole.status(status);
      },
      handled: (more) => (handled += more),
      buried: (more) => (buried += more),
      pulse: {
        every: whole.pulse.every,
        beat() {
          if (beaten.add(part).size < parts.length) return;
          beaten.clear();
          whole.pulse.beat();
        },
      },
    };
  });
}
