import { createHash } from "node:crypto";
import { join } from "node:path";
import { makeFolder } from "../folder.ts";
import { errno } from "../trouble.ts";
import { type Letter, render } from "./letter.ts";
import type { Outcome, Transport } from "./outcome.ts";
import { writeWhole } from "../whole.ts";

/** Mail as files, one each, that a mail reader opens: what happens when nobody said how mail leaves.
 * The name is made from the letter, so that the same letter twice is one file. */
export function openFolder(folder: string): Transport {
  return {
    place: `folder ${folder}`,
    async send(letter, to, key) {
      const file = join(folder, nameOf(letter, to, key));
      try {
        makeFolder(folder, 0o700);
        await writeWhole(file, await render(letter));
        return { kind: "accepted", said: file };
      } catch (error) {
        return {
          kind: "refused-for-now",
          reason: `cannot write ${file} (${errno(error) ?? String(error)})`,
          whose: "server",
        } satisfies Outcome;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function nameOf(letter: Letter, to: string, key: string): string {
  const time = letter.date.toISOString().replace(/[-:]|\.\d+/g, "");
  const whom = to.replace(/[^A-Za-z0-9@.+_-]/g, "_").slice(0, 64);
  return `${time}-${whom}-${createHash("sha256").update(key).digest("hex").slice(0, 12)}.eml`;
}
