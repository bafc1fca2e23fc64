import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import { openBroker } from "../../src/broker/open.ts";
import { Config } from "../../src/config/schema.ts";
import { iso, later, now, seconds } from "../../src/time.ts";
import { mail } from "../../src/unit/mailer.ts";
import { alone } from "../../src/unit/standing.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel, parcelTo } from "../support/notice.ts";
import { post } from "../support/post.ts";
import { redis } from "../support/redis.ts";
import { smtp } from "../support/smtp.ts";
import { until } from "../support/until.ts";

test("a parcel on the queue becomes one mail, and the log says so in one line", async (t) => {
  const server = await smtp(t);
  const { publish, run, log, waiting } = post(t, { uri: server.uri });
  await publish(parcel());
  const { stop } = run();
  await server.received(1);
  await until("the queue is empty", async () => (await waiting()).length === 0);
  await stop();
  assert.deepEqual(server.letters[0]?.to, ["admin@myhost.eu"]);
  const lines = log.filter((line) => line.includes("outcome="));
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? "",
    /^mail to=admin@myhost\.eu parcel=\S+ subject="\[fail\] BORG-ETC on penguin2: exit 2 after 12s" outcome=accepted/,
  );
});

test("several notices in one parcel are one mail and one line of the log; so is a digest", async (t) => {
  const server = await smtp(t);
  const { publish, run, log } = post(t, { uri: server.uri });
  const notices = ["a", "b", "c"].map((host) => notice({ bark: bark({ host }) }));
  const span = { since: "2026-11-21T08:00:00Z", until: "2026-11-22T08:00:00Z" };
  const digest = { ...span, open: [], past: [], missing: [], own: ["It was blind."] };
  await publish(
    parcel(notice(), { id: "three", notices }),
    parcel(notice(), { id: "day", notices: [], digest }),
  );
  await run(true).over;
  assert.equal(server.letters.length, 2);
  const said = log.filter((line) => line.includes("outcome=accepted")).sort();
  assert.match(said[0] ?? "", /parcel=day subject="\[digest\] 1 about the dog itself"/);
  assert.match(said[1] ?? "", /parcel=three subject="\[fail\] BORG-ETC on 3 hosts: exit 2 after 12s"/);
});

test("with no mail server configured the log says where the file is", async (t) => {
  const { publish, run, log, state } = post(t, {});
  await publish(parcel());
  await run(true).over;
  const [name = "?"] = readdirSync(join(state, "mail"));
  assert.ok(
    log.some((line) => line.includes(`said=${join(state, "mail", name)}`)),
    log.join(""),
  );
});

test("a message that is handed over or published twice is mailed once, also after a restart", async (t) => {
  const server = await smtp(t);
  const { publish, run, waiting } = post(t, { uri: server.uri });
  const one = parcel();
  await publish(one, one);
  await run(true).over;
  await publish(one, { ...one, to: "b@x.org" });
  await run(true).over;
  assert.deepEqual(
    server.letters.map(({ to }) => to[0]),
    ["admin@myhost.eu", "b@x.org"],
  );
  assert.equal((await waiting()).length, 0);
});

test("of several recipients one is refused: the others get it, and the refusal is dead and barked", async (t) => {
  const server = await smtp(t, {
    recipient: (to) => (to === "b@x.org" ? { code: 550, text: "5.1.1 no such user" } : undefined),
  });
  const { publish, run, barks, dead } = post(t, { uri: server.uri });
  const everyone = ["a@x.org", "b@x.org", "c@x.org"];
  const one = parcel(notice({ everyone }));
  await publish(...everyone.map((to) => ({ ...one, to })));
  await run(true).over;
  assert.deepEqual(server.letters.flatMap(({ to }) => to).sort(), ["a@x.org", "c@x.org"]);
  assert.deepEqual(
    (await dead()).map(({ queue, reason }) => [queue, reason]),
    [["mail", "mail to b@x.org refused: 550 5.1.1 no such user (to RCPT TO)"]],
  );
  assert.deepEqual(
    (await barks()).map(({ host, tag, monitor, level, summary }) => ({ host, tag, monitor, level, summary })),
    [
      {
        host: "shepherd",
        tag: "MAIL b@x.org",
        monitor: "mail",
        level: "fail",
        summary: "mail to b@x.org refused: 550 5.1.1 no such user (to RCPT TO)",
      },
    ],
  );
});

