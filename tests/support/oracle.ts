import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import type { TestContext } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Another program that knows the answer: asked one question a line, in JSON, it gives one answer a line. Ends with the
 * test. */
export class Oracle {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** @param vector  program and arguments, seen from the root of the repository */
  constructor(t: TestContext, [program = "", ...args]: readonly string[]) {
    this.#child = spawn(program, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
    t.after(async () => {
      this.#child.stdin?.end();
      if (this.#child.exitCode === null) await once(this.#child, "exit");
    });
  }

  async ask<Answer>(question: unknown): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the oracle has left");
    return JSON.parse(value) as Answer;
  }
}
