import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Dead } from "../../src/broker/contract.ts";
import { leave } from "../../src/broker/leave.ts";
import { Spool } from "../../src/broker/spool.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { explain } from "../../src/trouble.ts";
import { smallDisk } from "../support/disk.ts";
import { folder } from "../support/folder.ts";
import { holder, kill9 } from "../support/holder.ts";
import { until } from "../support/until.ts";
import { all, beside, brokers, DONE, drain, numbered, SOON } from "./contract.ts";

brokers("spool", async (t: TestContext) => {
  const spool = folder(t);
  return async () => new Spool(spool);
});

/** A spool with a message in it, and the folder where that is. */
function prepared(t: TestContext): { readonly spool: string; readonly fresh: string } {
  const spool = folder(t);
  leave(spool, "barks", makeId(now()), "good");
  return { spool, fresh: join(spool, "barks", "new") };
}

const buried = async (spool: string): Promise<readonly Dead[]> =>
  (await new Spool(spool).peek("dead", 1000)).map(({ body }) => JSON.parse(body) as Dead);

test("spool: what a client leaves is handed over at once, under the name of its file", async (t) => {
  const spool = folder(t);
  const seen: string[] = [];
  let ready = false;
  const consumer = beside(
    t,
    new Spool(spool),
    "barks",
    async (batch) => {
      seen.push(...batch.map(({ id, body }) => `${id} ${body}`));
      return batch.map(() => DONE);
    },
    { ready: () => (ready = true) },
  );
  await until("ready", () => ready);
  const id = makeId(now());
  const path = leave(spool, "barks", id, "woof");
  await until("gone", () => !existsSync(path));
  assert.deepEqual(seen, [`${id} woof`]);
  await consumer.stop();
});

test("spool: the oldest come first, though somebody else left them", async (t) => {
  const spool = folder(t);
  for (const minute of [3, 1, 2])
    leave(spool, "barks", makeId((now() - 60_000 * minute) as never), `${minute} minutes ago`);
  const seen: string[] = [];
  await new Spool(spool).consume("barks", drain({ batch: 2 }), all(DONE, seen));
  assert.deepEqual(seen, ["3 minutes ago", "2 minutes ago", "1 minutes ago"]);
});

test("spool: of two consumers one works, and the other takes over when that one is killed", async (t) => {
  const spool = folder(t);
  const broker = new Spool(spool);
  await broker.publish("barks", numbered(250));
  const first = await holder(t, "spool", spool);
  const seen: string[] = [];
  const second = beside(t, broker, "barks", all(DONE, seen));
  await broker.publish("barks", ["more"]);
  assert.deepEqual(seen, []);
  await kill9(first);
  await until("taken over", () => seen.length === 251);
  assert.deepEqual(seen, [...numbered(250), "more"]);
  await second.stop();
});

test("spool: told to stop, a consumer that waits for another one leaves at once", async (t) => {
  const spool = folder(t);
  await new Spool(spool).publish("barks", ["x"]);
  await holder(t, "spool", spool);
  const waiting = beside(t, new Spool(spool), "barks", all(DONE));
  const since = performance.now();
  await waiting.stop();
  assert.ok(performance.now() - since < SOON);
});

test("spool: links, pipes, sockets, folders and files without end are said in dead, and hold up nothing", {
  timeout: 30_000,
}, async (t) => {
  const { spool, fresh } = prepared(t);
  symlinkSync("/etc/shadow", join(fresh, "link"));
  symlinkSync("/nowhere", join(fresh, "dangling"));
  symlinkSync("/dev/zero", join(fresh, "endless"));
  assert.equal(spawnSync("mkfifo", [join(fresh, "pipe")]).status, 0);
  mkdirSync(join(fresh, "folder", "full"), { recursive: true });
  writeFileSync(join(fresh, "large"), "x".repeat(1024 * 1024 + 1));
  const server = createServer().listen(join(fresh, "socket"));
  t.after(() => server.close());
  await until("there is a socket", () => existsSync(join(fresh, "socket")));

  const seen: string[] = [];
  await new Spool(spool).consume("barks", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["good"]);
  assert.deepEqual(readdirSync(fresh), []);
  const dead = await buried(spool);
  const reason = (id: string): string => dead.find((one) => one.id === id)?.reason ?? "";
  assert.equal(dead.length, 7);
  assert.equal(reason("link"), "a symbolic link");
  assert.equal(reason("dangling"), "a symbolic link");
  assert.match(reason("pipe"), /not a regular file/);
  assert.match(reason("socket"), /a socket/);
  assert.match(reason("folder"), /not a regular file/);
  assert.match(reason("large"), /at most 1048576 bytes, this file has 1048577; kept as .*aside/);
  assert.equal(
    readdirSync(join(spool, "barks", "aside")).length,
    2,
    "the folder and the large file are kept",
  );
  assert.ok(!JSON.stringify(dead).includes("root:"), "what a link pointed to was not read");
});

