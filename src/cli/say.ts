import { errno, Trouble } from "../trouble.ts";

let listening = false;

/** Writes to stdout and waits until it is taken. A reader who has left (`| head -1`) is no fault: the rest is dropped
 * and the command ends as it would have.
 * @throws Trouble when it cannot be written otherwise, as on a full disk */
export function say(text: string): Promise<void> {
  // The error comes twice, here and as an event, and an event that nobody hears ends the process.
  if (!listening) process.stdout.on("error", () => undefined);
  listening = true;
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error == null || LEFT.has(errno(error) ?? "")) resolve();
      else
        reject(
          new Trouble(`cannot write to stdout (${errno(error) ?? error.message})`, {
            kind: "output",
            advice: "check the disk or the program it goes to",
            cause: error,
          }),
        );
    });
  });
}

/** The pipe's reader is gone; the terminal is; or an earlier write found that out. */
const LEFT: ReadonlySet<string> = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED"]);

/** One JSON document, indented, for jq and for eyes. JSON escapes C0 controls itself; what else a terminal obeys is
 * escaped too, which changes nothing for whoever parses it. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 2).replace(OBEYED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;

export const sayJson = (value: unknown): Promise<void> => say(jsonText(value));

const OBEYED = /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