test("when an address that refused accepts again, one bark says so, also after a restart", async (t) => {
  const server = await smtp(t, { recipient: () => ({ code: 550, text: "no" }) });
  const { publish, run, barks } = post(t, { uri: server.uri });
  await publish(parcel());
  await run(true).over;
  delete server.manners.recipient;
  await publish(parcel(), parcel());
  await run(true).over;
  assert.deepEqual(
    (await barks()).map(({ tag, level }) => [tag, level]),
    [
      ["MAIL admin@myhost.eu", "fail"],
      ["MAIL admin@myhost.eu", "ok"],
    ],
  );
});

test("a mail about refused mail that is refused itself causes no more mail", async (t) => {
  const server = await smtp(t, { recipient: () => ({ code: 550, text: "no" }) });
  const { publish, run, barks, dead } = post(t, { uri: server.uri });
  await publish(parcel(notice({ bark: bark({ monitor: "mail", tag: "MAIL admin@myhost.eu" }) })));
  await run(true).over;
  assert.equal((await barks()).length, 0);
  assert.equal((await dead()).length, 1);
});

test("a refused mail is barked where it tells of something else beside refused mail", async (t) => {
  const server = await smtp(t, { recipient: () => ({ code: 550, text: "no" }) });
  const { publish, run, barks } = post(t, { uri: server.uri });
  const about = notice({ bark: bark({ monitor: "mail", tag: "MAIL admin@myhost.eu" }) });
  await publish(parcel(notice(), { notices: [about, notice()] }));
  await run(true).over;
  assert.deepEqual(
    (await barks()).map(({ tag, level }) => [tag, level]),
    [["MAIL admin@myhost.eu", "fail"]],
  );
});

