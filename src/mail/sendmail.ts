import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { printable } from "../printable.ts";
import { errno } from "../trouble.ts";
import { bare } from "./address.ts";
import { render } from "./letter.ts";
import type { Outcome, Transport, Whose } from "./outcome.ts";

/** The machine's own mail system (sendmail(8) of any make): it queues and tries again by itself.
 * @param program  a path, or "" for where distributions put it
 * @param shutIn  whether it gets no rights of its own, which most of them need */
export function openSendmail(program: string, shutIn = confined()): Transport {
  const path = program === "" ? (PLACES.find((place) => existsSync(place)) ?? "/usr/sbin/sendmail") : program;
  return {
    place: `sendmail ${path}`,
    async send(letter, to) {
      try {
        const words = ["-i", "-f", bare(letter.from), "--", to];
        return judge(path, await hand(path, words, await render(letter)), shutIn);
      } catch (error) {
        // It could not be rendered, or spawn refuses what it is given.
        return later(`cannot hand the letter to ${path} (${errno(error) ?? String(error)})`, "connection");
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const PLACES = [
  "/usr/sbin/sendmail",
  "/run/wrappers/bin/sendmail",
  "/run/privileged/bin/sendmail",
  "/usr/lib/sendmail",
];

/** How a call of it ended. */
type End =
  | { readonly kind: "exited"; readonly status: number; readonly said: string }
  | { readonly kind: "killed"; readonly signal: string; readonly said: string }
  | { readonly kind: "never-started"; readonly errno: string };

/** Milliseconds; sendmail only queues. */
const PATIENCE = 60_000;

function hand(path: string, args: readonly string[], bytes: Buffer): Promise<End> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: ["pipe", "ignore", "pipe"] });
    // Not spawn's own `timeout`: its timer outlives a program that was never there.
    const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    const settle = (end: End): void => {
      clearTimeout(patience);
      resolve(end);
    };
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (more: string) => (text = (text + more).slice(0, 2000)));
    child.on("error", (error) => settle({ kind: "never-started", errno: errno(error) ?? "unknown" }));
    // "exit", not "close": a delivery left in the background may keep stderr open.
    child.on("exit", (status, signal) =>
      setImmediate(() => {
        const said = printable(text.trim());
        settle(
          status === null
            ? { kind: "killed", signal: signal ?? "a signal", said }
            : { kind: "exited", status, said },
        );
      }),
    );
    child.stdin.on("error", () => undefined); // it ended without reading: the exit code says why
    child.stdin.end(bytes);
  });
}

// sysexits.h: what is the machine's fault (OSERR, OSFILE, CANTCREAT, IOERR, NOPERM, CONFIG) is not the address's.
const OURS: ReadonlySet<number> = new Set([71, 72, 73, 74, 77, 78]);
const TEMPORARY = 75;
// And what can only be the letter's: DATAERR, NOUSER, NOHOST.
const ITS: ReadonlySet<number> = new Set([65, 67, 68]);

function judge(path: string, end: End, shutIn: boolean): Outcome {
  if (end.kind === "exited" && end.status === 0) return { kind: "accepted", said: "queued by sendmail" };
  const its = end.kind === "exited" && ITS.has(end.status);
  // For want of rights each make of it fails in its own way: exim leaves with 1, dma with 66, postfix with 75.
  if (shutIn && !its) return later(words(path, end, CURE), "server");
  if (end.kind !== "exited" || OURS.has(end.status)) return later(words(path, end), "server");
  return end.status === TEMPORARY
    ? later(words(path, end), "letter")
    : { kind: "refused", reason: words(path, end) };
}

const CURE =
  'in the sandbox of this unit it gets no rights of its own; set uri = "smtp://localhost" in [mail]';

/** @param cure  stands before what sendmail said, which can be long */
function words(path: string, end: End, cure?: string): string {
  if (end.kind === "never-started")
    return `cannot run ${path} (${end.errno}); ${cure ?? "install it, or set mail.uri"}`;
  const how = end.kind === "killed" ? `was killed by ${end.signal}` : `exit ${end.status}`;
  return `${path} ${how}${cure === undefined ? "" : `; ${cure}`}${end.said === "" ? "" : `: ${end.said}`}`;
}

/** Whether no program that this process starts gains rights by that (NoNewPrivileges=; proc_pid_status(5)). */
function confined(): boolean {
  try {
    return /^NoNewPrivs:\s*1$/m.test(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return false; // no /proc
  }
}

const later = (reason: string, whose: Whose): Outcome => ({ kind: "refused-for-now", reason, whose });
