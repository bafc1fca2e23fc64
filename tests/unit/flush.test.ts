import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Spool } from "../../src/broker/spool.ts";
import { makeId } from "../../src/id.ts";
import { Lock } from "../../src/lock.ts";
import { epoch, now } from "../../src/time.ts";
import { folder } from "../support/folder.ts";
import { freePort, redis } from "../support/redis.ts";

const FLUSH = join(dirname(fileURLToPath(import.meta.url)), "../../src/unit/flush.js");

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command with a configuration. */
function run(home: string, settings: string, ...words: readonly string[]): Promise<Ran> {
  const file = join(home, "sheepdog.toml");
  writeFileSync(file, settings, { mode: 0o600 });
  const environment = {
    PATH: process.env["PATH"],
    HOME: home,
    SHEEPDOG_SPOOL: join(home, "spool"),
    SHEEPDOG_STATE: home,
  };
  const code = `import(${JSON.stringify(FLUSH)}).then(({ main }) => main())`;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["-e", code, "--", "sheepdog-flush", "-c", file, ...words],
      { env: environment },
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function waiting(
  t: TestContext,
  count: number,
): { readonly home: string; readonly bodies: readonly string[] } {
  const home = folder(t);
  const bodies = Array.from(
    { length: count },
    (_, at) => `{ "id": "${at}", "time": "2026-03-01T10:00:00Z",\t"at":${at} }`,
  );
  const fresh = join(home, "spool", "barks", "new");
  mkdirSync(fresh, { recursive: true });
  for (const [at, body] of bodies.entries())
    writeFileSync(join(fresh, makeId(epoch(now() - 100_000 + at))), body);
  return { home, bodies };
}

const left = (home: string): number => readdirSync(join(home, "spool", "barks", "new")).length;

test("what waits in the spool is sent to Redis, oldest first, and leaves the spool", async (t) => {
  const server = await redis(t);
  const { home, bodies } = waiting(t, 1200);
  const ran = await run(home, `[redis]\nport = ${server.port}\n`);
  assert.deepEqual(ran, { status: 0, stdout: "", stderr: "" });
  assert.equal(left(home), 0);
  const shown = JSON.parse(await server.cli("--json", "XRANGE", "sheepdog:barks", "-", "+")) as [
    string,
    string[],
  ][];
  assert.deepEqual(
    shown.map(([, fields]) => fields[1]),
    bodies,
  );
  assert.deepEqual(await run(home, `[redis]\nport = ${server.port}\n`), {
    status: 0,
    stdout: "",
    stderr: "",
  });
});

test("with Redis away all stays in the spool, and one line says so", async (t) => {
  const { home } = waiting(t, 3);
  const ran = await run(home, `[redis]\nport = ${await freePort()}\n`);
  assert.equal(ran.status, 75);
  assert.match(
    ran.stderr,
    /^sheepdog-flush: 0 sent, 3 wait: redis 127\.0\.0\.1:\d+ is away: check that it runs.*\n$/,
  );
  assert.equal(left(home), 3);
});

test("a wrong password is a matter of configuration, and is not shown", async (t) => {
  const server = await redis(t, { settings: ["--requirepass", "another"] });
  const { home } = waiting(t, 3);
  const ran = await run(home, `[redis]\nport = ${server.port}\npassword = "guessed-it"\n`);
  assert.equal(ran.status, 78);
  assert.match(ran.stderr, /refuses the password/);
  assert.ok(!ran.stderr.includes("guessed-it"));
  assert.equal(left(home), 3);
});

test("while another one is at it a flush says so, and does not wait", async (t) => {
  const server = await redis(t);
  const { home } = waiting(t, 6);
  {
    using _lock = Lock.try(join(home, "spool", "barks", "lock"));
    const ran = await run(home, `[redis]\nport = ${server.port}\n`);
    assert.equal(ran.status, 75);
    assert.match(ran.stderr, /^sheepdog-flush: another process takes messages out of .*: try again.*\n$/);
  }
  assert.equal((await run(home, `[redis]\nport = ${server.port}\n`)).status, 0);
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "6");
});

test("what can never be sent is said in one line, and is among the dead of the spool", async (t) => {
  const server = await redis(t);
  const { home } = waiting(t, 3);
  symlinkSync("/etc/hostname", join(home, "spool", "barks", "new", makeId(now())));
  const ran = await run(home, `[redis]\nport = ${server.port}\n`);
  assert.equal(ran.status, 69);
  assert.equal(ran.stderr, "sheepdog-flush: 3 sent, 1 cannot be sent: see `sheepdog dead list` for why\n");
  assert.equal(left(home), 0);
  assert.equal((await new Spool(join(home, "spool")).peek("dead", 9)).length, 1);
});

test("a bark without an id gets one before it is sent, so that sent twice it is one bark", async (t) => {
  const server = await redis(t);
  const home = folder(t);
  const fresh = join(home, "spool", "barks", "new");
  mkdirSync(fresh, { recursive: true });
  const sent: unknown[] = [];
  for (const _ of [1, 2]) {
    const file = join(fresh, "bark-1");
    writeFileSync(file, '{"host":"nas","tag":"T","level":"ok"}');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    await run(home, `[redis]\nport = ${server.port}\n`);
  }
  for (const [, fields] of JSON.parse(await server.cli("--json", "XRANGE", "sheepdog:barks", "-", "+")) as [
    string,
    string[],
  ][])
    sent.push(JSON.parse(fields[1] ?? ""));
  const bark = { host: "nas", tag: "T", level: "ok", id: "bark-1", time: "2023-11-14T22:13:20.000Z" };
  assert.deepEqual(sent, [bark, bark]);
});

test("without Redis there is nothing to do, and with a wrong option it says where to look", async (t) => {
  const home = folder(t);
  const idle = await run(home, "");
  assert.equal(idle.status, 0);
  assert.match(idle.stderr, /nothing to do: no Redis is configured/);
  assert.match((await run(home, "", "--help")).stdout, /sheepdog-flush: send what waits/);
  assert.match((await run(home, "", "--version")).stdout, /^\d+\.\d+\.\d+/);
  assert.equal((await run(home, "", "--once")).status, 64);
  const wrong = await run(home, "", "--sink");
  assert.equal(wrong.status, 64);
  assert.match(wrong.stderr, /--sink.*--help/);
  const broken = await run(home, "redis = 5\n");
  assert.equal(broken.status, 78);
  assert.match(broken.stderr, /redis/);
});
