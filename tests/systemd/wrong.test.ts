import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { swept, unit, watched } from "../support/watched.ts";

test("a failure is told also while the configuration is wrong", { skip: hostless }, async (t) => {
  const host = await watched(t);
  const conf = "/etc/sheepdog/sheepdog.toml";
  const name = await host.run("hostname");
  const FAILS = "Type=oneshot\nExecStart=/bin/sh -c 'echo token-123; exit 3'";
  await unit(host, "asks@.service", FAILS, "OnFailure=sheepdog-bark@%n.service");
  await unit(host, "asksnot@.service", FAILS);
  await host.sh("systemctl daemon-reload");

  await t.test("by what its unit sets off, of the host by its own name, and the log says why", async () => {
    await host.write(conf, 'naem = "nas"\n');
    await host.sh("systemctl start asks@1; :");
    const [told] = await host.barked("asks@1.service", 1);
    assert.deepEqual([told?.host, told?.summary.slice(0, 6)], [name, "exit 3"]);
    assert.match(JSON.stringify(told?.content?.["journal"]), /token-123/);
    const log = await host.log("sheepdog-bark@asks@1.service.service");
    assert.match(log, /sheepdog\.toml:1: naem: /);
    assert.match(log, new RegExp(`goes on under the defaults: .* the spool, as of ${name}`));
    assert.match(log, /asks@1\.service: exit 3 .*; bark in \/var\/spool\/sheepdog/);
  });

  await t.test("and by the sweep", async () => {
    await host.sh("systemctl start asksnot@1; journalctl --sync; :");
    await swept(host);
    const [told] = await host.barked("asksnot@1.service", 1);
    assert.equal(told?.host, name);
    assert.match(await host.log("sheepdog-sweep.service"), /sheepdog\.toml:1: naem: /);
  });

  await t.test("without what units wrote, where it says of more that is secret", async () => {
    await host.write(conf, 'redact = ["token-[0-9]+"]\nnaem = "nas"\n');
    await host.sh("systemctl start asks@2 asksnot@2; journalctl --sync; :");
    await swept(host);
    for (const tag of ["asks@2.service", "asksnot@2.service"]) {
      const [told] = await host.barked(tag, 1);
      assert.match(JSON.stringify(told?.content?.["journal"]), /^"\[withheld: /);
      assert.doesNotMatch(JSON.stringify(told), /token-123/);
    }
  });

  await t.test("also where the one that holds passwords is root's alone", async () => {
    await host.write(conf, 'name = "nas"\n', "600");
    await host.sh("systemctl start asks@3; :");
    const [told] = await host.barked("asks@3.service", 1);
    assert.equal(told?.host, name);
    assert.match(await host.log("sheepdog-bark@asks@3.service.service"), /sheepdog\.toml.*EACCES/);
  });
});
