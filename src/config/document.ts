import { Trouble } from "../trouble.ts";

/** A key as data: ["redis", "port"]. A number is an index into a list. */
export type Path = readonly (string | number)[];

/** What a reader makes of a file: plain data, and the line (from 1) on which a key stands. */
export interface Document {
  readonly value: Readonly<Record<string, unknown>>;
  /** @returns the line of the key, or of the nearest thing around it; undefined for the whole */
  readonly line: (path: Path) => number | undefined;
}

/** Where keys were seen, filled by a reader: path to line. */
export type Lines = Map<string, number>;

/** The first place of a key is the one that counts. */
export function note(lines: Lines, path: Path, line: number): void {
  const name = path.join("\0");
  if (!lines.has(name)) lines.set(name, line);
}

export function lineOf(lines: Lines, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(path.slice(0, length).join("\0"));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Which line an offset is on, for readers that go forward: all calls together look at the text once. Going back
 * is allowed, and starts from the beginning. */
export function counter(text: string): (offset: number) => number {
  const end = (from: number): number => (text.indexOf("\n", from) + 1 || Infinity) - 1;
  let line = 1;
  let start = 0;
  let next = end(0);
  return (offset) => {
    if (offset < start) [line, start, next] = [1, 0, end(0)];
    for (; next < offset; next = end(start)) {
      line++;
      start = next + 1;
    }
    return line;
  };
}

/** A mistake in the syntax at an offset. It never quotes the text: that may be a password.
 * @returns a Trouble such as "FILE:3:7: a string is not closed" */
export function mistake(file: string, text: string, offset: number, what: string): Trouble {
  const before = text.slice(0, offset).split("\n");
  return new Trouble(`${file}:${before.length}:${(before.at(-1) ?? "").length + 1}: ${what}`, {
    kind: "configuration",
  });
}
