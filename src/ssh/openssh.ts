import { spawn } from "node:child_process";
import { printable } from "../printable.ts";
import { formatSpan, milliseconds, type Seconds, seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program of OpenSSH is run. */
export interface Running {
  /** What it reads on stdin. */
  readonly input?: string;
  /** A person is there: it may ask for a passphrase or a touch, in their environment, and for as long as they take. */
  readonly person?: boolean;
  /** What it complains of is not for them. */
  readonly quiet?: boolean;
}

/** How long one may take where no person is asked. */
const PATIENCE: Seconds = seconds(5);
/** Characters of each stream that are kept. */
const MOST = 64 * 1024;

/** Runs ssh-keygen or ssh-add. What is secret, or comes from elsewhere, is in files and on stdin: a command line can be
 * read by everybody on the machine.
 * @throws Trouble when it is not there, or does not end by itself */
export async function openssh(
  program: "ssh-keygen" | "ssh-add",
  words: readonly string[],
  { input = "", person = false, quiet = !person }: Running = {},
): Promise<Answer> {
  const child = spawn(program, [...words], {
    env: person ? { ...process.env, LC_ALL: "C" } : clean(),
    stdio: ["pipe", "pipe", quiet ? "pipe" : "inherit"],
    ...(person ? {} : { timeout: milliseconds(PATIENCE), killSignal: "SIGKILL" }),
  });
  const kept = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      kept[name] = (kept[name] + chunk).slice(0, MOST);
    });
  child.stdin?.on("error", () => undefined); // it need not read what it is given
  child.stdin?.end(input);
  return await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(absent(program, error)));
    child.on("close", (status, signal) =>
      status === null
        ? reject(new Trouble(`${program} was ended by ${signal}`, { retry: "later", advice: SLOW }))
        : resolve({ status, ...kept }),
    );
  });
}

const SLOW = `it has ${formatSpan(PATIENCE)}; the machine may be busy`;

const absent = (program: string, cause: Error): Trouble =>
  new Trouble(`cannot run ${program} (${errno(cause) ?? cause.message})`, {
    advice: "install OpenSSH's client (Debian: openssh-client)",
    cause,
  });

/** Messages in English, times by the clock on the wall, and no agent: nothing of where we were started. */
function clean({ PATH, TZ } = process.env): NodeJS.ProcessEnv {
  return {
    PATH: PATH ?? "/usr/local/bin:/usr/bin:/bin",
    LC_ALL: "C",
    ...(TZ === undefined ? {} : { TZ }),
  };
}

/** What it complained of, for a person, in one line. */
export function complaint({ stderr, status }: Answer): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line !== "");
  return printable(lines.slice(0, 3).join("; ").slice(0, 500)) || `exit ${status}`;
}
