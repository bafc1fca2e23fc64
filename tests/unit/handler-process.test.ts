import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { Kennel, text } from "../support/kennel.ts";
import { redis } from "../support/redis.ts";
import { stall } from "../support/stall.ts";
import { until } from "../support/until.ts";

test("with --once the handler handles what waits, logs a line a bark, and leaves", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("fail", { summary: "2 errors" }), text("ok")]);
  const hound = kennel.start(["--once"]);
  assert.equal(await hound.end(), 0);
  assert.match(hound.log(), /^level=fail host=nas tag=SCRUB id=bark-\d+ summary="2 errors"\nlevel=ok .*\n$/);
  assert.equal((await kennel.mail()).length, 2);
});

test("under systemd every line of the log tells the journal how bad it is", async (t) => {
  const kennel = new Kennel(t);
  await kennel.spool.publish("barks", [text("fail"), text("warning"), text("ok")]);
  const hound = kennel.start(["--once"], { JOURNAL_STREAM: "8:1" });
  assert.equal(await hound.end(), 0);
  assert.deepEqual(hound.log().match(/^<\d>/gm), ["<3>", "<4>", "<6>"]);
});

for (const signal of ["SIGTERM", "SIGINT"] as const)
  test(`on ${signal} the handler leaves with 0, and what it had taken is kept`, async (t) => {
    const kennel = new Kennel(t);
    const hound = kennel.start();
    await kennel.spool.publish("barks", [text("fail")]);
    await until("a bark is logged", () => hound.log().includes("level=fail"));
    assert.equal(await hound.end(signal), 0);
    assert.deepEqual(kennel.rows("SELECT count(*) FROM bark"), [[1]]);
    assert.equal((await kennel.mail()).length, 1);
  });

test("a bark that any language leaves in Redis is heard, also without an id", async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(`[redis]\nport = ${server.port}\n[policy]\ngather = "0s"\n`);
  const hound = kennel.start();
  const entry = await server.cli(
    "XADD",
    "sheepdog:barks",
    "*",
    "bark",
    '{"host":"nas","tag":"SCRUB","level":"fail","summary":"2 errors"}',
  );
  await until("it is logged", () => hound.log().includes("2 errors"));
  assert.equal(await hound.end("SIGTERM"), 0);
  assert.deepEqual(kennel.rows("SELECT id FROM bark"), [[entry]]);
  assert.equal(await server.cli("XLEN", "sheepdog:mail"), "1");
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "0");
});

test("a reload that names a secret which cannot be read is refused, and the handler goes on", async (t) => {
  const kennel = new Kennel(t);
  const hound = kennel.start();
  await until("it takes barks", () => hound.said().includes("takes barks"));
  kennel.configure('[redis]\nsecret = "/nonexistent/x"\n');
  hound.child.kill("SIGHUP");
  await until("the reload is refused", () => hound.said().includes("goes on with the configuration it has"));
  assert.match(hound.said(), /goes on .*: cannot read \/nonexistent\/x \(ENOENT\): correct its name/);
  await kennel.spool.publish("barks", [text("fail")]);
  await until("a bark is logged", () => hound.log().includes("level=fail"));
  assert.equal(await hound.end("SIGTERM"), 0);
});

test("a reload with a password that Redis refuses is refused, and one while Redis is away is not", async (t) => {
  const server = await redis(t, { settings: ["--requirepass", "right"], login: ["-a", "right"] });
  const kennel = new Kennel(t);
  kennel.configure(`[redis]\nport = ${server.port}\npassword = "right"\n`);
  const hound = kennel.start();
  await until("it takes barks", () => hound.said().includes("takes barks"));
  kennel.configure(`[redis]\nport = ${server.port}\npassword = "wrong"\n`);
  hound.child.kill("SIGHUP");
  await until("the reload is refused", () => hound.said().includes("goes on with the configuration it has"));
  assert.match(hound.said(), /goes on .* refuses the password: check/);
  kennel.configure(`[redis]\nport = ${server.port}\n`);
  hound.child.kill("SIGHUP");
  await until("the next is refused, too", () => /goes on .* wants a password: set/.test(hound.said()));
  kennel.configure('[redis]\nport = 1\npassword = "right"\n');
  hound.child.kill("SIGHUP");
  await until("it is away", () => hound.said().includes("redis 127.0.0.1:1 is away"));
  assert.equal(await hound.end("SIGTERM"), 0);
});

