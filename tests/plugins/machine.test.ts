import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, uptime } from "node:os";
import { test } from "node:test";
import machine from "../../src/plugins/machine.ts";
import { reading } from "../support/reading.ts";

test("what this machine is, is told as facts", async () => {
  const { level, summary, facts } = await reading(machine);
  assert.equal(level, "ok");
  assert.match(summary, /^\S.*, Linux \d.*, \d+ cores?, \d/);
  const told = (name: string) =>
    facts?.filter(([relation]) => relation === name).map(([, ...terms]) => terms);
  assert.deepEqual(told("cores"), [[cpus().length]]);
  assert.deepEqual(told("kernel"), [[release()]]);
  assert.deepEqual(told("ram"), [[Number(totalmem().toPrecision(3))]]);
  assert.deepEqual(told("arch"), [[spawnSync("uname", ["-m"], { encoding: "utf8" }).stdout.trim()]]);
  const id = /^ID="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  assert.equal(told("distribution")?.[0]?.[0], id);
  assert.match(String(told("virtualisation")?.[0]?.[0]), /^[a-z0-9-]+$/);
  const [booted] = told("booted")?.[0] ?? [];
  assert.match(String(booted), /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
  assert.ok(Math.abs(Date.parse(String(booted)) - (Date.now() - uptime() * 1000)) < 61_000);
});

test("addresses are those by which others reach it", async (t) => {
  const { status } = spawnSync("sh", [
    "-c",
    `ip link add dog0 type veth peer name dog1 && ip link set dog1 up && ip link set dog0 up &&
     ip addr add 192.0.2.7/32 dev dog0 && ip addr add 169.254.7.7/32 dev dog0 &&
     ip addr add 2001:db8::7/128 dev dog0 nodad`,
  ]);
  if (status !== 0) return t.skip("only root may make a network interface");
  t.after(() => spawnSync("ip", ["link", "del", "dog0"]));
  const { facts } = await reading(machine);
  const addresses = facts?.filter(([relation]) => relation === "address") ?? [];
  assert.deepEqual(
    addresses.filter(([, name]) => name === "dog0").map(([, , address]) => address),
    ["192.0.2.7", "2001:db8::7"],
  );
  assert.equal(
    addresses.find(([, name]) => name === "lo"),
    undefined,
  );
});

test("the same machine a little later tells the same facts, also when its clock was set meanwhile", async () => {
  const first = await reading(machine);
  const { booted } = first.remember as { booted: number };
  const before = { ...(first.remember as object), booted: booted + 60_000 };
  const second = await reading(machine, {}, { before });
  const told = (facts: typeof first.facts) => facts?.find(([relation]) => relation === "booted")?.[1];
  assert.equal(Date.parse(String(told(second.facts))), Date.parse(String(told(first.facts))) + 60_000);
  const wrong = await reading(machine, {}, { before: { ...(first.remember as object), booted: 0 } });
  assert.equal(told(wrong.facts), told(first.facts));
});

test("what the machine runs on is asked once between two starts", async () => {
  const first = await reading(machine);
  const told = (facts: typeof first.facts) => facts?.find(([relation]) => relation === "virtualisation")?.[1];
  const remembered = { ...(first.remember as object), virtual: "moon" };
  const second = await reading(machine, {}, { before: remembered });
  assert.equal(told(second.facts), "moon");
  const third = await reading(machine, {}, { before: { ...remembered, boot: "another" } });
  assert.equal(told(third.facts), told(first.facts));
});

test("a reboot is told once, and is no trouble unless it is to be", async () => {
  const before = { boot: "another", up: 1_048_000, booted: 0 };
  const quiet = await reading(machine, {}, { before });
  assert.equal(quiet.level, "ok");
  assert.match(
    quiet.summary,
    /^rebooted at \d{4}-\d\d-\d\d \d\d:\d\d, had been up 12d 3h when last seen; .*, Linux /,
  );
  const loud = await reading(machine, { reboot: "warning" }, { before });
  assert.equal(loud.level, "warning");
  const next = await reading(machine, { reboot: "warning" }, { before: loud.remember });
  assert.equal(next.level, "ok");
  assert.doesNotMatch(next.summary, /rebooted/);
});

test("the first reading, and what an older version remembered, is no reboot", async () => {
  for (const before of [undefined, null, "boot", { boot: 3 }])
    assert.equal((await reading(machine, { reboot: "warning" }, { before })).level, "ok");
});
