import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Bark } from "../../src/bark.ts";
import type { Dead } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import { Config } from "../../src/config/schema.ts";
import { makeId } from "../../src/id.ts";
import { epoch } from "../../src/time.ts";
import { handle } from "../../src/unit/handler.ts";
import { alone } from "../../src/unit/standing.ts";
import { folder } from "./folder.ts";

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test says of a bark; the rest is made up. */
export type Told = Partial<Bark> & Pick<Bark, "tag" | "level">;

const CALLER = join(dirname(fileURLToPath(import.meta.url)), "caller.js");

/** A machine with a history that a real handler wrote, to be asked by real commands. Ends with the test. */
export class Herd {
  readonly home: string;
  readonly spool: Spool;
  readonly environment: Record<string, string>;
  #count = 0;

  constructor(t: TestContext) {
    this.home = folder(t);
    this.spool = new Spool(join(this.home, "spool"));
    this.environment = {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: this.home,
      TZ: "UTC",
      TERM: "xterm",
      SHEEPDOG_STATE: join(this.home, "state"),
      SHEEPDOG_SPOOL: join(this.home, "spool"),
    };
  }

  /** Lets the handler hear barks, a minute between them, the first at 2026-03-01 10:00 UTC. */
  async hear(...barks: readonly Told[]): Promise<readonly Bark[]> {
    const whole = barks.map((told) => this.#bark(told));
    await this.hearText(...whole.map((bark) => JSON.stringify(bark)));
    return whole;
  }

  async hearText(...bodies: readonly string[]): Promise<void> {
    if (bodies.length > 0) await this.spool.publish("barks", bodies);
    await handle({
      ...Config.parse({
        name: "shepherd",
        mail: { to: "shepherd@example.org" },
        policy: { gather: "0s", cap: 0 },
      }),
      signers: "/nonexistent",
      plugins: [],
      broker: this.spool,
      state: this.environment["SHEEPDOG_STATE"] ?? "",
      once: true,
      signal: new AbortController().signal,
      say: () => undefined,
      log: () => undefined,
      standing: alone,
    });
  }

  #bark(told: Told): Bark {
    const moment = epoch(Date.parse("2026-03-01T10:00:00Z") + 60_000 * this.#count++);
    return {
      id: makeId(moment),
      time: new Date(moment).toISOString(),
      host: "penguin2",
      monitor: "error",
      summary: `${told.tag} is ${told.level}`,
      ...told,
    };
  }

  async dead(): Promise<readonly (Dead & { readonly key: string })[]> {
    return (await this.spool.peek("dead", 1000)).map(({ id, body }) => ({
      ...(JSON.parse(body) as Dead),
      key: id,
    }));
  }

  /** Asks with stdout in a pipe. */
  ask(...args: readonly string[]): Promise<Answer> {
    return ended(
      spawn(process.execPath, [CALLER, ...args], {
        env: this.environment,
        cwd: this.home,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Has a shell do it; there `sheepdog` is the command. */
  shell(script: string): Promise<Answer> {
    return ended(
      spawn("bash", ["-c", this.#prelude(script)], {
        env: this.environment,
        cwd: this.home,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Has a shell on a terminal of its own do it. Both streams come on stdout, with plain ends of line.
   * @param typed  what a person types there */
  async terminal(
    script: string,
    { columns = 80, typed = "" }: { readonly columns?: number; readonly typed?: string } = {},
  ): Promise<Answer> {
    const child = spawn(
      "script",
      ["-qec", `bash -c ${quote(this.#prelude(`stty cols ${columns} -echo; ${script}`))}`, "/dev/null"],
      {
        env: { ...this.environment, SHELL: "/bin/sh" },
        cwd: this.home,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    const answer = ended(child);
    // A person answers when asked, and not before: the terminal throws away what is typed early.
    let seen = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      seen += chunk;
      if (typed !== "" && seen.includes("[y/N]")) {
        child.stdin?.write(typed);
        typed = "";
      }
    });
    const { stdout, ...rest } = await answer;
    child.stdin?.end();
    return { ...rest, stdout: stdout.replaceAll("\r\n", "\n") };
  }

  #prelude(script: string): string {
    return `sheepdog() { ${quote(process.execPath)} ${quote(CALLER)} "$@"; }\n${script}`;
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

async function ended(child: ChildProcess): Promise<Answer> {
  const written = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (written.stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (written.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...written }));
  });
}
