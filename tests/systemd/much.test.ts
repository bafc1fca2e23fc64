import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { unit, watched } from "../support/watched.ts";

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);

  await t.test("of a run that writes much the last lines are told", async () => {
    await unit(
      host,
      "talks.service",
      "Type=oneshot\nExecStart=/bin/sh -c 'seq 3000; exit 3'\nLogRateLimitIntervalSec=0",
      "OnFailure=sheepdog-bark@%n.service",
    );
    await host.sh("systemctl daemon-reload; systemctl start talks; :");
    const [bark] = await host.barked("talks.service", 1);
    const text = bark?.content?.["journal"];
    assert.ok(typeof text === "string");
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.at(-1), "3000");
    assert.equal(lines.at(-500), "2501");
    assert.equal(bark?.content?.["truncated"], true);
  });

  await t.test("a run that was reloaded often is as old as it is", async () => {
    await unit(
      host,
      "reloads.service",
      "Type=simple\nExecStart=/bin/sh -c 'sleep 1000; :'\nExecReload=/bin/true",
      "OnFailure=sheepdog-bark@%n.service",
    );
    await host.sh("systemctl daemon-reload; systemctl start reloads");
    const began = Date.parse(`${(await host.sh("date -u +%FT%T")).trim()}Z`);
    await host.sh(
      "sleep 5; for n in $(seq 1 70); do systemctl reload reloads; done; systemctl kill -s KILL reloads",
    );
    const [bark] = await host.barked("reloads.service", 1);
    assert.ok(Math.abs(Date.parse(bark?.content?.["start"] as string) - began) < 3000, JSON.stringify(bark));
  });
});
