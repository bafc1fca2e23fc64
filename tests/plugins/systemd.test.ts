import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import systemd from "../../src/plugins/systemd.ts";
import { Host, hostless } from "../support/host.ts";
import { reading } from "../support/reading.ts";
import { spooled } from "../support/spooled.ts";

const service = (command: string, more = ""): string =>
  `[Service]\nExecStart=/bin/sh -c '${command}'\n${more}`;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, {
    config: 'name = "nas"\n[indicators.systemd]\nignore = ["dull*.service"]\nrestarts = 2\n',
  });
  await host.write("/etc/systemd/system/broken.service", service("exit 3"));
  await host.write("/etc/systemd/system/dull-1.service", service("exit 1"));
  await host.write(
    "/etc/systemd/system/flapping.service",
    service("exit 1", "Restart=always\nRestartSec=100ms\n[Unit]\nStartLimitIntervalSec=0\n"),
  );
  await host.run("systemctl", "daemon-reload");
  let read = 0;
  const look = async (): Promise<Bark> => {
    await host.run("systemctl", "start", "sheepdog-indicator@systemd");
    read += 1;
    const bark = (await spooled(host)).at(-1);
    assert.ok(bark !== undefined);
    return bark;
  };

  await t.test("all is well while no unit has failed", async () => {
    const { level, summary, facts, content } = await look();
    assert.deepEqual([level, summary, facts], ["ok", "no unit has failed", []]);
    assert.equal(content?.["state"], "running");
  });

  await t.test("units that have failed are named, but not those that may", async () => {
    await host.sh("systemctl start broken dull-1; true");
    await host.awaits("broken", "ActiveState", "failed");
    await host.awaits("dull-1", "ActiveState", "failed");
    const { level, summary, facts } = await look();
    assert.deepEqual([level, summary], ["fail", "failed: broken.service"]);
    assert.deepEqual(facts, [["failed", "broken.service"]]);
  });

  await t.test("a unit that starts over and over is a warning, and none any more once it lasts", async () => {
    await host.run("systemctl", "reset-failed");
    await look();
    await host.run("systemctl", "start", "flapping");
    await host.awaits("flapping", "NRestarts", /^([3-9]|\d\d)/);
    const { level, summary, facts } = await look();
    assert.deepEqual([level, summary], ["warning", "restarting over and over: flapping.service"]);
    assert.deepEqual(facts, [["restarting", "flapping.service"]]);
    await host.run("systemctl", "stop", "flapping");
    assert.equal((await look()).level, "ok");
  });

  await t.test("many failed units are counted", async () => {
    await host.write("/etc/systemd/system/many@.service", service("exit 1", "Type=oneshot\n"));
    await host.sh("systemctl daemon-reload; for n in 1 2 3 4 5 6 7; do systemctl start many@$n; done; true");
    const { summary, facts } = await look();
    assert.match(summary, /^failed: many@1\.service, .*many@5\.service and 2 more$/);
    assert.equal(facts?.length, 7);
  });

  assert.equal((await spooled(host)).length, read);
});

test("where there is no systemd it is not known, and the line says why", async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    const { level, summary } = await reading(systemd, {});
    assert.equal(level, "unknown");
    assert.match(summary, /^systemd does not answer: /);
  } finally {
    process.env["PATH"] = path;
  }
});
