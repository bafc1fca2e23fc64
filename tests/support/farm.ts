import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { Machine, type Ran } from "./sheepdog.ts";

/** A machine with a folder of plugins, and a configuration that names it. */
export class Farm {
  readonly machine: Machine;
  readonly plugins: string;

  constructor(t: TestContext) {
    this.machine = new Machine(t);
    this.plugins = join(this.machine.home, "plugins");
    mkdirSync(this.plugins);
    this.configure("");
  }

  configure(toml: string): void {
    writeFileSync(
      join(this.machine.home, "sheepdog.toml"),
      `plugins = ["${this.plugins}"]\n[mail]\nto = "ops@example.org"\n${toml}`,
    );
  }

  put(name: string, text: string, mode = 0o755): string {
    const file = join(this.plugins, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  indicator(name: string): Promise<Ran> {
    return this.machine.run(["-c", join(this.machine.home, "sheepdog.toml"), name], "sheepdog-indicator");
  }

  /** `sheepdog plugin list`. */
  list(): Promise<Ran> {
    return this.machine.run(["plugin", "list", "-c", join(this.machine.home, "sheepdog.toml")]);
  }

  /** Reads an indicator that must not stop the dog from barking. */
  async read(name: string): Promise<Bark> {
    const { status, stderr } = await this.indicator(name);
    assert.equal(status, 0, stderr);
    const barks = this.machine.barks;
    assert.equal(barks.length, 1);
    return barks[0] as Bark;
  }
}
