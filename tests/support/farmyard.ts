import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Kennel } from "./kennel.ts";

const ROUNDS = new URL("../../src/unit/rounds.js", import.meta.url).href;
const CALLER = new URL("./caller.js", import.meta.url).pathname;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A handler with a folder of rules. */
export class Farmyard extends Kennel {
  readonly rules: string;

  constructor(t: TestContext, more = "") {
    super(t);
    this.rules = join(this.home, "rules");
    mkdirSync(this.rules);
    this.configure(
      `name = "shepherd"\nrules = ["${this.rules}"]\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\ncap = 0\n${more}`,
    );
  }

  /** Writes a file of rules. */
  rule(name: string, ...lines: readonly string[]): void {
    writeFileSync(join(this.rules, name), `${lines.join("\n")}\n`);
  }

  unrule(name: string): void {
    rmSync(join(this.rules, name));
  }

  /** Calls for rounds, as their timer does. */
  call(): Ended {
    return this.#run(
      "-e",
      `import(${JSON.stringify(ROUNDS)}).then(({ main }) => main())`,
      "--",
      "sheepdog-rounds",
    );
  }

  command(...words: readonly string[]): Ended {
    return this.#run(CALLER, ...words);
  }

  #run(...words: readonly string[]): Ended {
    return spawnSync(process.execPath, words, {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: this.home,
        TZ: "UTC",
        SHEEPDOG_CONFIG: join(this.home, "sheepdog.toml"),
        SHEEPDOG_STATE: this.state,
        SHEEPDOG_SPOOL: join(this.home, "spool"),
      },
    });
  }

  /** What was told, in a line each. What a kill let leave twice is one: the mailer knows it by its name. */
  async told(): Promise<readonly string[]> {
    const mail = (await this.mail()).map(
      ({ id, kind, to, bark }) =>
        [`${id} ${to}`, `${kind} ${bark.host} ${bark.tag} ${to}: ${bark.summary}`] as const,
    );
    return [...new Map(mail).values()];
  }
}
