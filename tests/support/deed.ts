import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { NAMESPACE } from "../../src/operator/deed.ts";
import { makeLocalKey } from "../../src/operator/local.ts";
import { type Operators, operators } from "../../src/operator/verify.ts";
import { iso, now } from "../../src/time.ts";
import { folder } from "./folder.ts";

/** The text of a deed. */
export const deedText = (more: object = {}): string =>
  JSON.stringify({
    kind: "ack",
    host: "nas",
    tag: "SCRUB",
    why: "the disk is ordered",
    by: "alice@laptop",
    time: iso(now()),
    nonce: randomUUID(),
    ...more,
  });

/** People with keys, and a handler that knows some of them. */
export class Office {
  readonly home: string;
  readonly state: string;
  readonly list: string;
  readonly whom: Operators;

  constructor(t: TestContext) {
    this.home = folder(t);
    this.state = join(this.home, "state");
    this.list = join(this.home, "operators");
    mkdirSync(this.state, 0o750);
    this.whom = operators(this.state, this.list);
  }

  /** A key pair. @returns the file of the private half */
  key(name: string, ...words: readonly string[]): string {
    const file = join(this.home, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file, ...words]);
    return file;
  }

  /** Writes the list of operators. */
  allow(...lines: readonly string[]): void {
    writeFileSync(this.list, lines.map((line) => `${line}\n`).join(""), { mode: 0o644 });
  }

  makeLocalKey = (): Promise<void> => makeLocalKey(this.state);
}

/** Signs as anybody can. */
export const signed = (text: string, key: string, namespace: string = NAMESPACE): string =>
  execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", key, "-n", namespace], {
    input: text,
    encoding: "utf8",
  });