test("a letter that is greylisted is tried again and arrives", async (t) => {
  const seen = new Set<string>();
  const recipient = (to: string) =>
    seen.size === seen.add(to).size ? undefined : { code: 451, text: "4.7.1 greylisted, come back" };
  const server = await smtp(t, { recipient });
  const { publish, run, log } = post(t, { uri: server.uri });
  await publish(parcel());
  run();
  await server.received(1);
  assert.ok(
    log.some((line) => /outcome=put-off again=\S+ said="451 4\.7\.1 greylisted/.test(line)),
    log.join(""),
  );
});

test("a letter whose connection was cut in DATA arrives later, with the same Message-ID", async (t) => {
  const ids: unknown[] = [];
  const server = await smtp(t, {
    data: async ({ raw }) => (ids.push((await simpleParser(raw)).messageId) === 1 ? "cut" : undefined),
  });
  const { publish, run } = post(t, { uri: server.uri });
  await publish(parcel());
  run();
  await server.received(1);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
});

test("while the mail server is away mail waits; when it is back everything arrives once", async (t) => {
  const server = await smtp(t);
  await server.stop();
  const { publish, run, log, waiting } = post(t, { uri: server.uri });
  const parcels = Array.from({ length: 40 }, (_, at) => parcelTo(`p${at}@x.org`));
  await publish(...parcels);
  run();
  await until("the server is found to be away", () => log.some((line) => line.includes("outcome=put-off")));
  assert.equal((await waiting()).length, 40);
  await server.start();
  await server.received(40);
  await until("the queue is empty", async () => (await waiting()).length === 0);
  assert.deepEqual(server.letters.flatMap(({ to }) => to).sort(), parcels.map(({ to }) => to).sort());
});

test("a mail server that is away for long is barked once, and once when it is back", async (t) => {
  const server = await smtp(t);
  await server.stop();
  const { publish, run, barks } = post(t, { uri: server.uri }, 0.001);
  await publish(parcel(), parcel(), parcel());
  run();
  await until("it is barked", async () => (await barks()).length > 0);
  await server.start();
  await server.received(3);
  await until("it is well again", async () => (await barks()).length > 1);
  assert.deepEqual(
    (await barks()).map(({ tag, level }) => [tag, level]),
    [
      ["MAIL", "fail"],
      ["MAIL", "ok"],
    ],
  );
});

test("an address that never answers finally is given up after the time configured, and barked", async (t) => {
  const server = await smtp(t, { recipient: () => ({ code: 450, text: "mailbox busy" }) });
  const { publish, run, dead, barks } = post(t, { uri: server.uri, retry: "3d" });
  await publish(parcel(notice({ time: iso(later(now(), seconds(-3 * 86_400 - 1))) })));
  await publish(parcelTo("b@x.org"));
  await run(true).over;
  assert.deepEqual(
    (await dead()).map(({ reason }) => reason),
    ["mail to admin@myhost.eu refused: given up after 3d: 450 mailbox busy (to RCPT TO)"],
  );
  assert.deepEqual(
    (await barks()).map(({ tag }) => tag),
    ["MAIL admin@myhost.eu"],
  );
});

test("a recipient whose server lets us wait does not hold up the others, and gets one mail", async (t) => {
  const held = new Map<string, () => void>();
  const server = await smtp(t, {
    data: ({ to: [to = ""] }) =>
      to === "slow@x.org" ? new Promise<undefined>((go) => held.set(to, () => go(undefined))) : undefined,
  });
  const { publish, run, waiting } = post(t, { uri: server.uri });
  await publish(parcelTo("slow@x.org"));
  run();
  await until("the slow one is on its way", () => held.has("slow@x.org"));
  await publish(parcelTo("quick@x.org"));
  await server.received(1).catch(() => undefined);
  assert.deepEqual(
    server.letters.flatMap(({ to }) => to),
    ["quick@x.org"],
  );
  held.get("slow@x.org")?.();
  await until("both are done", async () => (await waiting()).length === 0);
  assert.deepEqual(
    server.letters.flatMap(({ to }) => to),
    ["quick@x.org", "slow@x.org"],
  );
});

test("a mailer that is stopped finishes the letter in hand", async (t) => {
  let go = (): void => undefined;
  let begun = false;
  const server = await smtp(t, {
    data: () => ((begun = true), new Promise<undefined>((resolve) => (go = () => resolve(undefined)))),
  });
  const { publish, run, log } = post(t, { uri: server.uri });
  await publish(parcel());
  const { stop } = run();
  await until("the letter is on its way", () => begun);
  const stopped = stop();
  go();
  await stopped;
  assert.equal(server.letters.length, 1);
  assert.ok(log.some((line) => line.includes("outcome=accepted")));
});

test("what is no parcel, or names no address, is dead with its reason and harms nobody", async (t) => {
  const server = await smtp(t);
  const { spool, publish, run, dead, barks } = post(t, { uri: server.uri });
  await spool.publish("mail", [
    "{}",
    "[]",
    "\u0000",
    JSON.stringify(parcelTo("a@x.org\r\nRCPT TO:<b@x.org>")),
    JSON.stringify({ ...parcel(), remarks: 7 }),
  ]);
  await publish(parcel(), parcelTo("-oQ/tmp@x.org"));
  await run(true).over;
  assert.equal((await dead()).length, 6);
  assert.match((await barks())[0]?.summary ?? "", /mail to .* refused: `to` is not one address/);
  assert.deepEqual(
    server.letters.map(({ to }) => to),
    [["admin@myhost.eu"]],
  );
});

test("a second mailer waits and takes over when the first leaves", async (t) => {
  const server = await smtp(t);
  const { publish, run, log } = post(t, { uri: server.uri });
  const first = run();
  await until("the first is at work", () => log.length === 1);
  run();
  await until("the second says that it waits", () => log.some((line) => line.includes("waits=")));
  await assert.rejects(run(true).over, /another mailer works with this state folder/);
  await publish(parcel());
  await server.received(1);
  await first.stop();
  await publish(parcel());
  await server.received(2);
  assert.equal(log.filter((line) => line.includes("ready=")).length, 2);
});

test("mail arrives over Redis too, once, though Redis is killed in the middle of it", async (t) => {
  const [server, broker] = [await smtp(t), await redis(t)];
  const state = folder(t);
  const config = { ...Config.parse({ mail: { uri: server.uri } }), redis: broker.config() };
  const queue = await openBroker(config, folder(t));
  const end = new AbortController();
  const over = mail({
    config,
    broker: queue,
    state,
    once: false,
    signal: end.signal,
    log: () => undefined,
    standing: alone,
    pace: 0.01,
  });
  const bodies = Array.from({ length: 30 }, (_, at) => JSON.stringify(parcelTo(`p${at}@x.org`)));
  await queue.publish("mail", bodies);
  await server.received(5);
  await broker.kill9();
  await broker.start();
  await server.received(30);
  await until("the queue is empty", async () => (await queue.peek("mail", 1).catch(() => [1])).length === 0);
  end.abort();
  await over;
  await queue[Symbol.asyncDispose]();
  assert.equal(new Set(server.letters.flatMap(({ to }) => to)).size, 30);
  assert.equal(server.letters.length, 30);
});
