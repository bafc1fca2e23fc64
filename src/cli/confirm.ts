import { createInterface } from "node:readline/promises";

/** Asks a person before something that cannot be undone. Without a person (stdin or stderr is no terminal) nobody is
 * asked and the answer is yes, as rm(1) does it. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-D closes without an answer, and the question would stay open for ever.
    const closed = new Promise<string>((resolve) => asking.once("close", () => resolve("")));
    const answer = await Promise.race([asking.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
