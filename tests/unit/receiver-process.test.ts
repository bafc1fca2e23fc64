import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import type { Dead } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import type { Parcel } from "../../src/parcel.ts";
import { Machine } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";

/** A machine with a plugin in sh called `room`. */
class Cellar {
  readonly machine: Machine;
  readonly spool: Spool;

  constructor(t: ConstructorParameters<typeof Machine>[0], receive: string) {
    this.machine = new Machine(t);
    this.spool = new Spool(this.machine.spool);
    const plugins = join(this.machine.home, "plugins");
    mkdirSync(plugins);
    const file = join(plugins, "room");
    writeFileSync(file, `#!/bin/sh\ncase $1 in receive) ${receive} ;; *) exit 64 ;; esac\n`);
    chmodSync(file, 0o755);
    writeFileSync(
      join(this.machine.home, "sheepdog.toml"),
      `name = "shepherd"\nplugins = ["${plugins}"]\n[mail]\nto = "ops@example.org"\n`,
    );
  }

  args(...more: readonly string[]): readonly string[] {
    return ["-c", join(this.machine.home, "sheepdog.toml"), ...more];
  }

  async bark(...barks: readonly object[]): Promise<void> {
    await this.spool.publish(
      "barks",
      barks.map((more) =>
        JSON.stringify({ host: "cellar", tag: "ROOM", monitor: "room", level: "ok", ...more }),
      ),
    );
  }

  /** Handler, receiver, handler: what waits is handled. */
  async turn(): Promise<void> {
    for (const unit of ["handler", "receiver", "handler", "handler"]) {
      const ran = await this.machine.run(this.args("--once"), `sheepdog-${unit}`);
      assert.equal(ran.status, 0, `${unit}: ${ran.stderr}`);
    }
  }

  async list(): Promise<readonly Bark[]> {
    return JSON.parse((await this.machine.run(["list", "--json"])).stdout) as Bark[];
  }

  async queue<Kind>(name: string): Promise<readonly Kind[]> {
    return (await this.spool.peek(name, 100)).map(({ body }) => JSON.parse(body) as Kind);
  }
}

test("a program receives a bark on stdin, and what it prints is done", async (t) => {
  const cellar = new Cellar(
    t,
    `grep -q '"degrees":31' && printf '%s\\n' '{"fact":["temperature",31]}' '{"notice":{"summary":"open a window"}}'`,
  );
  await cellar.bark({ content: { degrees: 31 } });
  await cellar.turn();
  const mail = (await cellar.queue<Parcel>("mail")).flatMap(({ notices }) => notices);
  assert.deepEqual(
    mail.map(({ kind, bark }) => [kind, bark.host, bark.summary]),
    [["note", "cellar", "open a window"]],
  );
  const receipt = (await cellar.list()).find(({ monitor }) => monitor === "receipt");
  assert.deepEqual(receipt?.facts, [["temperature", 31]]);
  assert.equal(receipt?.host, "cellar");
});

for (const [what, receive, reason] of [
  ["fails", "echo no paper >&2; exit 3", /exit 3: no paper/],
  ["prints garbage", "echo hello", /line 1 is no JSON/],
  ["prints half an object", `printf '{"fact":'`, /line 1 is no JSON/],
  ["prints too much", "head -c 100000000 /dev/zero", /wrote more than/],
  ["is killed", "kill -9 $$", /SIGKILL/],
] as const)
  test(`a bark whose program ${what} is dead for it, told once and kept`, async (t) => {
    const cellar = new Cellar(t, receive);
    await cellar.bark({ id: "one" }, { id: "two" });
    await cellar.turn();
    const dead = await cellar.queue<Dead>("dead");
    assert.deepEqual(
      dead.map(({ queue }) => queue),
      ["receive", "receive"],
    );
    assert.match(dead[0]?.reason ?? "", reason);
    assert.deepEqual(
      (await cellar.queue<Parcel>("mail")).map(({ notices: [told] }) => [
        told?.bark.host,
        told?.bark.tag,
        told?.level,
      ]),
      [["shepherd", "receiver room", "unknown"]],
    );
    assert.ok((await cellar.list()).some(({ id }) => id === "two"));
  });

test("a program that says 75 is asked again, and one without a receiver is left alone", async (t) => {
  const again = new Cellar(t, "exit 75");
  await again.bark({});
  await again.turn();
  assert.equal((await again.queue("receive")).length, 1);
  const none = new Cellar(t, "exit 64");
  await none.bark({});
  await none.turn();
  assert.equal((await none.queue("receive")).length, 0);
  assert.equal((await none.queue("dead")).length, 0);
});

test("a program that hangs delays no other bark, neither in the handler nor in the receiver", async (t) => {
  const cellar = new Cellar(t, `grep -q slow && sleep 20; echo '{"fact":["quick",1]}'`);
  cellar.machine.start(cellar.args(), "sheepdog-handler");
  cellar.machine.start(cellar.args(), "sheepdog-receiver");
  await cellar.bark({ id: "slow", content: { slow: true } });
  await until("it is in hand", async () => (await cellar.queue("receive")).length === 1);
  const since = Date.now();
  await cellar.bark(...Array.from({ length: 20 }, (_, at) => ({ id: `quick-${at}`, tag: `ROOM-${at}` })));
  await until("all the others are through", async () => {
    const list = await cellar.list().catch(() => []);
    return list.filter(({ monitor }) => monitor === "receipt").length === 20;
  });
  assert.ok(Date.now() - since < 15_000, `${Date.now() - since} ms`);
});
