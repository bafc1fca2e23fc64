import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openBroker } from "../../src/broker/open.ts";
import { Config } from "../../src/config/schema.ts";
import type { Parcel } from "../../src/parcel.ts";
import { iso, later, now, seconds } from "../../src/time.ts";
import { alone } from "../../src/unit/standing.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel } from "../support/notice.ts";
import { redis } from "../support/redis.ts";
import { teller } from "../support/teller.ts";
import { until } from "../support/until.ts";
import { type Asked, answering, web } from "../support/web.ts";

const to = (name: string, changes: Parameters<typeof notice>[0] = {}): Parcel =>
  parcel(notice(changes), { to: name });
const ids = (asked: readonly Asked[]): readonly string[] =>
  asked.map(({ body }) => (JSON.parse(body) as Parcel).id);
const summary = ({ tag, level }: { readonly tag: string; readonly level: string }) => `${tag} ${level}`;

test("every receiver tells what is in its own queue, and the log says so in one line", async (t) => {
  const [chat, phone] = [await web(t), await web(t, answering(200, {}, "ok"))];
  const { publish, run, log, waiting } = teller(t, {
    chat: { kind: "webhook", url: chat.url },
    phone: { kind: "ntfy", url: `${phone.url}/herd` },
    journal: { kind: "log" },
  });
  const one = to("chat");
  await publish("chat", one);
  await publish("phone", to("phone"));
  await publish("journal", to("journal"));
  await run(true).over;
  assert.deepEqual(ids(chat.asked), [one.id]);
  assert.equal(phone.asked.length, 1);
  assert.equal(log.filter((line) => line.startsWith("[fail] BORG-ETC on penguin2: exit 2")).length, 1);
  const lines = log.filter((line) => line.includes("outcome="));
  assert.equal(lines.length, 2);
  assert.ok(
    lines.some((line) => /^notify to=phone parcel=\S+ outcome=told said="200 OK: ok"\n$/.test(line)),
    lines.join(""),
  );
  for (const name of ["chat", "phone", "journal"]) assert.equal((await waiting(name)).length, 0);
});

test("one that hangs or fails delays none of the others", async (t) => {
  const [hangs, fails, works] = [await web(t, () => undefined), await web(t, answering(503)), await web(t)];
  const { publish, run } = teller(t, {
    hangs: { kind: "webhook", url: hangs.url, timeout: "10s" },
    fails: { kind: "webhook", url: fails.url },
    works: { kind: "webhook", url: works.url },
  });
  for (const name of ["hangs", "fails"]) await publish(name, to(name), to(name), to(name));
  const { over } = run();
  over.catch(() => undefined);
  await until("two are at it", () => hangs.asked.length > 0 && fails.asked.length > 0);
  const since = Date.now();
  await publish("works", ...Array.from({ length: 50 }, () => to("works")));
  await until("all are told", () => works.asked.length === 50, 5000);
  assert.ok(Date.now() - since < 5000);
  assert.equal(hangs.asked.length, 1);
  await hangs.stop(); // else it is waited for
});

test("what was told is not told again: handed over twice, published twice, or after a restart", async (t) => {
  const server = await web(t);
  const { publish, run, waiting } = teller(t, { chat: { kind: "webhook", url: server.url } });
  const one = to("chat");
  await publish("chat", one, one);
  await run(true).over;
  await publish("chat", one, { ...one, id: "another" });
  await run(true).over;
  assert.deepEqual(ids(server.asked), [one.id, "another"]);
  assert.equal((await waiting("chat")).length, 0);
});

test("two receivers of one parcel are both told", async (t) => {
  const server = await web(t);
  const { publish, run } = teller(t, {
    one: { kind: "webhook", url: `${server.url}/one` },
    two: { kind: "webhook", url: `${server.url}/two` },
  });
  const same = to("chat");
  await publish("one", same);
  await publish("two", same);
  await run(true).over;
  assert.deepEqual(server.asked.map(({ path }) => path).sort(), ["/one", "/two"]);
});

test("what is refused is dead with the reason, barked once, and once when it is well again", async (t) => {
  const server = await web(t, answering(403, {}, "forbidden"));
  const { publish, run, dead, barks } = teller(t, { chat: { kind: "webhook", url: server.url } });
  await publish("chat", to("chat"), to("chat"));
  await run(true).over;
  await publish("chat", to("chat"));
  await run(true).over;
  assert.equal(server.asked.length, 3);
  assert.deepEqual(
    (await dead()).map(({ queue, reason }) => `${queue}: ${reason}`),
    Array.from({ length: 3 }, () => "notify:chat: chat was not told: 403 Forbidden: forbidden"),
  );
  server.manners = answering(200);
  await publish("chat", to("chat"), to("chat"));
  await run(true).over;
  const said = await barks();
  assert.deepEqual(said.map(summary), ["NOTIFY chat fail", "NOTIFY chat ok"]);
  assert.deepEqual([said[0]?.host, said[0]?.monitor], ["shepherd", "notify"]);
  assert.match(said[0]?.summary ?? "", /^chat was not told: 403 Forbidden: forbidden$/);
});

