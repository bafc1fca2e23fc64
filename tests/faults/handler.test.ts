import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parcelKey } from "../../src/parcel.ts";
import { RedisStreams } from "../../src/broker/redis.ts";
import { smallDisk } from "../support/disk.ts";
import { Kennel, text } from "../support/kennel.ts";
import { redis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const KILLS = 20;
const ROUND = 600;

/** Barks of many subjects that go bad and well again, so that every batch has mail. */
const herd = (round: number): readonly string[] =>
  Array.from({ length: ROUND }, (_, at) =>
    text(Math.floor(at / 50) % 2 === round % 2 ? "fail" : "ok", { tag: `T${at % 50}`, time: undefined }),
  );

test("killed twenty times under load, the handler keeps every bark exactly once and loses no mail", {
  timeout: 120_000,
}, async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(
    `[redis]\nport = ${server.port}\ntimeout = "20s"\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\ncap = 0\n`,
  );
  await using broker = new RedisStreams(server.config({ timeout: "20s" }), undefined);
  let sent = 0;
  for (let round = 0; round < KILLS; round++) {
    const hound = kennel.start();
    await until("it is ready", () => hound.said().includes("takes barks"));
    const barks = herd(round);
    const publishing = broker.publish("barks", barks);
    sent += barks.length;
    // At another moment every time: before the first commit, between commit and acknowledgement, in the outbox …
    const moment = performance.now() + round * 3;
    await until("it works", () => hound.log() !== "" || performance.now() > moment + 200);
    await until("the moment has come", () => performance.now() > moment);
    assert.equal(await hound.end("SIGKILL"), "SIGKILL");
    await publishing;
  }
  assert.equal(await kennel.start(["--once"]).end(), 0);
  assert.deepEqual(kennel.rows("SELECT count(*), count(DISTINCT id) FROM bark"), [[sent, sent]]);
  assert.deepEqual(await broker.peek("barks", 1), []);
  assert.deepEqual(await broker.peek("dead", 1), []);
  const decided = kennel
    .rows("SELECT notice.id || ' ' || value FROM notice, json_each(recipients) ORDER BY 1")
    .flat();
  const left = new Set((await kennel.mail(broker)).map(parcelKey));
  assert.deepEqual([...left].sort(), decided);
  assert.ok(decided.length > KILLS);
  const torn =
    "SELECT count(*) FROM state AS one JOIN state AS next USING (host, tag) WHERE next.seq > one.seq AND one.until IS NULL";
  assert.deepEqual(kennel.rows(torn), [[0]], "no spell lasts beside another");
  assert.deepEqual(kennel.rows("PRAGMA integrity_check"), [["ok"]]);
});

test("a second handler says that it waits, and takes over when the first is killed", async (t) => {
  const kennel = new Kennel(t);
  const first = kennel.start();
  await until("the first is ready", () => first.said().includes("takes barks"));
  const second = kennel.start();
  await until("the second waits", () => second.said().includes("waiting to take over"));
  await kennel.spool.publish("barks", [text("fail")]);
  await until("the first handles it", () => first.log().includes("level=fail"));
  await first.end("SIGKILL");
  await kennel.spool.publish("barks", [text("ok")]);
  await until("the second handles the next", () => second.log().includes("level=ok"));
  assert.equal(await second.end("SIGTERM"), 0);
  assert.deepEqual(kennel.rows("SELECT level FROM bark ORDER BY seq"), [["fail"], ["ok"]]);
});

test("a handler that waits for another one leaves when it is told to, and --once does not wait", async (t) => {
  const kennel = new Kennel(t);
  const first = kennel.start();
  await until("the first is ready", () => first.said().includes("takes barks"));
  const second = kennel.start();
  await until("the second waits", () => second.said().includes("waiting"));
  assert.equal(await second.end("SIGTERM"), 0);
  const hasty = kennel.start(["--once"]);
  assert.equal(await hasty.end(), 75);
  assert.match(hasty.said(), /another handler/);
  assert.equal(await first.end("SIGTERM"), 0);
});

