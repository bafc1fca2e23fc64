import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { hostless } from "../support/host.ts";
import { swept, unit, watched } from "../support/watched.ts";

test("a sweep that cannot remember how far it went", { skip: hostless }, async (t) => {
  const host = await watched(t);
  await swept(host);
  await unit(host, "falls@.service", "Type=oneshot\nExecStart=/bin/false");
  await host.sh("mkdir /full && mount -t tmpfs -o size=64k tmpfs /full");
  await host.sh("cat /dev/zero >/full/much 2>/dev/null; :");
  await host.sh("systemctl daemon-reload; systemctl start falls@1 falls@2; journalctl --sync; :");
  const sweep = (spool: string) =>
    host.ran("env", "SHEEPDOG_STATE=/full", `SHEEPDOG_SPOOL=${spool}`, "sheepdog-sweep");
  const left = async (spool: string): Promise<readonly string[]> =>
    (await host.sh(`sed -s '$a\\' ${spool}/barks/new/*`))
      .split("\n")
      .map((line) => (JSON.parse(line) as Bark).tag)
      .filter((tag) => tag.startsWith("falls@"))
      .sort();

  await t.test("tells what failed, and leaves nothing twice in the spool", async () => {
    for (let round = 0; round < 3; round++) {
      const { status, stderr } = await sweep("/tmp/one");
      assert.equal(status, 75, stderr);
      assert.match(stderr, /cannot remember in \/full\/sweep\.json how far it has swept \(ENOSPC\)/);
      assert.deepEqual(await left("/tmp/one"), ["falls@1.service", "falls@2.service"]);
    }
    await host.sh("rm /full/much");
    assert.equal((await sweep("/tmp/one")).status, 0);
    assert.deepEqual(await left("/tmp/one"), ["falls@1.service", "falls@2.service"]);
  });

  await t.test("leaves it also where somebody has taken the name", async () => {
    await host.sh("rm /full/sweep.json; mkdir -p /tmp/two/barks/new");
    await host.sh("for name in $(ls /tmp/one/barks/new); do mkdir -p /tmp/two/barks/new/$name/in; done");
    const { status, stderr } = await sweep("/tmp/two");
    assert.equal(status, 0, stderr);
    await host.sh("rmdir /tmp/two/barks/new/*/in /tmp/two/barks/new/* 2>/dev/null; :");
    assert.deepEqual(await left("/tmp/two"), ["falls@1.service", "falls@2.service"]);
  });
});
