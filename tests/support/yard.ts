import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { makeId } from "../../src/id.ts";
import type { Desk } from "../../src/job/desk.ts";
import { settle } from "../../src/job/settle.ts";
import { take } from "../../src/job/take.ts";
import { direct } from "../../src/job/direct.ts";
import { Ledger } from "../../src/job/ledger.ts";
import type { Request, Wish } from "../../src/job/request.ts";
import { seal } from "../../src/job/seal.ts";
import { now, seconds } from "../../src/time.ts";
import { user } from "../../src/user.ts";
import { folder } from "./folder.ts";
import { until } from "./until.ts";

/** A machine that may be asked for jobs, and people with keys. Jobs are run for real, as children of the test. */
export class Yard {
  readonly home: string;
  readonly told: Bark[] = [];
  readonly desk: Desk;
  readonly #settling: Promise<void>[] = [];
  #letters = 0;

  constructor(t: TestContext, name = "nas") {
    this.home = folder(t);
    for (const one of ["jobs.d", "desk"]) mkdirSync(join(this.home, one), { mode: 0o755 });
    const home = join(this.home, "desk");
    const tell = async (bark: Bark) => void this.told.push(bark);
    const starter = direct(
      async (entry, run) => {
        const settled = settle(this.desk.ledger.find(entry.id) ?? entry, "run", run, this.desk);
        this.#settling.push(settled);
        await settled;
      },
      join(home, "run"),
    );
    this.desk = {
      law: { name, jobs: join(this.home, "jobs.d"), signers: join(this.home, "allowed_signers") },
      terms: { name, capture: 4096, redact: [] },
      ledger: new Ledger(home),
      starter,
      tell,
    };
    writeFileSync(this.desk.law.signers, "");
  }

  /** Writes a job, run by whoever runs the test. */
  job(name: string, toml: string): void {
    const [head = "", ...tables] = toml.split(/^(?=\[)/m);
    writeFileSync(
      join(this.desk.law.jobs, `${name}.toml`),
      `user = "${user()}"\n${head}\n${tables.join("")}`,
    );
  }

  /** A key of somebody, listed. @returns its file */
  person(name: string, options = 'namespaces="sheepdog-job"', ...kind: readonly string[]): string {
    const file = this.stranger(name, ...kind);
    const line = `${name} ${options} ${readFileSync(`${file}.pub`, "utf8")}`;
    writeFileSync(this.desk.law.signers, line, { flag: "a" });
    return file;
  }

  /** The same, not listed. */
  stranger(name: string, ...kind: readonly string[]): string {
    const file = join(this.home, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", ...kind, "-N", "", "-C", name, "-f", file]);
    return file;
  }

  /** What would come by the queue. */
  async letter(
    wish: Wish,
    file: string,
    more: Partial<Pick<Request, "hosts" | "id" | "waits">> & {
      readonly from?: number;
      readonly life?: number;
    } = {},
  ): Promise<string> {
    const { from = now(), life = 60, ...rest } = more;
    const sealed = await seal(wish, {
      id: makeId(now()),
      hosts: [this.desk.law.name],
      by: "somebody",
      waits: false,
      ...rest,
      from: from as ReturnType<typeof now>,
      life: seconds(life),
      key: { kind: "file", file, words: file },
    });
    return JSON.stringify(sealed);
  }

  /** Hands it in, as the queue would. */
  take = (body: string, letter = `letter-${++this.#letters}`): Promise<void> => take(body, letter, this.desk);

  /** The last thing that was told, once there are so many. */
  async last(count: number): Promise<Bark> {
    await until(`${count} are told`, () => this.told.length >= count);
    await Promise.all(this.#settling);
    return this.told.at(-1) as Bark;
  }
}
