import type { State } from "../bark.ts";

/** What is known about the place where output goes. */
export interface Screen {
  /** A person looks at it: aligned, cut to the width, with a heading. Else another program reads it. */
  readonly terminal: boolean;
  /** Columns of text in a line; Infinity where nobody looks. */
  readonly columns: number;
  readonly colour: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Stream = { readonly isTTY?: boolean; readonly columns?: number };

/** @see https://no-color.org, https://force-color.org; as in Node itself FORCE_COLOR wins over NO_COLOR */
export function screen(stream: Stream = process.stdout, environment: Environment = process.env): Screen {
  const terminal = stream.isTTY === true;
  return {
    terminal,
    columns: terminal ? width(stream, environment) : Infinity,
    colour: coloured(terminal, environment),
  };
}

function coloured(terminal: boolean, environment: Environment): boolean {
  const force = environment["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (environment["NO_COLOR"] || environment["TERM"] === "dumb") return false;
  return terminal;
}

/** COLUMNS is how a user overrides what the terminal says of itself (POSIX.1, Environment Variables). A pseudo-terminal
 * that nobody has given a size says 0. */
function width(stream: Stream, environment: Environment): number {
  const given = Number(environment["COLUMNS"]);
  return Number.isInteger(given) && given > 0 ? given : stream.columns || 80;
}

export type Colour = State | "heading" | "faint";

// The 16 colours that every terminal has and every user has chosen.
const CODES: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  ok: [32, 39],
  warning: [33, 39],
  unknown: [35, 39],
  fail: [31, 39],
  missing: [31, 39],
  heading: [1, 22],
  faint: [2, 22],
};

/** @returns a brush: the text in a colour, or as it is where there are none */
export const brush =
  (colour: boolean) =>
  (text: string, as: Colour | undefined): string => {
    if (!colour || as === undefined || text === "") return text;
    const [on, off] = CODES[as];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
