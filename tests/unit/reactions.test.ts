import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Config } from "../../src/config/schema.ts";
import { deedBark } from "../../src/operator/bark.ts";
import { ownKey } from "../../src/operator/local.ts";
import { inForce } from "../../src/rules/force.ts";
import { now } from "../../src/time.ts";
import { Asking } from "../../src/unit/asking.ts";
import { reactedBy } from "../../src/unit/reflex.ts";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";

const ADDRESSES = ["203.0.113.1", "203.0.113.2"] as const;
const RULE = "react(H, ban, args(address, From)) :- attack(_, From, _), member(H).";
const members = (count: number): string =>
  `${RULE} ${[1, 2, 3]
    .slice(0, count)
    .map((n) => `member(web${n}).`)
    .join(" ")}`;

/** What may happen, in any order. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant("attack" as const),
    which: fc.integer({ min: 0, max: 1 }),
    so: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("join" as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("brake" as const), halt: fc.boolean() }),
  { arbitrary: fc.record({ kind: fc.constant("rounds" as const), slow: fc.boolean() }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant("hear" as const) }), weight: 3 },
  fc.record({ kind: fc.constant("replay" as const), at: fc.nat() }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

test("whatever happens in whatever order, each machine is asked once while a rule says so, and never while halted", async (t) => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
    const yard = new Farmyard(t);
    yard.rule("ban.pl", members(1));
    const config = Config.parse({ name: "shepherd" });
    const published: string[] = [];
    /** What slow rounds have to say, and have not yet. */
    const slow: string[] = [];
    const attacked = new Set<string>();
    /** How often it has begun, by address. */
    const begun = new Map<string, number>();
    const hear = async (...bodies: readonly string[]): Promise<void> => {
      if (bodies.length > 0) await yard.spool.publish("barks", bodies);
      await yard.handle({ rules: [yard.rules] });
    };
    const rounds = async (late = false): Promise<void> => {
      const texts = inForce(yard.state);
      assert.ok(texts !== undefined);
      const say = (line: string): void => assert.fail(line);
      using asking = await Asking.open(texts, yard.state, now());
      const barks = await reactedBy(asking, { state: yard.state, config, say });
      const bodies = barks.map((bark) => JSON.stringify(bark));
      published.push(...bodies);
      if (late) slow.push(...bodies);
      else if (bodies.length > 0) await yard.spool.publish("barks", bodies);
    };
    const asked = async () => {
      const all = await Promise.all(
        [1, 2, 3].map(async (n) =>
          (await yard.spool.peek(`jobs:web${n}`, 100)).map(({ body }) => {
            const { request } = JSON.parse(body) as { request: string };
            const { id, args } = JSON.parse(request) as { id: string; args: { address: string } };
            return { host: `web${n}`, id, address: args.address };
          }),
        ),
      );
      return all.flat();
    };
    const brake = async (halt: boolean): Promise<void> => {
      const asking = { by: "test", host: "shepherd", now: now(), key: ownKey(yard.state) };
      await hear(
        JSON.stringify(await deedBark(halt ? { kind: "halt", why: "so" } : { kind: "resume" }, asking)),
      );
    };
    await hear();
    let halted: number | undefined;
    for (const one of steps) {
      switch (one.kind) {
        case "attack": {
          const address = ADDRESSES[one.which] ?? "";
          if (one.so && !attacked.has(address)) begun.set(address, (begun.get(address) ?? 0) + 1);
          if (one.so) attacked.add(address);
          else attacked.delete(address);
          await hear(text("ok", { tag: "AUTH", facts: [...attacked].map((from) => ["attack", from, 1]) }));
          break;
        }
        case "join":
          yard.rule("ban.pl", members(one.count));
          await hear();
          break;
        case "brake":
          await brake(one.halt);
          // What was asked before has left by now.
          halted = one.halt ? (halted ?? (await asked()).length) : undefined;
          break;
        case "rounds":
          await rounds(one.slow);
          break;
        case "hear":
          await hear(...slow.splice(0, Infinity));
          break;
        case "replay":
          if (published.length > 0) await hear(published[one.at % published.length] ?? "");
          break;
        default:
          one satisfies never;
      }
      if (halted !== undefined) assert.equal((await asked()).length, halted, "while halted");
    }
    await brake(false);
    for (let time = 0; time < 2; time++) {
      await rounds();
      await hear();
    }
    const all = await asked();
    for (const [host, address] of [1, 2, 3].flatMap((n) =>
      ADDRESSES.map((one) => [`web${n}`, one] as const),
    )) {
      const mine = all.filter((one) => one.host === host && one.address === address);
      assert.equal(new Set(mine.map(({ id }) => id)).size, mine.length, "one request, once");
      assert.ok(mine.length <= (begun.get(address) ?? 0), `${host} ${address}: ${mine.length}`);
    }
    const lasting = yard.rows("SELECT args, hosts FROM reaction WHERE lasts = 1");
    assert.deepEqual(
      new Set(lasting.map(([args]) => (JSON.parse(String(args)) as { address: string }).address)),
      attacked,
    );
    for (const [args, hosts] of lasting) {
      const { address } = JSON.parse(String(args)) as { address: string };
      for (const host of JSON.parse(String(hosts)) as string[])
        assert.ok(all.some((one) => one.host === host && one.address === address));
    }
    assert.equal((await yard.spool.peek("dead", 9)).length, 0);
    assert.equal((await yard.mail()).filter(({ kind }) => kind === "note").length, 0);
  });
  // Two rounds at a time, of which one knows of fewer machines; and one that ends an attack that has begun anew.
  const begin = { kind: "attack", which: 0, so: true } as const;
  const [late, soon] = [true, false].map((slow) => ({ kind: "rounds" as const, slow }));
  const [join, hear] = [{ kind: "join", count: 2 } as const, { kind: "hear" } as const];
  assert.ok(late !== undefined && soon !== undefined);
  const examples: [readonly Step[]][] = [
    [[begin, late, join, soon, hear, hear]],
    [[begin, soon, hear, { ...begin, so: false }, late, begin, soon, hear, hear, late, hear]],
  ];
  await fc.assert(property, {
    examples: examples.map(([steps]) => [[...steps]]),
    numRuns: Math.ceil(Number(process.env["SHEEPDOG_RUNS"] ?? 450) / 30),
  });
});
