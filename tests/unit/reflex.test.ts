import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import Sqlite from "better-sqlite3";
import { setTimeout } from "node:timers/promises";
import { Config } from "../../src/config/schema.ts";
import { idOf, NAMESPACE } from "../../src/reaction/statement.ts";
import { seconds } from "../../src/time.ts";
import { signed } from "../support/deed.ts";
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
    const lines = Object.entries(this.#reactions).map(([key, value]) =>
      key === "expires" ? `${key} = "${String(value)}s"` : `${key} = ${JSON.stringify(value)}`,
    );
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

test("what others bark of a reaction has nothing done, keeps nobody from it, and is told", async (t) => {
  const yard = new Yard(t);
  await yard.hear(attack("203.0.113.9"));
  yard.call();
  const [, genuine] = await yard.waiting();
  assert.ok(genuine?.monitor === "reaction");
  await yard.hear();
  assert.equal((await yard.asked("web1")).length, 1);
  const forge = (more: Partial<Bark>): string => JSON.stringify({ ...genuine, ...more });
  const said = JSON.parse(genuine.content?.["said"] as string) as Record<string, unknown>;
  const key = join(yard.home, "mine");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const mine = signed(JSON.stringify({ ...said, args: { address: "192.0.2.1" } }), key, NAMESPACE);
  const wrong = signed(genuine.content?.["said"] as string, join(yard.state, "reactions"), "sheepdog-job");
  const content = { ...genuine.content } as Record<string, string>;
  const over = { kind: "over", job: "ban", args: said["args"], before: genuine.id, time: said["time"] };
  const forged = {
    "no signature": forge({ id: "a1", content: { ...content, signature: "" } }),
    "another id": forge({ id: "a2" }),
    "another host": forge({ id: "a3", host: "nas" }),
    "another text": forge({
      id: "a4",
      content: { ...content, said: JSON.stringify({ ...said, hosts: ["nas"] }) },
    }),
    "another key": forge({ id: "a5", content: { said: JSON.stringify(over), signature: mine } }),
    "for something else": forge({ id: "a6", content: { ...content, signature: wrong } }),
    nothing: forge({ id: "a7", content: {} }),
    "that it is over": forge({ id: "a8", level: "ok", summary: "is no more so" }),
  };
  await yard.hear(...Object.values(forged));
  const notes = (await yard.told()).filter((line) => line.startsWith("note"));
  assert.equal(notes.length, Object.keys(forged).length, notes.join("\n"));
  for (const note of notes) assert.match(note, /asked was refused: /);
  // The very same once more is nothing new, and nobody is told.
  await yard.hear(JSON.stringify(genuine));
  // Under its name by another monitor: seen, and of no account.
  await yard.hear(text("ok", { host: "shepherd", tag: genuine.tag }));
  await yard.turn();
  for (const host of ["web1", "web2", "web3", "nas"])
    assert.equal((await yard.asked(host)).length, host === "nas" ? 0 : 1);
  assert.equal(yard.reactions().length, 1);
  assert.deepEqual(yard.rows("SELECT lasts, held FROM reaction"), [[1, null]]);
  // Nobody foresees under which id it will be said, so it cannot be taken beforehand.
  const foreseen = idOf({ ...said, kind: "over", before: genuine.id } as never, "");
  await yard.hear(text("ok", { id: foreseen }));
  await yard.hear(attack());
  await yard.turn();
  assert.equal(yard.reactions().at(-1), `ok ${genuine.tag} is no more so`);
});

test("what was said long ago, or before something else, has nothing done; it is said anew", async (t) => {
  const yard = new Yard(t, { expires: seconds(10) });
  await yard.hear(attack("203.0.113.9"));
  yard.call();
  const late = (await yard.waiting()).find(({ monitor }) => monitor === "reaction");
  await yard.spool.consume(
    "barks",
    { batch: 9, once: true, signal: new AbortController().signal },
    async (all) => all.map(() => ({ kind: "done" as const })),
  );
  await setTimeout(11_000);
  await yard.hear(JSON.stringify(late));
  assert.deepEqual(await yard.asked("web1"), []);
  await yard.turn();
  assert.equal((await yard.asked("web1")).length, 1);
  await yard.hear(JSON.stringify(late));
  assert.equal((await yard.asked("web1")).length, 1);
});

