import { mistake } from "./document.ts";

/** A place in the text of a configuration that is being read from its start to its end. */
export interface Cursor {
  readonly file: string;
  readonly text: string;
  /** The line of an offset, from 1. */
  readonly line: (offset: number) => number;
  at: number;
}

/** Takes what a sticky pattern matches at the cursor.
 * @returns undefined, and nothing is taken, where it does not match */
export function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

/** What is wrong at the cursor, or at another offset, to be thrown. */
export const wrong = (cursor: Cursor, what: string, at = cursor.at) =>
  mistake(cursor.file, cursor.text, at, what);
