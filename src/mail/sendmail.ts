import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { printable } from "../printable.ts";
import { errno } from "../trouble.ts";
import { bare } from "./address.ts";
import { render } from "./letter.ts";
import type { Outcome, Transport, Whose } from "./outcome.ts";

/** The machine's own mail system (sendmail(8) of any make): it queues and tries again by itself.
 * @param program  a path, or "" for where distributions put it */
export function openSendmail(program: string): Transport {
  const path = program === "" ? (PLACES.find((place) => existsSync(place)) ?? "/usr/sbin/sendmail") : program;
  return {
    place: `sendmail ${path}`,
    async send(letter, to) {
      try {
        return await hand(path, ["-i", "-f", bare(letter.from), "--", to], await render(letter));
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

// sysexits.h: what is the machine's fault (OSERR, OSFILE, CANTCREAT, IOERR, NOPERM, CONFIG) is not the address's.
const OURS: ReadonlySet<number> = new Set([71, 72, 73, 74, 77, 78]);
const TEMPORARY = 75;
/** Milliseconds; sendmail only queues. */
const PATIENCE = 60_000;

function hand(path: string, args: readonly string[], bytes: Buffer): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: ["pipe", "ignore", "pipe"] });
    // Not spawn's own `timeout`: its timer outlives a program that was never there.
    const patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    const settle = (outcome: Outcome): void => {
      clearTimeout(patience);
      resolve(outcome);
    };
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(0, 2000)));
    child.on("error", (error) =>
      settle(
        later(`cannot run ${path} (${errno(error) ?? "unknown"}); install it, or set mail.uri`, "server"),
      ),
    );
    // "exit", not "close": a delivery left in the background may keep stderr open.
    child.on("exit", (status, signal) =>
      setImmediate(() => settle(judge(path, status, signal, printable(said.trim())))),
    );
    child.stdin.on("error", () => undefined); // it ended without reading: the exit code says why
    child.stdin.end(bytes);
  });
}

function judge(path: string, status: number | null, signal: string | null, said: string): Outcome {
  if (status === 0) return { kind: "accepted", said: "queued by sendmail" };
  const reason = `${path} ${status === null ? `was killed by ${signal}` : `exit ${status}`}${said === "" ? "" : `: ${said}`}`;
  if (status === null || OURS.has(status)) return later(reason, "server");
  return status === TEMPORARY ? later(reason, "letter") : { kind: "refused", reason };
}

const later = (reason: string, whose: Whose): Outcome => ({ kind: "refused-for-now", reason, whose });
