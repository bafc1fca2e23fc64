import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import type { Dead } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import { parcelKey } from "../../src/parcel.ts";
import { Trouble } from "../../src/trouble.ts";
import { RedisStreams } from "../../src/broker/redis.ts";
import { Kennel, text } from "../support/kennel.ts";
import { redis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const dead = async (kennel: Kennel): Promise<readonly Dead[]> =>
  (await kennel.spool.peek("dead", 1000)).map(({ body }) => JSON.parse(body) as Dead);

test("a failing job is in the history, in the log and in the mail; when it is well again so is that", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("fail"), text("fail"), text("ok")]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT level FROM bark ORDER BY seq"), [["fail"], ["fail"], ["ok"]]);
  assert.deepEqual(kennel.log.join("").match(/level=\w+/g), ["level=fail", "level=fail", "level=ok"]);
  const mail = await kennel.mail();
  assert.deepEqual(
    mail.map(({ kind, to }) => [kind, to]),
    [
      ["bad", "ops@example.org"],
      ["well", "ops@example.org"],
    ],
  );
  assert.equal(mail[1]?.thread, mail[0]?.id);
  assert.deepEqual(kennel.rows("SELECT * FROM outbox"), []);
  assert.deepEqual(await kennel.spool.peek("barks", 10), []);
});

test("each of several people gets a message of their own, and all are named in it", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("fail", { mailto: ["a@x.org", "b@x.org"] })]);
  await kennel.handle();
  const mail = await kennel.mail();
  assert.deepEqual(
    mail.map(({ to, everyone }) => [to, everyone]),
    ["a@x.org", "b@x.org"].map((to) => [to, ["a@x.org", "b@x.org"]]),
  );
  assert.equal(new Set(mail.map(parcelKey)).size, 2);
});

test("a bark that is left twice is one bark and one mail", async (t) => {
  const kennel = new Kennel(t);
  const bark = text("fail");
  await kennel.spool.publish("barks", [bark, bark]);
  await kennel.handle();
  await kennel.spool.publish("barks", [bark]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT count(*) FROM bark"), [[1]]);
  assert.equal((await kennel.mail()).length, 1);
});

const wrong: readonly (readonly [name: string, body: string, reason: RegExp])[] = [
  ["no JSON", "garbage", /not JSON/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString("utf8"), /not JSON/],
  ["a missing field", '{"host":"nas","level":"fail"}', /`tag` is missing/],
  ["an unknown level", '{"host":"nas","tag":"T","level":"bad"}', /`level` must be one of/],
  [
    "deep JSON",
    `{"host":"nas","tag":"T","level":"fail","content":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
    /deeper/,
  ],
  [
    "a bark that is too large",
    text("fail", { content: { stdout: "x".repeat(300_000) } }),
    /at most 262144 bytes/,
  ],
  ["a number for a host", '{"host":1,"tag":"T","level":"fail"}', /`host` must be a string/],
];

test("what does not parse goes to `dead` with its reason, and holds up nothing", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [...wrong.map(([, body]) => body), text("fail")]);
  await kennel.handle();
  const buried = await dead(kennel);
  for (const [name, body, reason] of wrong)
    assert.ok(
      buried.some((one) => body.startsWith(one.body.slice(0, 100)) && reason.test(one.reason)),
      name,
    );
  assert.equal(buried.length, wrong.length);
  const said = kennel.said.filter((line) => line.includes("dead"));
  assert.equal(said.length, 1, "one line a batch");
  assert.match(
    said[0] ?? "",
    new RegExp(`^${wrong.length} barks are dead, the first because: not JSON.*; see \`sheepdog dead list\`$`),
  );
  assert.deepEqual(kennel.rows("SELECT count(*) FROM bark"), [[1]]);
});

test("a bark of somebody's own monitor that is called rounds is kept and told as any other", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [
    text("ok", { monitor: "rounds", tag: "rounds" }), // the call for them
    text("fail", { monitor: "rounds", tag: "NIGHTWATCH" }),
  ]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT tag, level FROM bark"), [["NIGHTWATCH", "fail"]]);
  assert.deepEqual(
    (await kennel.mail()).map(({ bark }) => bark?.tag),
    ["NIGHTWATCH"],
  );
});

test("ten megabytes in Redis go to `dead`, and the barks after it are kept", async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(`[redis]\nport = ${server.port}\ntimeout = "20s"\n[mail]\nto = "ops@example.org"\n`);
  await using broker = new RedisStreams(server.config({ timeout: "20s" }), undefined);
  await broker.publish("barks", [
    text("fail", { content: { stdout: "x".repeat(10 * 1024 * 1024) } }),
    text("fail"),
  ]);
  assert.equal(await kennel.start(["--once"]).end(), 0);
  assert.deepEqual(kennel.rows("SELECT count(*) FROM bark"), [[1]]);
  assert.equal((await broker.peek("dead", 10)).length, 1);
});