test("who joins the group later is asked alone", async (t) => {
  const yard = new Yard(t);
  await yard.hear(attack("203.0.113.9"));
  await yard.turn();
  yard.rule("ban.pl", ...BAN, "member(web4).");
  await yard.hear();
  await yard.turn();
  await yard.turn();
  assert.deepEqual(
    (await yard.asked("web4")).map(({ hosts }) => hosts),
    [["web4"]],
  );
  assert.equal((await yard.asked("web1")).length, 1);
  assert.deepEqual(yard.reactions(), [
    "warning react ban address=203.0.113.9 asked of web1, web2, web3",
    "warning react ban address=203.0.113.9 asked of web4",
  ]);
  assert.equal((await yard.told()).filter((line) => line.includes(" react ")).length, 1);
});

test("a dry run says what it would do, once, and asks nobody; then it is asked", async (t) => {
  const yard = new Yard(t, { dry: true });
  await yard.hear(attack("203.0.113.9"));
  for (let time = 0; time < 2; time++) await yard.turn();
  assert.deepEqual(yard.reactions(), [
    "warning react ban address=203.0.113.9 would be asked of web1, web2, web3; this is a dry run",
  ]);
  assert.deepEqual(await yard.asked("web1"), []);
  yard.set({ dry: false });
  await yard.turn();
  assert.equal((await yard.asked("web1")).length, 1);
});

test("beyond the limit it is said, once, and asked when there is room", async (t) => {
  const yard = new Yard(t, { limit: 2 });
  await yard.hear(attack("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"));
  for (let time = 0; time < 3; time++) await yard.turn();
  assert.deepEqual(
    yard.reactions().map((line) => line.replace(/^.*address=/, "")),
    [
      "203.0.113.1 asked of web1, web2, web3",
      "203.0.113.2 asked of web1, web2, web3",
      "203.0.113.3 not asked of web1, web2, web3: more than 2 an hour",
      "203.0.113.4 not asked of web1, web2, web3: more than 2 an hour",
    ],
  );
  assert.equal((await yard.asked("web1")).length, 2);
  // An hour later.
  const history = new Sqlite(join(yard.state, "history.db"));
  history.exec("UPDATE reacted SET time = time - 3600001");
  history.close();
  for (let time = 0; time < 2; time++) await yard.turn();
  assert.deepEqual(
    (await yard.asked("web1")).map(({ args }) => args["address"]),
    ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"],
  );
});

test("where the handler knows of a lower limit, or a brake, than the rounds did, it heeds that", async (t) => {
  const yard = new Yard(t);
  await yard.hear(attack("203.0.113.9"));
  yard.call();
  await yard.handle({ rules: [yard.rules], reactions: { ...Config.parse({}).reactions, limit: 0 } });
  assert.deepEqual(await yard.asked("web1"), []);
  assert.doesNotMatch((await yard.told()).join("\n"), / react /);
  await yard.turn();
  assert.equal((await yard.asked("web1")).length, 1);
});

test("a brake stops all of it at once, is seen, and when it is let go what is still so is asked", async (t) => {
  const yard = new Yard(t);
  await yard.hear();
  const halt = yard.command("job", "halt", "--why", "it bans the office");
  assert.deepEqual([halt.status, halt.stderr], [0, ""]);
  assert.match(
    halt.stdout,
    /^asked for a halt of all reactions\n.*\n.*`sheepdog job list` and `status` there show it/,
  );
  await yard.hear();
  await yard.hear(attack("203.0.113.9", "203.0.113.8"));
  for (let time = 0; time < 2; time++) await yard.turn();
  assert.deepEqual(
    yard.reactions().map((line) => line.replace(/^.*address=/, "")),
    [
      "203.0.113.8 halted, not asked of web1, web2, web3",
      "203.0.113.9 halted, not asked of web1, web2, web3",
    ],
  );
  assert.deepEqual(await yard.asked("web1"), []);
  assert.match(
    yard.command("status").stdout,
    /warning\tshepherd\tREACTIONS\thalted by .*: it bans the office/,
  );
  assert.match(yard.command("job", "list").stderr, /reactions are halted since .*: it bans the office/);
  await yard.hear(attack("203.0.113.9"));
  await yard.turn();
  rmSync(join(yard.state, "stirred"), { force: true });
  assert.equal(yard.command("job", "resume").status, 0);
  await yard.hear();
  // At once: not when the minute is over.
  assert.ok(existsSync(join(yard.state, "stirred")));
  await yard.turn();
  assert.deepEqual(
    (await yard.asked("web1")).map(({ args }) => args["address"]),
    ["203.0.113.9"],
  );
  assert.equal(yard.command("job", "list").stderr, "");
  assert.doesNotMatch(yard.command("status").stdout, /REACTIONS/);
});

