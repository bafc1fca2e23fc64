import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { CONFIG, swept, watched } from "../support/watched.ts";

test("a flush under a wrong configuration is tried again at its pace, and told once", {
  skip: hostless,
}, async (t) => {
  const host = await watched(t);
  const conf = "/etc/sheepdog/sheepdog.toml";
  const starts = async (): Promise<number> =>
    [...(await host.log("sheepdog-flush.service")).matchAll(/^Starting /gm)].length;
  await host.sh("systemctl stop sheepdog-handler");
  await host.write(
    "/etc/systemd/system/sheepdog-flush.service.d/soon.conf",
    `[Service]\nRestartSec=2\nEnvironment=SHEEPDOG_CONFIG=${conf}.wrong\n`,
  );
  await host.write(`${conf}.wrong`, "[mail\n");
  await host.sh("systemctl daemon-reload; systemctl stop sheepdog-flush.service");
  const before = await starts();
  await host.ran("sheepdog", "-t", "WAITS", "-e", "exit 3");
  await host.awaits("sheepdog-flush.service", "NRestarts", /^([3-9]|\d\d)$/, 60_000);
  const restarts = Number(await host.show("sheepdog-flush.service", "NRestarts"));
  assert.ok((await starts()) - before <= restarts + 3, await host.log("sheepdog-flush.service"));
  assert.equal(await host.show("sheepdog-flush.path", "SubState"), "running");
  await host.awaits("sheepdog-flush.service", "ExecMainStatus", "78");
  const told = () => host.sh("grep -l sheepdog-flush.service /var/spool/sheepdog/barks/new/* | wc -l");
  for (let round = 0; round < 2; round++) {
    await host.run("systemctl", "start", "sheepdog-sweep.service");
    assert.equal(await told(), "1");
    await host.run("sleep", "3");
  }
  await host.write(`${conf}.wrong`, CONFIG);
  await host.run("systemctl", "start", "sheepdog-handler");
  await host.awaits("sheepdog-flush.service", "ActiveState", "inactive", 60_000);
  await swept(host);
  assert.equal((await host.barks("sheepdog-flush.service")).at(0)?.level, "fail");
});

test("without Redis what the handler takes at once starts no flush, and what it does not take does", {
  skip: hostless,
}, async (t) => {
  const host = await watched(t);
  const ended = () => host.log("sheepdog-flush.service");
  await host.ran("sheepdog", "-t", "TAKEN", "-e", "exit 3");
  await host.barked("TAKEN", 1);
  await host.awaits("sheepdog-flush.service", "Result", "exec-condition");
  await host.awaits("sheepdog-flush.path", "SubState", "waiting");
  assert.doesNotMatch(await ended(), /Finished/);
  await host.run("systemctl", "stop", "sheepdog-handler", "sheepdog-rounds.timer");
  await host.ran("sheepdog", "-t", "WAITS", "-e", "exit 3");
  await host.awaits("sheepdog-flush.service", "MainPID", /^[1-9]/);
  await host.run("systemctl", "start", "sheepdog-handler");
  await host.awaits("sheepdog-flush.service", "ActiveState", "inactive");
  assert.match(await ended(), /Finished/);
  await host.barked("WAITS", 1);
});