test("tags with a newline, a path, an emoji, SQL or HTML are kept as they are, each a subject of its own", async (t) => {
  const kennel = new Kennel(t);
  const tags = [
    "a\nb",
    "../../etc/passwd",
    "\u{1F411}",
    "'; DROP TABLE bark; --",
    "<b>bold</b>",
    "a\u0000b",
    "\u202eevil",
    "a b",
    "%s%n",
  ];
  await kennel.spool.publish(
    "barks",
    tags.map((tag) => text("fail", { tag })),
  );
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT tag FROM bark ORDER BY seq").flat(), tags);
  assert.equal((await kennel.mail()).length, tags.length);
  assert.equal(kennel.log.join("").split("\n").length, tags.length + 1, "one line each in the log");
});

test("a bark from the year 9999 is kept under its arrival, and a later one of its subject still counts", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("fail", { time: "9999-12-31T23:59:59Z" })]);
  await kennel.handle();
  await kennel.spool.publish("barks", [text("ok")]);
  await kennel.handle();
  const mail = await kennel.mail();
  assert.deepEqual(
    mail.map(({ kind }) => kind),
    ["bad", "well"],
  );
  assert.match(mail[0]?.remarks?.join() ?? "", /clock.*9999/);
});

test("a bark that waited in a spool for long is kept, but does not undo what is known since", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("ok"), text("fail", { time: "2020-01-01T00:00:00Z" })]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT count(*) FROM bark"), [[2]]);
  assert.deepEqual(kennel.rows("SELECT level FROM subject"), [["ok"]]);
  assert.deepEqual(await kennel.mail(), []);
});

test("one bark that the history refuses goes to `dead`, and the rest of its batch is kept", async (t) => {
  const kennel = new Kennel(t);
  await kennel.handle(); // makes the history
  const database = new Sqlite(join(kennel.state, "history.db"));
  database.exec(
    "CREATE TRIGGER poison BEFORE INSERT ON bark WHEN new.tag = 'POISON' BEGIN SELECT RAISE(ABORT, 'it bites'); END",
  );
  database.close();
  await kennel.spool.publish("barks", [
    text("fail", { tag: "A" }),
    text("fail", { tag: "POISON" }),
    text("fail", { tag: "B" }),
  ]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT tag FROM bark ORDER BY seq"), [["A"], ["B"]]);
  assert.deepEqual(
    (await dead(kennel)).map(({ reason }) => reason),
    ["cannot be kept: it bites"],
  );
  assert.equal((await kennel.mail()).length, 2);
});

test("mail that cannot leave waits in the outbox, is said once, and leaves when the queue takes it again", async (t) => {
  const kennel = new Kennel(t);
  let away = true;
  class Moody extends Spool {
    override async publish(queue: string, bodies: readonly string[]): Promise<void> {
      if (away && queue === "mail") throw new Trouble("the queue is away", { retry: "later" });
      return super.publish(queue, bodies);
    }
  }
  const stop = new AbortController();
  const over = kennel.handle({
    broker: new Moody(join(kennel.home, "spool")),
    once: false,
    signal: stop.signal,
  });
  await kennel.spool.publish("barks", [text("fail")]);
  await until("the mail waits", () => kennel.said.some((line) => /waits in the outbox/.test(line)));
  assert.deepEqual(kennel.rows("SELECT count(*) FROM outbox"), [[1]]);
  away = false;
  await until("it has left", () => kennel.said.some((line) => /has left/.test(line)));
  stop.abort();
  await over;
  assert.equal((await kennel.mail()).length, 1);
  const waits = kennel.said.filter((line) => /waits in the outbox/.test(line));
  assert.equal(waits.length, 1);
  assert.match(waits[0] ?? "", /the queue is away/);
});

test("mail that a handler committed and never sent leaves when the next one starts", async (t) => {
  const kennel = new Kennel(t);
  await kennel.handle();
  const database = new Sqlite(join(kennel.state, "history.db"));
  database.exec("INSERT INTO outbox (queue, body) VALUES ('mail', '{\"left\":\"behind\"}')");
  database.close();
  await kennel.handle();
  assert.deepEqual(
    (await kennel.spool.peek("mail", 10)).map(({ body }) => body),
    ['{"left":"behind"}'],
  );
  assert.deepEqual(kennel.rows("SELECT * FROM outbox"), []);
});
