import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Bark, Run } from "../../src/bark.ts";
import { folder } from "./folder.ts";

/** The commands as they ship. */
export const DIST = join(dirname(fileURLToPath(import.meta.url)), "../../../dist");

export interface Ran {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly elapsed: number;
}

/** A machine for one test: its own home, state and spool, and an environment that says nothing else. */
export class Machine {
  readonly home: string;
  readonly state: string;
  readonly spool: string;
  readonly environment: Record<string, string>;
  readonly #t: TestContext;

  constructor(t: TestContext) {
    this.#t = t;
    this.home = folder(t);
    this.state = join(this.home, "state");
    this.spool = join(this.home, "spool");
    this.environment = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.home,
      SHEEPDOG_STATE: this.state,
      SHEEPDOG_SPOOL: this.spool,
    };
  }

  start(args: readonly string[], command = "sheepdog", input: "ignore" | "pipe" = "ignore"): ChildProcess {
    const child = spawn(process.execPath, [join(DIST, `${command}.cjs`), ...args], {
      env: this.environment,
      cwd: this.home,
      stdio: [input, "pipe", "pipe"],
    });
    this.#t.after(() => void child.kill("SIGKILL"));
    return child;
  }

  async run(args: readonly string[], command = "sheepdog"): Promise<Ran> {
    return finished(this.start(args, command));
  }

  /** What waits in the spool, oldest first. */
  get barks(): readonly (Bark & { readonly content: { readonly [Key in keyof Run]: Run[Key] } })[] {
    const waiting = join(this.spool, "barks/new");
    try {
      return readdirSync(waiting)
        .sort()
        .map((name) => JSON.parse(readFileSync(join(waiting, name), "utf8")));
    } catch {
      return []; // no spool yet: nothing has barked
    }
  }
}

/** Waits for the end of a child, with all it wrote. */
export async function finished(child: ChildProcess): Promise<Ran> {
  const since = Date.now();
  const written = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (written.stdout += chunk));
  child.stderr?.on("data", (chunk: Buffer) => (written.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status, signal, ...written, elapsed: Date.now() - since }),
    );
  });
}
