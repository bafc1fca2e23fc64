/** Writes to one of the streams of this process, which node makes when they are first asked for: a unit that has
 * nothing to say does without. A log that nobody reads any more is no reason to stop: remembering and telling go on. */
export function print(stream: "stdout" | "stderr", text: string): void {
  const out = process[stream];
  if (out.listenerCount("error") === 0) out.on("error", () => undefined);
  out.write(text);
}