test("spool: names that are none for a message are moved aside with their content", async (t) => {
  const { spool, fresh } = prepared(t);
  const bytes = Buffer.concat([Buffer.from(`${fresh}/`), Buffer.from([0x61, 0xff, 0xfe])]);
  for (const name of [
    bytes,
    join(fresh, ".hidden"),
    join(fresh, "a b\n\u001b[2J"),
    join(fresh, "x".repeat(200)),
    join(fresh, "-rf"),
  ])
    writeFileSync(name, "kept");
  const seen: string[] = [];
  await new Spool(spool).consume("barks", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["good"]);
  assert.deepEqual(readdirSync(fresh), []);
  const aside = join(spool, "barks", "aside");
  assert.deepEqual(
    readdirSync(aside).map((name) => readFileSync(join(aside, name), "utf8")),
    Array(5).fill("kept"),
  );
  assert.equal((await buried(spool)).length, 5);
});

test("spool: bytes that are no UTF-8 are replaced, and an empty file is an empty message", async (t) => {
  const { spool, fresh } = prepared(t);
  writeFileSync(join(fresh, "1"), Buffer.from([0x61, 0xff, 0x62]));
  writeFileSync(join(fresh, "2"), "");
  const seen: string[] = [];
  await new Spool(spool).consume("barks", drain(), all(DONE, seen));
  assert.deepEqual(seen.sort(), ["", "a\uFFFDb", "good"]);
});

test("spool: a draft whose writer died is removed after a day, a younger one is left alone", async (t) => {
  const { spool } = prepared(t);
  const tmp = join(spool, "barks", "tmp");
  for (const name of ["old", "young"]) writeFileSync(join(tmp, name), "half");
  mkdirSync(join(tmp, "folder"));
  utimesSync(join(tmp, "old"), 0, Date.now() / 1000 - 90_000);
  await new Spool(spool).consume("barks", drain(), all(DONE));
  assert.deepEqual(readdirSync(tmp).sort(), ["folder", "young"]);
});

test("spool: 11,000 waiting messages come out once each, in order, and few are in memory at a time", async (t) => {
  const spool = folder(t);
  const fresh = join(spool, "barks", "new");
  mkdirSync(fresh, { recursive: true });
  const name = (at: number): string => `0193f0a1-0000-7000-8000-${String(at).padStart(12, "0")}`;
  const one = join(spool, "one");
  writeFileSync(one, "");
  for (let at = 0; at < 11_000; at++) linkSync(one, join(fresh, name(at))); // ten times as quick as to write them
  const ids: string[] = [];
  await new Spool(spool).consume("barks", drain({ batch: 1000 }), async (batch) => {
    ids.push(...batch.map(({ id }) => id));
    return batch.map(() => DONE);
  });
  assert.equal(ids.length, 11_000);
  assert.ok(ids.every((id, at) => id === name(at)));
});

test("spool: large messages are read a few at a time", async (t) => {
  const spool = folder(t);
  await new Spool(spool).publish(
    "barks",
    Array.from({ length: 40 }, () => "x".repeat(1_000_000)),
  );
  const sizes: number[] = [];
  await new Spool(spool).consume("barks", drain(), async (batch) => {
    sizes.push(batch.length);
    return batch.map(() => DONE);
  });
  assert.ok(Math.max(...sizes) <= 9, sizes.join(" "));
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    40,
  );
});

test("spool: when its folder is removed under it the consumer says so, makes it again and goes on", async (t) => {
  const spool = folder(t);
  const seen: string[] = [];
  let ready = 0;
  const lost: string[] = [];
  const consumer = beside(t, new Spool(spool), "barks", all(DONE, seen), {
    ready: () => ready++,
    lost: (why) => lost.push(explain(why)),
  });
  await until("ready", () => ready === 1);
  rmSync(join(spool, "barks"), { recursive: true });
  await until("ready again", () => ready === 2);
  assert.match(lost[0] ?? "", /ENOENT/);
  leave(spool, "barks", makeId(now()), "after");
  await until("handed over", () => seen.includes("after"));
  await consumer.stop();
});

test("spool: a full disk is said, and what was accepted before stays", async (t) => {
  const spool = smallDisk(t, "256k");
  if (spool === undefined) return t.skip("this user may not mount a small disk");
  const broker = new Spool(spool);
  await broker.publish("barks", ["kept"]);
  await assert.rejects(broker.publish("barks", ["x".repeat(500_000)]), {
    name: "Trouble",
    retry: "later",
    advice: /make room/,
  });
  assert.deepEqual(readdirSync(join(spool, "barks", "tmp")), []);
  const seen: string[] = [];
  await broker.consume("barks", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["kept"]);
});

test("spool: where it may not write it says whose folder to look at", async (t) => {
  const home = folder(t);
  writeFileSync(join(home, "file"), "");
  const broker = new Spool(join(home, "file"));
  await assert.rejects(broker.publish("barks", ["x"]), {
    name: "Trouble",
    retry: "never",
    advice: /a file is where a folder belongs/,
  });
  await assert.rejects(broker.consume("barks", drain(), all(DONE)), { name: "Trouble" });
});
