import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { answers } from "../../src/broker/resp.ts";
import { deliver } from "../../src/broker/wire.ts";
import { Redis } from "../../src/config/redis.ts";
import { explain, type Trouble } from "../../src/trouble.ts";
import { certificates } from "../support/certificates.ts";
import { folder } from "../support/folder.ts";
import { freePort, redis } from "../support/redis.ts";
import { stall } from "../support/stall.ts";

const SECRET = "correct horse battery staple";

async function trouble(delivering: Promise<void>): Promise<Trouble> {
  const error = await delivering.then(
    () => assert.fail("it was delivered"),
    (error: unknown) => error as Trouble,
  );
  assert.equal(error.name, "Trouble", String(error));
  assert.ok(!explain(error).includes(SECRET), "the password is in the text");
  assert.ok(!explain(error).includes("\u001b") && !explain(error).includes("\n"), "one line, no escapes");
  return error;
}

/** A peer that says something else than Redis does. */
async function peer(t: TestContext, talk: (socket: Socket) => void): Promise<Redis> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // it is the other end that hangs up
    talk(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return Redis.parse({ port: (server.address() as { port: number }).port, timeout: "500ms", user: "client" });
}

test("barks reach Redis in their order, over TCP, over a Unix socket, and into another database", async (t) => {
  const server = await redis(t);
  const bodies = ["{}", "ä 漢 🐕 \r\n \u0000", "x".repeat(256 * 1024)];
  await deliver(server.config(), undefined, bodies);
  await deliver(Redis.parse({ socket: server.socket }), undefined, bodies);
  await deliver(server.config({ db: 5, prefix: "other" }), undefined, bodies);
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "6");
  assert.equal(await server.cli("-n", "5", "XLEN", "other:barks"), "3");
  const shown = await server.cli("--json", "XRANGE", "sheepdog:barks", "-", "+");
  const entries = JSON.parse(shown) as [string, string[]][];
  assert.deepEqual(
    entries.slice(0, 3).map(([, fields]) => fields.slice(0, 3)),
    bodies.map((body) => ["bark", body, "sent"]),
  );
});

test("a hundred barks go out at once", async (t) => {
  const server = await redis(t);
  await deliver(
    server.config(),
    undefined,
    Array.from({ length: 100 }, (_, at) => String(at)),
  );
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "100");
  await deliver(server.config(), undefined, []);
});

test("each way in which Redis does not take a bark is told apart", async (t) => {
  const away = await trouble(deliver(Redis.parse({ port: await freePort() }), SECRET, ["{}"]));
  assert.match(explain(away), /redis 127\.0\.0\.1:\d+ is away: check that it runs/);
  assert.equal(away.retry, "later");
  const socket = join(folder(t), "none.sock");
  assert.match(
    (await trouble(deliver(Redis.parse({ socket }), SECRET, ["{}"]))).message,
    /none\.sock is away/,
  );
  const nowhere = await trouble(
    deliver(Redis.parse({ host: "nowhere.invalid", timeout: "10s" }), SECRET, ["{}"]),
  );
  assert.match(nowhere.message, /cannot be found by that name/);

  const server = await redis(t, { settings: ["--requirepass", "another"] });
  const wrong = await trouble(deliver(server.config(), SECRET, ["{}"]));
  assert.match(wrong.message, /refuses the password/);
  assert.equal(wrong.retry, "never");
  assert.match((await trouble(deliver(server.config(), undefined, ["{}"]))).message, /wants a password/);
  assert.match(
    (await trouble(deliver(server.config({ db: 99 }), "another", ["{}"]))).message,
    /no database of that number/,
  );
});

test("a password that Redis did not ask for keeps no bark back", async (t) => {
  const server = await redis(t);
  await deliver(server.config(), SECRET, ["{}"]);
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "1");
});

test("a full Redis and a replica refuse, and it is said which", async (t) => {
  const server = await redis(t, { settings: ["--maxmemory", "1", "--maxmemory-policy", "noeviction"] });
  const full = await trouble(deliver(server.config(), undefined, ["{}"]));
  assert.match(explain(full), /is full: raise maxmemory/);
  assert.equal(full.retry, "later");
  await server.cli("CONFIG", "SET", "maxmemory", "0");
  await server.cli("SET", "sheepdog:barks", "x");
  assert.match(
    (await trouble(deliver(server.config(), undefined, ["{}"]))).message,
    /something else under that name/,
  );
  await server.cli("REPLICAOF", "127.0.0.1", "1");
  const replica = await trouble(deliver(server.config(), undefined, ["{}"]));
  assert.match(replica.message, /replica/);
  assert.equal(replica.retry, "later");
});