test("the rounds are called for at once where something has changed that rules of react rest on, and only then", async (t) => {
  const yard = new Yard(t);
  yard.rule(
    "more.pl",
    "react(H, restart, none) :- broken(H).",
    "broken(H) :- package(H, old, _), \\+ fine(H).",
    ":- dynamic fine/1.",
  );
  const stirred = async (...bodies: readonly string[]): Promise<boolean> => {
    await yard.hear(...bodies);
    const file = join(yard.state, "stirred");
    const found = existsSync(file);
    rmSync(file, { force: true });
    return found;
  };
  const facts = (...all: readonly (readonly (string | number)[])[]): string =>
    text("ok", { tag: "X", facts: all });
  assert.equal(await stirred(text("fail")), false);
  assert.equal(await stirred(facts(["disk", "/", 1])), false);
  assert.equal(await stirred(facts(["disk", "/", 1], ["package", "old", "1"])), true);
  assert.equal(await stirred(facts(["disk", "/", 2], ["package", "old", "1"])), false);
  assert.equal(await stirred(attack("203.0.113.9")), true);
  assert.equal(await stirred(attack("203.0.113.9")), false);
  assert.equal(await stirred(attack()), true);
  assert.equal(await stirred(facts(["fine"], ["package", "old", "1"])), true);
  yard.rule("more.pl", "react(H, restart, none) :- state(H, 'SCRUB', fail).");
  yard.unrule("ban.pl");
  assert.equal(await stirred(text("ok", { tag: "Y" })), true);
  assert.equal(await stirred(text("ok", { tag: "Y" })), false);
  assert.equal(await stirred(text("fail")), false);
  assert.equal(await stirred(text("ok")), true);
  yard.unrule("more.pl");
  assert.equal(await stirred(text("fail")), false);
});

test("of rules that are gone it is over; what cannot be asked is said, and holds up nothing", async (t) => {
  const yard = new Yard(t);
  yard.rule(
    "odd.pl",
    "react(web1, 'a b', none) :- attack(_, _, _).",
    "react('', ban, none) :- attack(_, _, _).",
    "react(web1, ban, From) :- attack(_, From, _).",
    "react(web1, restart, none) :- attack(_, _, _).",
  );
  await yard.hear(attack("203.0.113.9"));
  const { status, stderr } = yard.call();
  assert.equal(status, 0);
  const lines = stderr.trim().split("\n").sort();
  assert.equal(lines.length, 3, stderr);
  assert.match(lines[0] ?? "", /nobody is asked for react\("", "ban", "none"\): its host is empty/);
  assert.match(lines[1] ?? "", /react\("web1", "a b", "none"\): no job is called so/);
  assert.match(lines[2] ?? "", /react\("web1", "ban", "203\.0\.113\.9"\): its arguments are made by args/);
  await yard.hear();
  assert.deepEqual(
    (await yard.asked("web1")).map(({ job: name, args }) => [name, args]),
    [
      ["ban", { address: "203.0.113.9" }],
      ["restart", {}],
    ],
  );
  yard.unrule("odd.pl");
  yard.unrule("ban.pl");
  await yard.hear();
  await yard.turn();
  assert.deepEqual(yard.reactions().slice(2), [
    "ok react ban address=203.0.113.9 is no more so",
    "ok react restart is no more so",
  ]);
});

test("what somebody tells of can be a value, and never one argument more", async (t) => {
  const yard = new Yard(t);
  const odd = `203.0.113.9" port=22 'x'","b":"c`;
  await yard.hear(attack(odd));
  await yard.turn();
  assert.deepEqual(
    (await yard.asked("web1")).map(({ args }) => args),
    [{ address: odd }],
  );
});

test("rules test says what machines would have been asked for", async (t) => {
  const yard = new Yard(t);
  await yard.hear(attack("203.0.113.9"));
  const { status, stdout, stderr } = yard.command("rules", "test", join(yard.rules, "ban.pl"), "--days", "1");
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    stdout.match(/(?<=\t-\t)web.*/g),
    ["web1", "web2", "web3"].map((host) => `${host}\treact ban address=203.0.113.9\twould have been asked`),
  );
});
