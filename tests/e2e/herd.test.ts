import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { redis } from "../support/redis.ts";
import { DIST, finished, Machine } from "../support/sheepdog.ts";
import { smtp } from "../support/smtp.ts";
import { until } from "../support/until.ts";

const SEED =
  'sheepdog -c ~/.sheepdog.conf -m monitor-error -e "borg create --stats /export/backup/borg::stamp /export/ipfs"';

/** Runs a line as a person types it, with the commands on the PATH. */
async function typed(machine: Machine, line: string) {
  const shell = `sheepdog() { "${process.execPath}" "${DIST}/sheepdog.cjs" "$@"; }; ${line}`;
  return finished(
    spawn("/bin/bash", ["-c", shell], {
      env: machine.environment,
      cwd: machine.home,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

test("the line and the Scheme file that users already have: a failing borg reaches Redis", async (t) => {
  const server = await redis(t);
  const machine = new Machine(t);
  const file = join(machine.home, ".sheepdog.conf");
  for (const text of [
    `(config (host "localhost") (port ${server.port}) (mailto "admin@myhost.eu"))`,
    `(config (redis . ((host . "127.0.0.1") (port . ${server.port})))\n        (mailfrom . "user@mydomain.com") (mailto . "a@x.org b@x.org")\n        (mailer-uri . "smtp://user:pass@smtp.example.org:587"))`,
  ]) {
    writeFileSync(file, text, { mode: 0o600 });
    chmodSync(file, 0o600);
    const ran = await typed(machine, SEED);
    assert.equal(ran.status, 2, ran.stderr);
    assert.match(
      ran.stderr,
      /^sheepdog: \[fail\] borg create --stats .*: exit 2 after .*; bark sent to redis .*\n$/,
    );
  }
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "2");
  assert.match(
    await server.cli("XRANGE", "sheepdog:barks", "-", "+", "COUNT", "1"),
    /Repository \/export\/backup\/borg does not exist/,
  );
  assert.deepEqual(machine.barks, []);
});

test("from a failing job over Redis to one good mail, and one more when it is well again", async (t) => {
  const server = await redis(t);
  const sink = await smtp(t);
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(
    config,
    `name = "penguin2"\n[redis]\nport = ${server.port}\n[mail]\nto = "ops@example.org"\nfrom = "dog@example.org"\nuri = "${sink.uri}"\n`,
  );
  const units = ["sheepdog-handler", "sheepdog-mailer"].map((unit) => machine.start(["-c", config], unit));
  const ended = Promise.all(units.map(finished));
  const job = [
    "-c",
    config,
    "-t",
    "BORG-ETC",
    "-e",
    `echo "lock timeout" >&2; test -e ${machine.home}/well || exit 2`,
  ];
  await machine.run(job);
  await machine.run(job);
  await until("the first mail", () => sink.letters.length === 1);
  writeFileSync(join(machine.home, "well"), "");
  await machine.run(job);
  await until("the second mail", () => sink.letters.length === 2);
  const [bad = "", well = ""] = sink.letters.map(({ raw }) => raw.toString());
  assert.match(bad, /^Subject: \[fail\] BORG-ETC on penguin2: exit 2 after /m);
  assert.match(bad, /lock timeout/);
  assert.match(well, /^Subject: \[ok\] BORG-ETC on penguin2: well again after /m);
  const id = /^Message-ID: (<.*>)/im.exec(bad)?.[1];
  assert.ok(id !== undefined && well.includes(`In-Reply-To: ${id}`));
  assert.equal((await machine.run(["status"])).status, 0);
  assert.equal(JSON.parse((await machine.run(["list", "--json"])).stdout).length, 3);
  for (const unit of units) unit.kill("SIGTERM");
  assert.deepEqual(
    (await ended).map(({ status }) => status),
    [0, 0],
  );
});

test("a bark made while Redis is away arrives once Redis is back, brought by the next bark or by flush", async (t) => {
  const server = await redis(t);
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(config, `[redis]\nport = ${server.port}\ntimeout = "2s"\n`);
  const fail = (tag: string) => machine.run(["-c", config, "-t", tag, "-e", "exit 3"]);
  await server.stop();
  for (const tag of ["ONE", "TWO"]) {
    const ran = await fail(tag);
    assert.equal(ran.status, 3);
    assert.match(ran.stderr, /bark waits in .*spool \(/);
  }
  assert.equal(machine.barks.length, 2);
  await server.start();
  await fail("THREE");
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "3");
  await server.stop();
  await fail("FOUR");
  const away = await machine.run(["-c", config], "sheepdog-flush");
  assert.equal(away.status, 75);
  await server.start();
  assert.equal((await machine.run(["-c", config], "sheepdog-flush")).status, 0);
  const all = await server.cli("XRANGE", "sheepdog:barks", "-", "+");
  assert.deepEqual(
    [...all.matchAll(/"tag":"(\w+)"/g)].map(([, tag]) => tag),
    ["ONE", "TWO", "THREE", "FOUR"],
  );
  assert.deepEqual(machine.barks, []);
});

test("Redis that refuses, is full, or does not answer changes nothing for the job", async (t) => {
  const machine = new Machine(t);
  const guarded = await redis(t, {
    settings: ["--requirepass", "secret-word"],
    login: ["-a", "secret-word"],
  });
  const full = await redis(t, { settings: ["--maxmemory", "1", "--maxmemory-policy", "noeviction"] });
  const silent = await redis(t);
  process.kill(silent.pid(), "SIGSTOP");
  const config = join(machine.home, "sheepdog.toml");
  for (const [port, password, why] of [
    [guarded.port, "", /for sheepdog-flush to send/],
    [guarded.port, 'password = "wrong-word"\n', /password/i],
    [full.port, "", /full|memory/i],
    [silent.port, "", /silent/],
  ] as const) {
    writeFileSync(config, `[redis]\nport = ${port}\ntimeout = "1s"\n${password}`);
    chmodSync(config, 0o600);
    const before = machine.barks.length;
    const ran = await machine.run(["-c", config, "-t", "T", "-e", "exit 3"]);
    assert.equal(ran.status, 3);
    assert.match(ran.stderr, why);
    assert.ok(!ran.stderr.includes("wrong-word"));
    assert.ok(ran.elapsed < 5000, `${ran.elapsed} ms`);
    assert.equal(machine.barks.length, before + 1);
  }
});

test("a wrapper killed at any moment leaves a whole bark or none, and never half of one", async (t) => {
  const machine = new Machine(t);
  for (let round = 0; round < 12; round++) {
    const child = machine.start([
      "--always",
      "-t",
      `R${round}`,
      "-e",
      "head -c 60000 /dev/zero | tr '\\0' x",
    ]);
    setTimeout(() => child.kill("SIGKILL"), 40 + round * 8);
    await once(child, "exit");
  }
  await machine.run(["--always", "-t", "LAST", "-e", "true"]);
  for (const bark of machine.barks) assert.ok(bark.level === "ok" && bark.id !== "");
  assert.equal(machine.barks.at(-1)?.tag, "LAST");
});

test("the spool of a machine with a full disk: the job is its own, the loss is said", async (t) => {
  const { smallDisk } = await import("../support/disk.ts");
  const disk = smallDisk(t, "64k");
  if (disk === undefined) return t.skip("needs root to mount a small disk");
  const machine = new Machine(t);
  machine.environment["SHEEPDOG_SPOOL"] = join(disk, "spool");
  writeFileSync(join(disk, "fill"), Buffer.alloc(56 * 1024));
  const ran = await machine.run(["-t", "F", "-e", "head -c 60000 /dev/urandom | base64; exit 6"]);
  assert.equal(ran.status, 6);
  assert.match(ran.stderr, /bark LOST: .*(ENOSPC|full|room)/);
  const left = existsSync(join(disk, "spool/barks/tmp")) ? readdirSync(join(disk, "spool/barks/tmp")) : [];
  assert.deepEqual(left, []);
});

test("the demo shows the whole way and leaves nothing behind", async (t) => {
  const machine = new Machine(t);
  const ran = await machine.run(["demo"]);
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /Subject: \[fail\] BORG-ETC on /);
  assert.match(ran.stdout, /Subject: \[ok\] BORG-ETC on |subject="\[ok\] BORG-ETC on/);
  assert.match(ran.stdout, /all well/);
  const folder = /Everything was in (\S+),/.exec(ran.stdout)?.[1] ?? "";
  assert.ok(folder !== "" && !existsSync(folder));
  assert.deepEqual(readdirSync(machine.home), []);
});

test("README and help name the same exit codes and options that there are", async (t) => {
  const machine = new Machine(t);
  const help = (await machine.run(["--help"])).stdout;
  for (const option of [
    "--config",
    "--exec",
    "--tag",
    "--always",
    "--mailto",
    "--timeout",
    "--lock",
    "--expect",
    "--verbose",
  ])
    assert.ok(help.includes(option), option);
  const readme = readFileSync(join(DIST, "../README.md"), "utf8");
  for (const command of ["status", "list", "show", "dead", "config"])
    assert.ok(readme.includes(`sheepdog ${command}`) && help.includes(command), command);
});