test("a Redis that is stopped in its tracks costs no more than the timeout", async (t) => {
  const server = await redis(t);
  stall(t, server.pid());
  const since = performance.now();
  const silent = await trouble(deliver(server.config({ timeout: "300ms" }), SECRET, ["{}"]));
  process.kill(server.pid(), "SIGCONT");
  assert.match(silent.message, /is silent/);
  assert.doesNotMatch(silent.advice ?? "", /IPAddressAllow/);
  assert.ok(performance.now() - since < 10_000);
});

test("of another machine's Redis that is not reached it is said that the handler's unit may be fenced in", async () => {
  const far = Redis.parse({ host: "redis.invalid" });
  assert.match((await trouble(deliver(far, undefined, ["{}"]))).advice ?? "", /IPAddressAllow/);
});

test("whoever else listens there is not taken for Redis", async (t) => {
  const talks: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
    [
      "a web server",
      (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      /does not speak as Redis/,
    ],
    ["ssh", (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"), /does not speak as Redis/],
    [
      "noise",
      (socket) =>
        void socket.write(Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 37 + 128) & 255))),
      /does not speak as Redis/,
    ],
    [
      "a line without an end",
      (socket) => void setInterval(() => socket.write(`+${"x".repeat(60_000)}`), 1).unref(),
      /does not speak as Redis/,
    ],
    ["a string of 4 GB", (socket) => void socket.write("$4294967296\r\n"), /does not speak as Redis/],
    [
      "more answers than questions",
      (socket) => void socket.write("+OK\r\n".repeat(50)),
      /does not speak as Redis/,
    ],
    ["half an answer", (socket) => void socket.write("+O"), /is silent/],
    ["nothing", () => undefined, /is silent/],
    ["a hang-up", (socket) => void socket.end(), /hung up/],
    ["a slam", (socket) => void socket.on("data", () => socket.resetAndDestroy()), /hung up/],
    [
      "an echo of what it hears",
      (socket) =>
        void socket.on("data", (heard) =>
          socket.write(`-ERR unknown: ${String(heard).replaceAll("\r\n", " ")}\u001b[2J\r\n`),
        ),
      /answers: ERR unknown/,
    ],
  ];
  for (const [name, talk, expected] of talks) {
    const error = await trouble(deliver(await peer(t, talk), SECRET, ["{}"]));
    assert.match(error.message, expected, name);
  }
});

test("answers are read however they are cut into pieces", () => {
  const text = "+OK\r\n:12\r\n$5\r\nab\r\nc\r\n$-1\r\n-OOM no\r\n$0\r\n\r\n";
  for (let cut = 0; cut <= text.length; cut++) {
    const first = answers(text.slice(0, cut));
    const second = answers((first?.rest ?? "") + text.slice(cut));
    const read = [...(first?.whole ?? []), ...(second?.whole ?? [])].map(
      ({ kind, text }) => `${kind} ${text}`,
    );
    assert.deepEqual(read, ["said OK", "said 12", "said ab\r\nc", "said null", "refused OOM no", "said "]);
    assert.equal(second?.rest, "");
  }
});

test("the way to Redis may be encrypted, with certificates on both ends", async (t) => {
  const pems = certificates(folder(t));
  const settings = ["--tls-cert-file", pems.cert, "--tls-key-file", pems.key, "--tls-ca-cert-file", pems.ca];
  const server = await redis(t, { tls: true, settings });
  const config = server.config({ host: "localhost", ...pems, timeout: "10s" });
  await deliver(config, undefined, ["{}"]);
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "1");

  const stranger = await trouble(
    deliver(server.config({ host: "localhost", tls: true, timeout: "10s" }), undefined, ["{}"]),
  );
  assert.match(explain(stranger), /certificate that is not trusted: check `ca`/);
  const other = await trouble(deliver(server.config({ ...pems, timeout: "10s" }), undefined, ["{}"]));
  assert.match(other.message, /certificate that is not trusted/, "the certificate names localhost only");
  const bare = await trouble(
    deliver(server.config({ host: "localhost", ca: pems.ca, timeout: "10s" }), undefined, ["{}"]),
  );
  assert.match(bare.message, /TLS|hung up/, "a certificate of ours is asked for");
  const clear = await trouble(
    deliver(server.config({ host: "localhost", timeout: "10s" }), undefined, ["{}"]),
  );
  assert.match(clear.message, /does not speak as Redis|hung up/);
  const missing = await trouble(deliver(server.config({ ca: "/none.pem" }), undefined, ["{}"]));
  assert.match(explain(missing), /cannot read \/none\.pem \(ENOENT\): check `ca`/);
});
