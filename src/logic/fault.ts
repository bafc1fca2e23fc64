/** What is wrong with a program, and where. */
export class Fault extends Error {
  /** UTF-16 units from the beginning of the text. */
  readonly at: number;
  /** What to do. */
  readonly advice: string;

  constructor(at: number, message: string, advice: string) {
    super(message);
    this.name = "Fault";
    this.at = at;
    this.advice = advice;
  }
}

/** For a person: where it is, the line with a caret under it, and what to do.
 *
 *     rules.pl:3:7: unknown relation "pakage"
 *       alert(H, 'OLD', V) :- pakage(H, nginx, V).
 *                             ^
 *       did you mean package?
 */
export function pointed({ at, message, advice }: Fault, text: string, file: string): string {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const end = text.indexOf("\n", at);
  const whole = text.slice(start, end < 0 ? undefined : end).replaceAll("\t", " ");
  // Of a line that is long the part around it is shown.
  const from = Math.max(0, at - start - 60);
  const shown = whole.slice(from, from + 100);
  // A sign of a person's may be two units.
  const column = signs(text.slice(start, at)) + 1;
  const caret = " ".repeat(signs(whole.slice(from, at - start)));
  return `${file}:${line}:${column}: ${message}\n  ${shown}\n  ${caret}^\n  ${advice}\n`;
}

const signs = (text: string): number => Array.from(text).length;
