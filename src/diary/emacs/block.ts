/** An entry as it stands in the file: a line that begins at the margin, and those below that do not. */
export interface Block {
  readonly line: number;
  /** Whole, with line ends. */
  readonly text: string;
}

/** What is not meant for the diary: comments, as people write them, and what Emacs reads by itself. */
const ASIDE = /^(?:;|#(?!include)|.*-\*- .*-\*-|Local Variables:|mode:|End:)/i;

/** The entries of a diary. Blank lines and comments are none. */
export function* blocks(text: string): Generator<Block> {
  let lines: string[] = [];
  let from = 0;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^[ \t]/.test(line) && lines.length > 0) lines.push(line);
    else {
      if (lines.length > 0) yield { line: from, text: lines.join("\n") };
      lines = line.trim() === "" || ASIDE.test(line) ? [] : [line];
      from = at + 1;
    }
  }
  if (lines.length > 0) yield { line: from, text: lines.join("\n") };
}
