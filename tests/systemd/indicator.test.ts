import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import type { Plugin } from "../../src/plugin/contract.ts";
import disk from "../../src/plugins/disk.ts";
import load from "../../src/plugins/load.ts";
import machine from "../../src/plugins/machine.ts";
import memory from "../../src/plugins/memory.ts";
import time from "../../src/plugins/time.ts";
import { Host, hostless } from "../support/host.ts";

test("indicators of a machine see through the sandbox of their unit", { skip: hostless }, async (t) => {
  const host = await Host.boot(t);

  /** Reads an indicator by its unit, and takes its bark from the spool: there is no Redis. */
  async function bark({ name, unit = "" }: Plugin): Promise<Bark> {
    const service = `sheepdog-indicator@${name}.service`;
    await host.write(`/run/systemd/system/${service}.d/plugin.conf`, `[Service]\n${unit}\n`);
    await host.sh(`systemctl daemon-reload; rm -rf /var/spool/sheepdog/*; systemctl start ${service}`);
    return JSON.parse(await host.sh("find /var/spool/sheepdog -type f -exec cat {} +")) as Bark;
  }

  const told = (facts: Bark["facts"], name: string) => facts?.filter(([relation]) => relation === name) ?? [];

  await t.test("disk sees a file system below /home, and no folder of the sandbox", async () => {
    await host.sh("mkdir -p /home && mount -t tmpfs -o size=4m tmpfs /home");
    await host.write("/etc/sheepdog/sheepdog.toml", '[indicators.disk]\nmounts = ["/", "/home"]\n');
    await host.sh("head -c 4000000 /dev/zero >/home/much");
    const { level, summary, facts } = await bark(disk);
    assert.deepEqual([level, summary], ["fail", "/home is 95% full, 188KiB left, limit 95%"]);
    assert.deepEqual(
      told(facts, "disk").map(([, mount]) => mount),
      ["/", "/home"],
    );
    await host.write("/etc/sheepdog/sheepdog.toml", "");
    const all = told((await bark(disk)).facts, "disk").map(([, mount]) => mount);
    assert.deepEqual(
      all.filter((mount) => !["/", "/tmp", "/run", "/dev/shm", "/opt/sheepdog"].includes(String(mount))),
      [],
    );
  });

  await t.test("machine sees the addresses of the host", async () => {
    await host.sh(
      `ip link add dog0 type veth peer name dog1 && ip link set dog1 up && ip link set dog0 up &&
       ip addr add 192.0.2.9/32 dev dog0`,
    );
    const { level, facts } = await bark(machine);
    assert.equal(level, "ok");
    assert.deepEqual(
      told(facts, "address").filter(([, name]) => name === "dog0"),
      [["address", "dog0", "192.0.2.9"]],
    );
  });

  await t.test("time asks what systemd knows", async () => {
    await host.write("/etc/sheepdog/sheepdog.toml", '[indicators.time]\nkeeper = "service"\nsettle = "0s"\n');
    const { level, summary } = await bark(time);
    assert.equal(level, "warning");
    assert.match(summary, /^nobody keeps the clock: /); // systemd sets none in a container
  });

  for (const plugin of [memory, load])
    await t.test(`${plugin.name} can be read`, async () => {
      const { level, summary } = await bark(plugin);
      assert.notEqual(level, "unknown", summary);
    });
});