test("what is about the telling itself neither causes a bark nor ends a trouble", async (t) => {
  const server = await web(t, answering(403));
  const { publish, run, barks, dead } = teller(t, { chat: { kind: "webhook", url: server.url } });
  const own = (level: "fail" | "ok") =>
    to("chat", { level, bark: bark({ monitor: "notify", tag: "NOTIFY chat", level }) });
  await publish("chat", own("fail"));
  await run(true).over;
  assert.equal((await dead()).length, 1);
  assert.deepEqual(await barks(), []);
  await publish("chat", to("chat"));
  await run(true).over;
  server.manners = answering(200);
  await publish("chat", own("fail"));
  await run(true).over;
  assert.deepEqual((await barks()).map(summary), ["NOTIFY chat fail"]);
});

test("while a server is away all waits, and is told in order when it is back", async (t) => {
  const server = await web(t);
  await server.stop();
  const { publish, run, waiting, log } = teller(t, { chat: { kind: "webhook", url: server.url } });
  const all = Array.from({ length: 20 }, () => to("chat"));
  await publish("chat", ...all);
  run();
  await until("it was tried twice", () => log.filter((line) => line.includes("put-off")).length > 1);
  assert.equal((await waiting("chat")).length, 20);
  await server.start();
  await until("all are told", async () => (await waiting("chat")).length === 0);
  assert.deepEqual(
    ids(server.asked),
    all.map(({ id }) => id),
  );
});

test("a server that is away for long is barked once, and once when it is back, also over restarts", async (t) => {
  const server = await web(t);
  await server.stop();
  const { publish, run, barks, waiting } = teller(
    t,
    { chat: { kind: "webhook", url: server.url } },
    { pace: 0.001 },
  );
  await publish("chat", to("chat"), to("chat"));
  const first = run();
  await until("it is barked", async () => (await barks()).length > 0);
  await first.stop();
  run();
  await server.start();
  await until("all are told", async () => (await waiting("chat")).length === 0);
  await until("it is well again", async () => (await barks()).length > 1);
  const said = await barks();
  assert.deepEqual(said.map(summary), ["NOTIFY chat fail", "NOTIFY chat ok"]);
  assert.match(
    said[0]?.summary ?? "",
    /chat \(webhook http:\/\/localhost:\d+\) takes nothing .*: nobody listens there/,
  );
});

test("one parcel that a server stumbles over does not stop those behind it, and is tried on", async (t) => {
  const bad = to("chat");
  const tries: string[] = [];
  const server = await web(t, ({ body }, answer) => {
    const { id } = JSON.parse(body) as Parcel;
    tries.push(id);
    answer.writeHead(id === bad.id && tries.filter((one) => one === id).length < 4 ? 500 : 200).end();
  });
  const { publish, run, waiting } = teller(t, { chat: { kind: "webhook", url: server.url } });
  const others = [to("chat"), to("chat")];
  await publish("chat", bad, ...others);
  run();
  await until("all are told", async () => (await waiting("chat")).length === 0);
  assert.deepEqual(tries, [bad.id, ...others.map(({ id }) => id), bad.id, bad.id, bad.id]);
});

test("a server that says when to come again is left alone until then", async (t) => {
  let first = 0;
  const server = await web(t, (_, answer) => {
    first ||= performance.now();
    if (performance.now() - first < 900) answer.writeHead(429, { "retry-after": "100" }).end();
    else answer.writeHead(200).end();
  });
  // 100 s are one second here.
  const { publish, run, waiting } = teller(t, { chat: { kind: "webhook", url: server.url } });
  await publish("chat", to("chat"), to("chat"));
  run();
  await until("both are told", async () => (await waiting("chat")).length === 0);
  assert.equal(server.asked.length, 3);
});

test("what is refused for now is given up after the time configured, dead and barked", async (t) => {
  const server = await web(t, answering(500));
  const { publish, run, dead, barks, waiting } = teller(t, {
    chat: { kind: "webhook", url: server.url, retry: "2h" },
  });
  const old = { ...to("chat"), time: iso(later(now(), seconds(-7201))) };
  await publish("chat", old, to("chat"));
  await run(true).over;
  assert.deepEqual(
    (await dead()).map(({ reason }) => reason),
    ["chat was not told: given up after 2h: 500 Internal Server Error"],
  );
  assert.equal((await waiting("chat")).length, 1);
  assert.equal((await barks()).length, 1);
});

