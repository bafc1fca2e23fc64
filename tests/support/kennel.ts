import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import Sqlite from "better-sqlite3";
import type { Broker } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import { Config } from "../../src/config/schema.ts";
import type { Notice } from "../../src/notice.ts";
import type { Parcel } from "../../src/parcel.ts";
import { type Handling, handle } from "../../src/unit/handler.ts";
import { alone } from "../../src/unit/standing.ts";
import { folder } from "./folder.ts";

/** A handler as a process of its own. */
export interface Hound {
  readonly child: ChildProcess;
  /** What it has said on stdout and on stderr until now. */
  readonly log: () => string;
  readonly said: () => string;
  /** Ends it, if it has not ended. @returns its exit code, or the signal that ended it */
  end(signal?: NodeJS.Signals): Promise<number | string | null>;
}

/** Where handlers of one test live: a state folder, a spool, a configuration. Ends with the test. */
export class Kennel {
  readonly home: string;
  readonly state: string;
  readonly spool: Spool;
  readonly said: string[] = [];
  readonly log: string[] = [];
  readonly #test: TestContext;

  constructor(t: TestContext, state?: string) {
    this.#test = t;
    this.home = folder(t);
    this.state = state ?? join(this.home, "state");
    this.spool = new Spool(join(this.home, "spool"));
    this.configure('[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\ncap = 0\n');
  }

  configure(toml: string): void {
    writeFileSync(join(this.home, "sheepdog.toml"), toml, { mode: 0o600 });
  }

  /** A handler in this process. */
  handle(more: Partial<Handling> = {}): Promise<void> {
    return handle({
      ...Config.parse({
        name: "shepherd",
        mail: { to: "ops@example.org" },
        policy: { gather: "0s", cap: 0 },
      }),
      signers: join(this.home, "operators"),
      plugins: [join(this.home, "plugins")],
      broker: this.spool,
      state: this.state,
      once: true,
      signal: new AbortController().signal,
      say: (line) => void this.said.push(line),
      log: (lines) => void this.log.push(lines),
      standing: alone,
      ...more,
    });
  }

  /** A handler in a process of its own. */
  start(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Hound {
    const program = `import(${JSON.stringify(new URL("../../src/unit/handler.js", import.meta.url).href)}).then(({ main }) => main())`;
    const config = ["-c", join(this.home, "sheepdog.toml")];
    const child = spawn(process.execPath, ["-e", program, "--", "sheepdog-handler", ...config, ...args], {
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: this.home,
        SHEEPDOG_STATE: this.state,
        SHEEPDOG_SPOOL: join(this.home, "spool"),
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#test.after(() => void child.kill("SIGKILL"));
    const written = { log: "", said: "" };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (written.log += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (written.said += chunk));
    const closed = once(child, "close");
    return {
      child,
      log: () => written.log,
      said: () => written.said,
      async end(signal) {
        if (signal !== undefined) child.kill(signal);
        await closed;
        return child.exitCode ?? child.signalCode;
      },
    };
  }

  /** Rows of the history, as arrays. */
  rows(query: string): readonly (readonly unknown[])[] {
    const database = new Sqlite(join(this.state, "history.db"), { readonly: true });
    try {
      return database.prepare(query).raw().all() as unknown[][];
    } finally {
      database.close();
    }
  }

  /** What waits to be mailed, one after the other, each with whom it goes to. */
  async mail(broker: Broker = this.spool): Promise<readonly (Notice & Pick<Parcel, "to">)[]> {
    const parcels = (await broker.peek("mail", 100_000)).map(({ body }) => JSON.parse(body) as Parcel);
    return parcels.flatMap(({ to, notices }) => notices.map((notice) => ({ ...notice, to })));
  }
}

let count = 0;
/** The text of a bark, as any language may write it. */
export const text = (level: string, more: object = {}): string =>
  JSON.stringify({
    id: `bark-${String(++count).padStart(6, "0")}`,
    host: "nas",
    tag: "SCRUB",
    level,
    ...more,
  });
