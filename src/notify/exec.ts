import { type Stats, statSync } from "node:fs";
import type { Exec } from "../config/receiver.ts";
import { clip } from "../mail/clip.ts";
import { ordered } from "../mail/order.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { bounded, type Finished } from "../process/bounded.ts";
import { SYSEXITS } from "../sysexits.ts";
import { formatSpan } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { described, nameOf } from "./form.ts";
import type { Outcome, Way } from "./outcome.ts";
import { wording } from "./wording.ts";

/** Bytes that a program may allocate, and of what it says that are kept. */
const MEMORY = 512 * 1024 * 1024;
const OUTPUT = 64 * 1024;

/** A program that reads a parcel as JSON on stdin, and finds the short of it in its environment.
 * @param pipes  folder for pipes */
export function openExec(name: string, { command, timeout }: Exec, pipes: string): Way {
  return {
    place: `exec ${command[0]}`,
    async tell(parcel) {
      const environment = { ...facts(parcel), SHEEPDOG_RECEIVER: name };
      const input = described(parcel);
      return judge(
        await bounded(command, { timeout, output: OUTPUT, memory: MEMORY, input, environment, pipes }),
      );
    },
  };
}

/** @throws Trouble when its program is none, or others may write to it */
export function checkProgram(name: string, { command: [file = ""] }: Exec): void {
  const wrong = (advice: string, cause?: unknown): Trouble =>
    new Trouble(`receivers.${name}.command: ${file} cannot be run`, { kind: "configuration", advice, cause });
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch (error) {
    throw wrong(`it is not there, or this user may not see it (${errno(error) ?? "unknown"})`, error);
  }
  if (!stats.isFile()) throw wrong("it is no file");
  if ((stats.mode & 0o111) === 0) throw wrong(`it is not executable; run \`chmod +x ${file}\``);
  const why = untrusted(file);
  if (why !== undefined) throw wrong(why);
}

function facts(parcel: Parcel): Readonly<Record<string, string>> {
  const { title, text, level } = wording(parcel);
  const [first] = ordered(parcel.notices);
  const word = (value: string): string => clip(printable(value), 1000);
  return {
    SHEEPDOG_ID: nameOf(parcel),
    SHEEPDOG_TITLE: title,
    SHEEPDOG_TEXT: clip(text, 10_000),
    SHEEPDOG_LEVEL: level,
    SHEEPDOG_KIND: first?.kind ?? "digest",
    SHEEPDOG_HOST: word(first?.bark.host ?? ""),
    SHEEPDOG_TAG: word(first?.bark.tag ?? ""),
    SHEEPDOG_COUNT: String(parcel.notices.length),
  };
}

function judge({ outcome, stdout, stderr }: Finished): Outcome {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const words = last === "" ? "" : `: ${printable(last.slice(0, 300))}`;
  switch (outcome.kind) {
    case "overran":
      return {
        kind: "later",
        reason: `it was not done within ${formatSpan(outcome.limit)}`,
        whose: "parcel",
      };
    case "killed":
      return { kind: "later", reason: `it was ended by ${outcome.signal}${words}`, whose: "parcel" };
    case "never-started":
      return { kind: "later", reason: `it cannot be started (${outcome.errno})`, whose: "receiver" };
    case "exited":
      if (outcome.status === 0)
        return { kind: "told", said: printable(stdout.trim().slice(0, 200)) || undefined };
      // What env(1), prlimit(1) and shells say of a program that is not there, or cannot be run.
      if (outcome.status === 126 || outcome.status === 127)
        return {
          kind: "later",
          reason: `it cannot be run (exit ${outcome.status}${words})`,
          whose: "receiver",
        };
      if (outcome.status === SYSEXITS.again[0])
        return { kind: "later", reason: `exit 75${words}`, whose: "parcel" };
      return { kind: "refused", reason: `exit ${outcome.status}${words}` };
    default:
      return outcome satisfies never;
  }
}
