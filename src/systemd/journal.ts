import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Trouble } from "../trouble.ts";

/** One entry of the journal, by field; bytes that are no text were replaced. */
export type Entry = Readonly<Record<string, string>>;

/** Reads the journal, oldest first, one entry at a time. Of a field of more than 4096 bytes journalctl says nothing but
 * that it is there (without --all): one entry could be as large as the memory.
 * @param words  options and matches of journalctl(1)
 * @throws Trouble when it cannot be read */
export async function* journal(words: readonly string[]): AsyncGenerator<Entry> {
  const child = spawn("journalctl", ["--quiet", "--no-pager", "--output=json", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, 500)));
  const ended = once(child, "close") as Promise<[number | null]>;
  ended.catch(() => undefined); // it is awaited below
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = read(line);
      if (entry !== undefined) yield entry;
    }
    const [status] = await ended;
    if (status !== 0) throw new Error(complaint.trim() || `journalctl: exit ${status}`);
  } catch (error) {
    throw new Trouble(`the journal cannot be read: ${(error as Error).message}`, {
      retry: "later",
      advice: "this user must be in the group systemd-journal",
    });
  } finally {
    child.kill();
  }
}

function read(line: string): Entry | undefined {
  try {
    const raw = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, text(value)]));
  } catch {
    return undefined; // an entry that is damaged
  }
}

/** What is no text comes as numbers, what is there several times as a list. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null) return "[… more than 4096 bytes left out …]";
  if (!Array.isArray(value)) return "";
  return value.every((byte) => typeof byte === "number") ? Buffer.from(value).toString() : text(value.at(-1));
}
