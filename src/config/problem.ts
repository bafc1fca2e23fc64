import { printable } from "../printable.ts";
import type { Path } from "./document.ts";

/** One thing that is wrong with a configuration whose syntax is right. It never holds a value: that may be a secret. */
export interface Problem {
  readonly path: Path;
  /** What is wrong and how to make it right: "must be …". */
  readonly text: string;
  /** Another key that takes part in it. */
  readonly other?: Path;
}

/** redis.sentinels[0], as a person writes it. */
export const dotted = (path: Path): string =>
  printable(
    path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${part.slice(0, 60)}`))
      .join("")
      .replace(/^\./, ""),
  );
