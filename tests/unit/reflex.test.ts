import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { Config } from "../../src/config/schema.ts";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";

const BAN = [
  "member(web1).",
  "member(web2).",
  "member(web3).",
  "react(H, ban, args(address, From)) :- attack(Seen, From, N), N >= 10, member(Seen), member(H).",
];
const attack = (...from: readonly string[]): string =>
  text("warning", { host: "web2", tag: "AUTH", facts: from.map((one) => ["attack", one, 20]) });

interface Asked {
  readonly kind: string;
  readonly id: string;
  readonly job: string;
  readonly args: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

/** A handler with rules of `react`, its rounds, and what waits for agents. */
class Yard extends Farmyard {
  #reactions: Partial<Config["reactions"]>;

  constructor(t: TestContext, reactions: Partial<Config["reactions"]> = {}) {
    super(t);
    this.#reactions = {};
    this.set(reactions);
    this.rule("ban.pl", ...BAN);
  }

  set(reactions: Partial<Config["reactions"]>): void {
    this.#reactions = { ...this.#reactions, ...reactions };
    const lines = Object.entries(this.#reactions).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    this.configure(
      `name = "shepherd"\nrules = ["${this.rules}"]\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\ncap = 0\n[reactions]\n${lines.join("\n")}\n`,
    );
  }

  async hear(...bodies: readonly string[]): Promise<void> {
    if (bodies.length > 0) await this.spool.publish("barks", bodies);
    await this.handle({
      rules: [this.rules],
      reactions: { ...Config.parse({}).reactions, ...this.#reactions },
    });
  }

  /** Calls for rounds, and lets what they say be heard. */
  async turn(): Promise<void> {
    const { status, stderr } = this.call();
    assert.deepEqual([status, stderr], [0, ""]);
    await this.hear();
  }

  /** What a machine was asked for, in its order. */
  async asked(host: string): Promise<readonly Asked[]> {
    return (await this.spool.peek(`jobs:${host}`, 100)).map(
      ({ body }) => JSON.parse((JSON.parse(body) as { request: string }).request) as Asked,
    );
  }

  /** Barks of reactions, in a line each. */
  reactions = (): readonly string[] =>
    this.rows("SELECT level, tag, summary FROM bark WHERE monitor = 'reaction' ORDER BY seq").map((row) =>
      row.join(" "),
    );

  waiting = async (): Promise<readonly Bark[]> =>
    (await this.spool.peek("barks", 100)).map(({ body }) => JSON.parse(body) as Bark);
}

test("a rule has each machine of a group asked once, by a request that its agent accepts, and says what it asks", async (t) => {
  const yard = new Yard(t);
  await yard.hear(attack("203.0.113.9"));
  // Nobody has heard the first one when the second is made.
  yard.call();
  yard.call();
  await yard.hear();
  for (let time = 0; time < 2; time++) await yard.turn();
  for (const host of ["web1", "web2", "web3"]) {
    const [one, ...more] = await yard.asked(host);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [one?.kind, one?.job, one?.args, one?.hosts],
      ["run", "ban", { address: "203.0.113.9" }, ["web1", "web2", "web3"]],
    );
  }
  assert.deepEqual(await yard.asked("shepherd"), []);
  assert.deepEqual(yard.reactions(), ["warning react ban address=203.0.113.9 asked of web1, web2, web3"]);
  assert.match(
    (await yard.told()).join("\n"),
    /^bad shepherd react ban address=203.0.113.9 .*asked of web1, web2, web3$/m,
  );
  // It is no more so; and later it is so again.
  await yard.hear(attack());
  await yard.turn();
  await yard.hear(attack("203.0.113.9"));
  await yard.turn();
  assert.equal((await yard.asked("web3")).length, 2);
  assert.equal(yard.reactions().length, 3);
  assert.equal((await yard.spool.peek("dead", 9)).length, 0);
});
