import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { container } from "../../src/plugin/container.ts";
import time from "../../src/plugins/time.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";
import { until } from "../support/until.ts";

const OURS = { keeper: "service", settle: "0s" };

test("a clock that chronyd keeps is well", async (t) => {
  const programs = await chronyd(t, "local stratum 8");
  if (programs === undefined) return t.skip("chronyd is not installed, or no root");
  onlyPrograms(t, programs);
  await until("chronyd answers", async () => (await reading(time, OURS)).level === "ok");
  const { summary, facts } = await reading(time, OURS);
  assert.equal(summary, "the clock is synchronised by chrony, less than 1ms fast");
  assert.deepEqual(facts, [["clock", "chrony", true]]);
});

test("a clock that chronyd cannot keep for want of servers is a warning", async (t) => {
  const programs = await chronyd(t, "");
  if (programs === undefined) return t.skip("chronyd is not installed, or no root");
  onlyPrograms(t, programs);
  await until("chronyd answers", async () => (await reading(time, OURS)).summary.includes("though chrony"));
  const { level, summary, facts } = await reading(time, OURS);
  assert.deepEqual([level, summary], ["warning", "the clock is not synchronised, though chrony runs"]);
  assert.deepEqual(facts, [["clock", "chrony", false]]);
});

test("where no time service runs that is a warning, with the cure", async (t) => {
  onlyPrograms(t, folder(t));
  const { level, summary, facts } = await reading(time, OURS);
  assert.equal(level, "warning");
  assert.match(
    summary,
    /^nobody keeps the clock: install chrony .*; where the host does, say keeper = "host"$/,
  );
  assert.deepEqual(facts, []);
});

test("soon after the start of the machine a clock that is not set yet is well", async (t) => {
  onlyPrograms(t, folder(t));
  const { level, summary } = await reading(time, { ...OURS, settle: "9000d" });
  assert.equal(level, "ok");
  assert.match(summary, /which may take a while: the machine was started .* ago$/);
});

test("in a container the clock is the host's", async () => {
  assert.equal((await reading(time, { keeper: "host" })).level, "ok");
  const { summary } = await reading(time);
  assert.equal(summary.startsWith("the host keeps the clock of this container"), container() !== undefined);
});

// What follows are programs' own words on machines that cannot be had here: clocks that are wrong, and services that
// need systemd as the first process.

const now = (): string => (Date.now() / 1000 - 60).toFixed(9);
const tracking = (heard: string, slow: string): string =>
  `A29FC87B,162.159.200.123,4,${heard},${slow},-0.000031,0.000412,-12.345,0.002,0.051,0.011,0.0012,64.5,Normal`;

const SAID = [
  {
    title: "a clock that is slow by chrony is a warning, with the limit",
    chronyc: () => tracking(now(), "1.250000000"),
    level: "warning",
    summary: "the clock is 1.3s slow by chrony, limit 500ms",
  },
  {
    title: "a clock that is minutes fast is trouble",
    chronyc: () => tracking(now(), "-130.000000000"),
    level: "fail",
    summary: "the clock is 2min 10s fast by chrony, limit 10s",
  },
  {
    title: "a chrony that has lost its servers is a warning",
    chronyc: () => tracking((Date.now() / 1000 - 3 * 86_400).toFixed(3), "0.000001"),
    level: "warning",
    summary: "chrony has heard of no time server for 3d, limit 1d",
  },
  {
    title: "a clock that ntpd keeps is well",
    ntpq: () => "leap=00, offset=-2.518",
    level: "ok",
    summary: "the clock is synchronised by ntpd, 3ms fast",
  },
  {
    title: "a clock that ntpd does not keep yet is a warning",
    ntpq: () => "leap=11, offset=0.000",
    level: "warning",
    summary: "the clock is not synchronised, though ntpd runs",
  },
  {
    title: "a clock that systemd-timesyncd keeps is well",
    timedatectl: () =>
      "Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=yes\nNTP=yes\nNTPSynchronized=yes\n       Server: 192.0.2.1 (0.debian.pool.ntp.org)\n       Offset: +22.322ms\n        Delay: 1.1ms",
    level: "ok",
    summary: "the clock is synchronised by systemd-timesyncd, 22ms slow",
  },
  {
    title: "a clock that systemd has not synchronised is a warning",
    timedatectl: () => "CanNTP=yes\nNTP=yes\nNTPSynchronized=no",
    level: "warning",
    summary: "the clock is not synchronised, though systemd runs",
  },
  {
    title: "a clock that somebody synchronises whom systemd does not know is well",
    timedatectl: () => "CanNTP=no\nNTP=no\nNTPSynchronized=yes",
    level: "ok",
    summary: "the clock is synchronised by a service systemd does not know",
  },
] as const;

for (const { title, level, summary, ...programs } of SAID)
  test(title, async (t) => {
    const path = folder(t);
    for (const [name, says] of Object.entries(programs))
      program(path, name, `while read -r line; do echo "$line"; done <<'END'\n${says()}\nEND`);
    onlyPrograms(t, path);
    const told = await reading(time, OURS);
    assert.deepEqual([told.level, told.summary], [level, summary]);
  });

function program(path: string, name: string, script: string): void {
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Until the test ends no other programs are found. */
function onlyPrograms(t: TestContext, path: string): void {
  const { PATH } = process.env;
  process.env["PATH"] = path;
  t.after(() => {
    process.env["PATH"] = PATH;
  });
}

/** Starts a chronyd that leaves the clock alone, at a port of its own.
 * @returns where there is a chronyc that asks it; undefined where there is none */
async function chronyd(t: TestContext, line: string): Promise<string | undefined> {
  const found = spawnSync("sh", ["-c", "command -v chronyc && command -v chronyd"], { encoding: "utf8" });
  const [client, server] = found.stdout.trim().split("\n");
  if (client === undefined || server === undefined || process.getuid?.() !== 0) return undefined;
  const path = folder(t);
  const port = await freePort();
  const lines = [line, "port 0", `cmdport ${port}`, "bindcmdaddress 127.0.0.1", `pidfile ${path}/pid`];
  writeFileSync(join(path, "conf"), `${lines.join("\n")}\n`);
  const daemon = spawn(server, ["-x", "-d", "-u", "root", "-f", join(path, "conf")], { stdio: "ignore" });
  t.after(() => daemon.kill("SIGKILL"));
  mkdirSync(join(path, "bin"));
  program(join(path, "bin"), "chronyc", `exec ${client} -p ${port} "$@"`);
  return join(path, "bin");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
