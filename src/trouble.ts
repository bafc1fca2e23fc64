/** What cannot be handled where it happens. The unit or command alone catches it, prints it once,
 * and picks the exit code. A bug is a plain Error. */
export class Trouble extends Error {
  /** Whether trying again may help, without anybody doing something first. */
  readonly retry: "later" | "never";
  /** What a person should do. */
  readonly advice: string | undefined;
  /** What is to blame, where that has an exit code of its own (sysexits.ts). */
  readonly kind: "configuration" | "output" | undefined;

  constructor(message: string, how: How = {}) {
    super(message, how.cause === undefined ? undefined : { cause: how.cause });
    this.name = "Trouble";
    this.retry = how.retry ?? "never";
    this.advice = how.advice;
    this.kind = how.kind;
  }
}

interface How {
  readonly retry?: Trouble["retry"] | undefined;
  readonly advice?: Trouble["advice"];
  readonly kind?: Trouble["kind"];
  readonly cause?: unknown;
}

/** What a caller is expected to handle is a value. */
export type Result<Value, Fault> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

export const good = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});
export const bad = <Fault>(fault: Fault): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault,
});

/** One line for a person. By name, not `instanceof`: every bundle carries its own copy of the class. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = (error as Partial<Trouble>).advice;
  return advice === undefined ? error.message : `${error.message}: ${advice}`;
}

/** Whether trying again may help where a file system fails: a disk that is full, or does not answer, is mended without
 * us. */
export const retryOf = (error: unknown): Trouble["retry"] =>
  ["ENOSPC", "EDQUOT", "EIO", "EROFS"].includes(errno(error) ?? "") ? "later" : "never";

/** The `code` of a system error ("ENOENT"), or undefined. */
export function errno(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