test("of two reloads at once the later one counts, however long the first one takes", async (t) => {
  const slow = await redis(t);
  const kennel = new Kennel(t);
  const hound = kennel.start();
  await until("it takes barks", () => hound.said().includes("takes barks"));
  stall(t, slow.pid());
  kennel.configure(`[redis]\nport = ${slow.port}\ntimeout = "30s"\n`);
  hound.child.kill("SIGHUP");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  kennel.configure('name = "later"\n');
  hound.child.kill("SIGHUP");
  await until("it takes barks again", () => hound.said().split("takes barks").length === 3);
  process.kill(slow.pid(), "SIGCONT");
  await new Promise((resolve) => setTimeout(resolve, 3000));
  assert.doesNotMatch(hound.said(), /redis/);
  await kennel.spool.publish("barks", [text("fail")]);
  await until("a bark is heard", () => hound.log().includes("level=fail"));
  assert.equal(await hound.end("SIGTERM"), 0);
});

/** Somebody supervises, who is not heard: sd_notify(3) says nothing of that. */
const SUPERVISED = { NOTIFY_SOCKET: "/nonexistent/notify" };

test("under systemd a handler that was ready waits for Redis, also when it is reloaded meanwhile", async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(`[redis]\nport = ${server.port}\n`);
  const hound = kennel.start([], SUPERVISED);
  const taken = (): number => hound.said().split("takes barks").length - 1;
  await until("it takes barks", () => taken() === 1);
  await server.stop();
  await until("it is away", () => hound.said().includes("is away"));
  hound.child.kill("SIGHUP");
  await new Promise((resolve) => setTimeout(resolve, 6000)); // longer than at its start
  await server.start();
  await until("it takes barks again", () => taken() === 2);
  assert.equal(await hound.end("SIGTERM"), 0);
});

test("under systemd a handler leaves when the socket of Redis is gone, and may be seen only by who is started again", async (t) => {
  const server = await redis(t);
  const kennel = new Kennel(t);
  kennel.configure(`[redis]\nsocket = "${server.socket}"\n`);
  const hound = kennel.start([], SUPERVISED);
  await until("it takes barks", () => hound.said().includes("takes barks"));
  await server.stop();
  assert.equal(await hound.end(), 75);
});

test("a log that nobody reads any more does not stop the handler", async (t) => {
  const kennel = new Kennel(t);
  const hound = kennel.start();
  hound.child.stdout?.destroy();
  await kennel.spool.publish("barks", [text("fail")]);
  await until("the mail is there", async () => (await kennel.mail()).length === 1);
  await kennel.spool.publish("barks", [text("ok")]);
  await until("the next one too", async () => (await kennel.mail()).length === 2);
  assert.equal(await hound.end("SIGTERM"), 0);
});

test("options that it does not know, a broken configuration and a newer history each have an exit code and a cure", async (t) => {
  const kennel = new Kennel(t);
  const refused = async (args: readonly string[]): Promise<readonly [code: unknown, said: string]> => {
    const hound = kennel.start(args);
    return [await hound.end(), hound.said()];
  };
  const [usage, hint] = await refused(["--twice"]);
  assert.equal(usage, 64);
  assert.match(hint, /^sheepdog-handler: .*--twice.*--help\n$/);
  mkdirSync(kennel.state);
  const database = new Sqlite(join(kennel.state, "history.db"));
  database.pragma("application_id = 0x53444f47");
  database.pragma("user_version = 99");
  database.close();
  const [newer, cure] = await refused(["--once"]);
  assert.equal(newer, 69);
  assert.match(cure, /^sheepdog-handler: .*shape 99.*nothing was changed\n$/);
  kennel.configure("[mial]\n");
  const [configuration, key] = await refused(["--once"]);
  assert.equal(configuration, 78);
  assert.match(key, /mial/);
});

test("a state folder that cannot be made is said with what to check", async (t) => {
  const kennel = new Kennel(t);
  writeFileSync(kennel.state, "a file where the folder should be");
  const hound = kennel.start(["--once"]);
  assert.notEqual(await hound.end(), 0);
  assert.match(hound.said(), /^sheepdog-handler: .*check .*folder.*\n$/);
});

test("--help and --version answer and leave", async (t) => {
  const kennel = new Kennel(t);
  const help = kennel.start(["--help"]);
  assert.equal(await help.end(), 0);
  assert.match(help.log(), /--once/);
  const version = kennel.start(["--version"]);
  assert.equal(await version.end(), 0);
  assert.match(version.log(), /^\d+\.\d+\.\d+\n$/);
});