/** Takes all the room that is left. @returns what to remove to make room again */
function fill(disk: string): string {
  const ballast = join(disk, "ballast");
  spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=4k"], { stdio: "ignore" });
  return ballast;
}

const large = (level: string): string => text(level, { content: { stdout: "x".repeat(20_000) } });

test("when the disk of the history is full barks wait, it is said once with the cure, and with room again all are kept", async (t) => {
  const disk = smallDisk(t, "4m");
  if (disk === undefined) return t.skip("this user may not mount a small disk");
  const kennel = new Kennel(t, disk);
  const stop = new AbortController();
  const over = kennel.handle({ once: false, signal: stop.signal });
  await kennel.spool.publish("barks", [text("fail")]);
  await until("the first is kept", () => kennel.log.length > 0);
  const ballast = fill(disk);
  await kennel.spool.publish(
    "barks",
    Array.from({ length: 20 }, () => large("fail")),
  );
  await until("it is said", () => kennel.said.length > 0);
  assert.ok(
    kennel.said.some((line) => /^cannot use the history .*SQLITE_FULL.*: make room/.test(line)),
    kennel.said.join("\n"),
  );
  assert.equal((await kennel.spool.peek("barks", 100)).length, 20, "nothing was acknowledged");
  rmSync(ballast);
  await until("it goes on", () => kennel.said.includes("the history is written again"));
  stop.abort();
  await over;
  assert.deepEqual(kennel.rows("SELECT count(*), count(DISTINCT id) FROM bark"), [[21, 21]]);
  assert.equal(new Set(kennel.said).size, kennel.said.length, kennel.said.join("\n"));
  const mail = (await kennel.mail()).map(parcelKey);
  assert.equal(new Set(mail).size, mail.length, "no mail left twice because the outbox could not be written");
});

test("started with --once on a full disk it says so and leaves, and nothing is lost", async (t) => {
  const disk = smallDisk(t, "4m");
  if (disk === undefined) return t.skip("this user may not mount a small disk");
  const kennel = new Kennel(t, disk);
  await kennel.handle();
  fill(disk);
  await kennel.spool.publish("barks", [large("ok")]);
  const hound = kennel.start(["--once"]);
  assert.equal(await hound.end(), 75);
  assert.match(hound.said(), /history .*: make room/);
  assert.equal((await kennel.spool.peek("barks", 100)).length, 1);
});

test("a history that is overwritten with garbage under the handler is not written on, and is said", async (t) => {
  const kennel = new Kennel(t);
  const stop = new AbortController();
  await kennel.spool.publish("barks", [text("fail")]);
  await kennel.handle();
  for (const end of ["-wal", "-shm"]) rmSync(join(kennel.state, `history.db${end}`), { force: true });
  writeFileSync(join(kennel.state, "history.db"), Buffer.alloc(65_536, "garbage"));
  await kennel.spool.publish("barks", [text("ok")]);
  await assert.rejects(
    kennel.handle({ once: true, signal: stop.signal }),
    /SQLITE_NOTADB|SQLITE_CORRUPT|no history/,
  );
  assert.equal((await kennel.spool.peek("barks", 10)).length, 1);
});

test("with Redis killed and started again the handler goes on by itself", async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(
    `[redis]\nport = ${server.port}\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\ncap = 0\n`,
  );
  const hound = kennel.start();
  await server.cli("XADD", "sheepdog:barks", "*", "bark", text("fail"));
  await until("the first is logged", () => hound.log().includes("level=fail"));
  await server.kill9();
  await server.start();
  await server.cli("XADD", "sheepdog:barks", "*", "bark", text("ok"));
  await until("the next is logged", () => hound.log().includes("level=ok"));
  // One whose leaving was cut off may be there twice: the mailer knows it by its id.
  const ids = async (): Promise<number> =>
    new Set((await server.cli("XRANGE", "sheepdog:mail", "-", "+")).match(/^\{"id":"[^"]*"/gm)).size;
  await until("both mails are there", async () => (await ids()) === 2);
  assert.equal(await hound.end("SIGTERM"), 0);
  assert.deepEqual(kennel.rows("SELECT level FROM bark ORDER BY seq"), [["fail"], ["ok"]]);
});
