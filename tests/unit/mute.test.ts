import assert from "node:assert/strict";
import { test } from "node:test";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";
import { until } from "../support/until.ts";

const DEPENDS = [
  "depends(web1, router).",
  "depends(web2, router).",
  "mute(H, T) :- depends(H, R), state(R, 'PING', L), L \\= ok.",
];

const ping = (level: string, more: object = {}): string =>
  text(level, { host: "router", tag: "PING", ...more });
const http = (level: string, host = "web1", more: object = {}): string =>
  text(level, { host, tag: "HTTP", ...more });

/** What is told, without words and addresses. */
const told = async (yard: Farmyard): Promise<readonly string[]> =>
  (await yard.mail()).map(({ kind, bark }) => `${kind} ${bark.host} ${bark.tag}`);

test("one cause is one mail: what depends on it is told when that is well and it is not, also by a handler that was killed", async (t) => {
  const yard = new Farmyard(t);
  yard.rule("depends.pl", ...DEPENDS);
  const hound = yard.start();
  const heard = (count: number): Promise<void> =>
    until(`${count} barks are heard`, () => yard.rows("SELECT count(*) FROM bark")[0]?.[0] === count);
  await until("it takes barks", () => hound.said().includes("takes barks"));
  // In one batch: what the first of them changed is seen.
  await yard.spool.publish("barks", [ping("fail"), http("fail"), http("fail", "web2"), http("fail", "nas")]);
  await heard(4);
  await until("two are told", async () => (await told(yard)).length >= 2);
  assert.deepEqual(await told(yard), ["bad router PING", "bad nas HTTP"]);
  const rounds = async (): Promise<void> => {
    assert.equal(yard.call().status, 0);
    await until("they are made", async () => (await yard.spool.peek("barks", 9)).length === 0);
  };
  await rounds();
  await rounds();
  assert.equal((await told(yard)).length, 2);
  await hound.end("SIGKILL");
  const again = yard.start();
  await rounds();
  assert.equal((await told(yard)).length, 2);
  await yard.spool.publish("barks", [http("ok", "web2"), ping("ok")]);
  await heard(6);
  await rounds();
  await rounds();
  await yard.spool.publish("barks", [http("ok")]);
  await heard(7);
  assert.equal(await again.end("SIGTERM"), 0);
  assert.deepEqual(await told(yard), [
    "bad router PING",
    "bad nas HTTP",
    "well router PING",
    "bad web1 HTTP",
    "well web1 HTTP",
  ]);
});

test("what goes missing in the same rounds as what it depends on is not told, whichever of them is looked at first", async (t) => {
  const yard = new Farmyard(t, 'grace = "0s"\n');
  yard.rule("depends.pl", ...DEPENDS);
  const hound = yard.start();
  await yard.spool.publish("barks", [
    http("ok", "web1", { expect: "1s" }),
    ping("ok", { expect: "1s" }),
    http("ok", "web2", { expect: "1s" }),
  ]);
  await until("they are heard", () => (hound.log().match(/level=ok/g) ?? []).length === 3);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (let time = 0; time < 2; time++) {
    assert.equal(yard.call().status, 0);
    await until("the rounds are made", async () => (await yard.spool.peek("barks", 9)).length === 0);
  }
  assert.deepEqual(await told(yard), ["bad router PING"]);
  assert.deepEqual(
    yard
      .rows("SELECT host, level, since FROM state WHERE until IS NULL ORDER BY host")
      .map(([, level]) => level),
    ["missing", "missing", "missing"],
  );
  await yard.spool.publish("barks", [ping("ok")]);
  await until("it is told", async () => (await told(yard)).length === 2);
  assert.equal(yard.call().status, 0);
  await until("the rounds are made", async () => (await told(yard)).length === 4);
  assert.equal(await hound.end("SIGTERM"), 0);
  assert.deepEqual((await told(yard)).slice(1).sort(), [
    "bad web1 HTTP",
    "bad web2 HTTP",
    "well router PING",
  ]);
});

test("a mute sees the trouble itself, and of how it stands in this very moment", async (t) => {
  const yard = new Farmyard(t);
  yard.rule(
    "soft.pl",
    "mute(H, T) :- state(H, T, warning), glob(T, 'SOFT*').",
    "mute(nas, 'X') :- state(nas, 'X', _).",
  );
  const publish = async (...barks: readonly string[]): Promise<void> => {
    await yard.spool.publish("barks", barks);
    await yard.handle({ rules: [yard.rules] });
  };
  const soft = (level: string): string => text(level, { tag: "SOFT-1", host: "web" });
  await publish(
    soft("warning"),
    text("warning", { tag: "HARD" }),
    text("fail", { tag: "X" }),
    text("fail", { tag: "X", host: "web" }),
  );
  assert.deepEqual(await told(yard), ["bad nas HARD", "bad web X"]);
  await publish(soft("fail"));
  await publish(soft("ok"));
  assert.deepEqual((await told(yard)).slice(2), ["bad web SOFT-1", "well web SOFT-1"]);
  assert.deepEqual(yard.rows("SELECT level FROM state WHERE tag = 'SOFT-1' ORDER BY since, seq"), [
    ["warning"],
    ["fail"],
    ["ok"],
  ]);
});

for (const [what, rule, said] of [
  [
    "fails",
    "odd('('). mute(H, T) :- state(H, T, _), odd(P), re(T, P).",
    /mute is not heeded .*"\(" is no regular expression/,
  ],
  [
    "never ends",
    "n(1).\nn(M) :- n(N), M is N + 1.\nmute(H, T) :- state(H, T, _), n(N), N < 0.",
    /mute is not heeded .*it takes too long/,
  ],
  [
    "never ends, and goes on from two that are found so,",
    "n(1).\nn(M) :- n(N), n(K), M is N + K.\nmute(H, T) :- state(H, T, _), n(N), N < 0.",
    /mute is not heeded .*it takes too long/,
  ],
  [
    "goes back and forth in one text for ages",
    "mute(_, T) :- re(T, '^T(A+)+$').",
    /mute is not heeded .*it takes too long/,
  ],
] as const)
  test(`a mute that ${what} mutes nothing, keeps nobody waiting, and is said once`, async (t) => {
    const yard = new Farmyard(t);
    yard.rule("wrong.pl", rule);
    const barks = Array.from({ length: 20 }, (_, at) => text("fail", { tag: `T${"A".repeat(60)}${at}` }));
    await yard.spool.publish("barks", barks);
    const began = Date.now();
    await yard.handle({ rules: [yard.rules] });
    assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
    assert.equal((await told(yard)).length, 20);
    assert.equal(yard.said.filter((line) => said.test(line)).length, 1, yard.said.join("\n"));
  });
