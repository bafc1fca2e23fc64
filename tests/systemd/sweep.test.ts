import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { until } from "../support/until.ts";
import { swept, unit, watched } from "../support/watched.ts";

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);

  await t.test("a sweep that is stopped in a great backlog goes on where it was", async () => {
    await swept(host);
    await host.run("systemctl", "stop", "sheepdog-handler");
    await unit(host, "storm@.service", "Type=oneshot\nExecStart=/bin/false");
    await host.sh(
      "systemctl daemon-reload; systemctl start $(seq -f 'storm@%g.service' 1 160); journalctl --sync; :",
    );
    const memory = () => host.sh("cat /var/lib/sheepdog/sweep.json");
    const before = await memory();
    await host.run("systemctl", "start", "--no-block", "sheepdog-sweep.service");
    await until("a part is remembered", async () => (await memory()) !== before, 120_000);
    await host.run("systemctl", "stop", "sheepdog-sweep.service");
    const left = async () => Number(await host.sh("ls /var/spool/sheepdog/barks/new | wc -l"));
    const first = await left();
    assert.ok(first >= 50 && first < 160, `${first}`);
    await host.run("systemctl", "start", "sheepdog-sweep.service");
    const both = await left();
    assert.equal(both, 160);
    await host.run("systemctl", "start", "sheepdog-handler");
    await host.barked("storm@*", 160, 60_000);
    assert.equal((await host.barks("storm@*")).length, 160);
  });
});
