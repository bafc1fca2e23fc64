import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";

test("a host boots, has Sheepdog installed, and is there again after a reboot", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t);
  assert.match(await host.run("sheepdog", "--version"), /^\d+\.\d+\.\d+$/);
  await host.run("sh", "-c", "echo kept >/var/lib/kept");
  for (const how of ["soft", "hard"] as const) {
    await host.reboot(how);
    assert.equal(await host.run("cat", "/var/lib/kept"), "kept");
    assert.equal(await host.run("systemctl", "is-system-running"), "running");
  }
});
