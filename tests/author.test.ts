import assert from "node:assert/strict";
import { chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nameOf } from "../src/author.ts";
import type { Bark } from "../src/bark.ts";
import { send } from "../src/broker/send.ts";
import { Config } from "../src/config/schema.ts";
import { iso, now } from "../src/time.ts";
import { Kennel } from "./support/kennel.ts";
import { first, says } from "./support/path.ts";
import { redis } from "./support/redis.ts";

const rootless = process.getuid?.() === 0 ? false : "only root can leave a bark as another user";
const NOBODY = 65_534;
const RUN = "545ed8e9-ba87-475a-acfd-5aeb";
const about = { host: "nas", level: "fail", user: "root", content: { invocation: "545e" } };
const unit = { ...about, id: `${RUN}00000000`, tag: "backup.service", monitor: "unit" };

/** Leaves a bark in the spool as a user. */
function leave(kennel: Kennel, name: string, bark: object, uid: number): void {
  const folder = join(kennel.home, "spool", "barks", "new");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify(bark));
  chownSync(join(folder, name), uid, uid);
}

test("a bark in the spool is its owner's, who cannot keep the failure of another's unit from being told", {
  skip: rootless,
}, async (t) => {
  const kennel = new Kennel(t);
  leave(kennel, "1", { ...about, id: `${RUN}f0000001`, tag: "mine" }, NOBODY);
  leave(kennel, "2", unit, 0);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT tag, json_extract(body, '$.user') FROM bark ORDER BY seq"), [
    ["mine", "nobody"],
    ["backup.service", "root"],
  ]);
  assert.equal((await kennel.mail()).length, 2);
});

test("a job that ran as the unit's own user is the same failure as that of the unit", {
  skip: rootless,
}, async (t) => {
  const kennel = new Kennel(t);
  leave(kennel, "1", { ...about, user: "x", id: `${RUN}f0000001`, tag: "mine" }, NOBODY);
  leave(kennel, "2", { ...unit, user: "nobody" }, 0);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT tag FROM bark"), [["mine"]]);
});

test("what a unit of Sheepdog's own left there is told to root, as what root left is", {
  skip: rootless,
}, async (t) => {
  const UNIT = 4107;
  first(t, { id: says("sheepdog-receiver") });
  const kennel = new Kennel(t);
  leave(kennel, "1", { ...about, user: "ann", id: `${RUN}f0000002`, tag: "RECEIPT" }, UNIT);
  leave(kennel, "2", { ...about, id: `${RUN}f0000003`, tag: "ROOTS" }, 0);
  await kennel.handle({ mail: Config.parse({}).mail });
  assert.deepEqual(kennel.rows("SELECT tag, json_extract(body, '$.user') FROM bark ORDER BY seq"), [
    ["RECEIPT", "sheepdog-receiver"],
    ["ROOTS", "root"],
  ]);
  assert.deepEqual(
    (await kennel.mail()).map(({ to }) => to),
    ["root", "root"],
  );
});

test("an id that failed units are told under is not to be had beforehand", { skip: rootless }, async (t) => {
  const kennel = new Kennel(t);
  leave(kennel, "1", { ...unit, level: "ok" }, NOBODY);
  leave(kennel, "2", unit, 0);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT level FROM bark"), [["fail"]]);
  const [dead] = await kennel.spool.peek("dead", 10);
  assert.match(dead?.body ?? "", /one of those that failed units have; make a UUID/);
});

test("nor is it by the name of a file whose bark has no id", { skip: rootless }, async (t) => {
  const kennel = new Kennel(t);
  const { id, ...nameless } = unit;
  leave(kennel, id, { ...nameless, level: "ok" }, NOBODY);
  leave(kennel, "zz", unit, 0);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT level FROM bark"), [["fail"]]);
});

test("who sends a bark of its own to Redis takes along what it left before, and nothing of another user", {
  skip: rootless,
}, async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  leave(kennel, "00-1", { ...about, tag: "FORGED" }, NOBODY);
  leave(kennel, "00-2", { ...about, tag: "EARLIER" }, 0);
  process.env["SHEEPDOG_SPOOL"] = join(kennel.home, "spool");
  t.after(() => delete process.env["SHEEPDOG_SPOOL"]);
  const config = Config.parse({ redis: { port: server.port } });
  const bark: Bark = {
    ...about,
    level: "ok",
    id: "3",
    time: iso(now()),
    tag: "NOW",
    monitor: "error",
    summary: "",
  };
  assert.equal((await send(bark, config)).safe, true);
  const sent = await server.cli("XRANGE", "sheepdog:barks", "-", "+");
  assert.match(sent, /EARLIER[^]*NOW/);
  assert.doesNotMatch(sent, /FORGED/);
  assert.deepEqual(readdirSync(join(kennel.home, "spool", "barks", "new")), ["00-1"]);
});

test("what an ordinary user leaves and is no JSON is said as such", { skip: rootless }, async (t) => {
  const kennel = new Kennel(t);
  leave(kennel, "1", [1], NOBODY);
  await kennel.handle();
  const [dead] = await kennel.spool.peek("dead", 10);
  assert.match(dead?.body ?? "", /not a JSON object/);
});

test("a name service that hangs holds barks up once, not once a user", (t) => {
  first(t, { id: "exec sleep 60" });
  const since = performance.now();
  const names = [4001, 4002, 4003, 4004, 4005].map(nameOf);
  assert.ok(performance.now() - since < 5000);
  assert.deepEqual(names, ["4001", "4002", "4003", "4004", "4005"]);
});

test("a name is asked for again after a minute, for numbers are given to others", (t) => {
  const started = performance.now();
  first(t, { id: says("ann") });
  t.mock.method(performance, "now", () => started + 120_000);
  assert.equal(nameOf(4006), "ann");
  first(t, { id: says("ben") });
  assert.equal(nameOf(4006), "ann");
  t.mock.method(performance, "now", () => started + 190_000);
  assert.equal(nameOf(4006), "ben");
});

test("a user without a name is told by number", () => {
  assert.equal(nameOf(NOBODY), "nobody");
  assert.equal(nameOf(3_999_999_999), "3999999999");
});