test("what is no parcel is dead with its reason, and harms nobody", async (t) => {
  const server = await web(t);
  const { spool, publish, run, dead } = teller(t, { chat: { kind: "webhook", url: server.url } });
  const one = to("chat");
  await spool.publish("notify:chat", [
    "{}",
    "[]",
    "\u0000",
    "null",
    JSON.stringify({ ...one, notices: [7] }),
  ]);
  await publish("chat", one);
  await run(true).over;
  assert.equal((await dead()).length, 5);
  assert.match((await dead())[0]?.reason ?? "", /not a parcel as sheepdog-handler writes it/);
  assert.deepEqual(ids(server.asked), [one.id]);
});

test("a receiver that is configured wrongly keeps no other from being told, and what it would tell waits", async (t) => {
  const server = await web(t);
  const { publish, run, waiting, log, barks } = teller(
    t,
    {
      chat: { kind: "webhook", url: server.url, secret: "/nonexistent" },
      good: { kind: "webhook", url: server.url },
    },
    { pace: 0.001 },
  );
  await publish("chat", to("chat"));
  await publish("good", to("good"));
  run();
  await until("the other is told", async () => (await waiting("good")).length === 0);
  await until("it is barked", async () => (await barks()).length > 0);
  assert.match(
    (await barks())[0]?.summary ?? "",
    /takes nothing that it is told: cannot read \/nonexistent \(ENOENT\)/,
  );
  assert.ok(log.some((line) => line.startsWith('notify to=chat fault="cannot read')));
  assert.equal((await waiting("chat")).length, 1);
});

test("a receiver that is there no more is not ailing any more", async (t) => {
  const server = await web(t, answering(410));
  const receivers: Record<string, object> = { chat: { kind: "webhook", url: server.url } };
  const { publish, run, barks } = teller(t, receivers);
  await publish("chat", to("chat"));
  await run(true).over;
  delete receivers["chat"];
  await run(true).over;
  await run(true).over;
  assert.deepEqual((await barks()).map(summary), ["NOTIFY chat fail", "NOTIFY chat ok"]);
});

test("without receivers it says that it is ready, and leaves", async (t) => {
  const said: string[] = [];
  const { run } = teller(t, {}, { standing: { ...alone, ready: (text = "") => void said.push(text) } });
  await run().over;
  assert.deepEqual(said, ["there are no receivers besides mail"]);
});

test("a program gets what waited for it, once its 75 is over", async (t) => {
  const home = folder(t);
  const file = join(home, "tell");
  writeFileSync(
    file,
    `#!/bin/sh\ncd "$(dirname "$0")"\necho "$SHEEPDOG_TITLE" >>tries\n[ "$(wc -l <tries)" -gt 2 ] || exit 75\ncat >got\n`,
    { mode: 0o755 },
  );
  const { publish, run, waiting } = teller(t, { script: { kind: "exec", command: file } });
  const one = to("script");
  await publish("script", one);
  run();
  await until("it is told", async () => (await waiting("script")).length === 0);
  assert.equal((JSON.parse(readFileSync(join(home, "got"), "utf8")) as Parcel).id, one.id);
});

test("one that is stopped finishes what is in hand", async (t) => {
  let go: (() => void) | undefined;
  const server = await web(t, (_, answer) => (go = () => answer.end()));
  const { publish, run, waiting } = teller(t, { chat: { kind: "webhook", url: server.url } });
  await publish("chat", to("chat"), to("chat"));
  const { stop } = run();
  await until("one is on its way", () => go !== undefined);
  const stopped = stop();
  go?.();
  await stopped;
  assert.equal((await waiting("chat")).length, 1);
});

test("all arrives over Redis too, once and in order, though Redis is killed in the middle of it", async (t) => {
  const [server, store] = [await web(t), await redis(t)];
  const config = { ...Config.parse({}), redis: store.config() };
  const broker = await openBroker(config, folder(t));
  t.after(() => broker[Symbol.asyncDispose]());
  const { publish, run } = teller(
    t,
    {
      one: { kind: "webhook", url: `${server.url}/one` },
      two: { kind: "webhook", url: `${server.url}/two` },
    },
    { broker },
  );
  const all = Array.from({ length: 30 }, () => to("x"));
  await publish("one", ...all);
  await publish("two", ...all);
  run();
  await until("some are told", () => server.asked.length > 5);
  await store.kill9();
  await store.start();
  await until("all are told", () => server.asked.length >= 60);
  for (const path of ["/one", "/two"])
    assert.deepEqual(
      ids(server.asked.filter((asked) => asked.path === path)),
      all.map(({ id }) => id),
    );
});
