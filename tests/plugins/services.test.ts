import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import services from "../../src/plugins/services.ts";
import { folder } from "../support/folder.ts";
import { Host, hostless } from "../support/host.ts";
import { first, says } from "../support/path.ts";
import { reading } from "../support/reading.ts";
import { spooled } from "../support/spooled.ts";

const installed = (name: string): string =>
  execFileSync("dpkg-query", ["-W", "-f=${Version}", name], { encoding: "utf8" });

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, {
    config: 'name = "nas"\n[indicators.services]\nmust = ["store", "dbus.socket"]\nignore = ["dull"]\n',
  });
  const own = async (name: string, command: string): Promise<void> =>
    host.write(`/etc/systemd/system/${name}.service`, `[Service]\nExecStart=${command}\n`);
  await own("store", '/usr/bin/redis-server --port 6399 --save ""');
  await own("script", "/bin/sh -c 'sleep inf & wait'");
  await own("dull", "/bin/sleep inf");
  await host.sh("systemctl daemon-reload; systemctl start store script dull dbus.socket");
  const look = async (): Promise<Bark> => {
    await host.run("systemctl", "start", "sheepdog-indicator@services");
    const bark = (await spooled(host)).at(-1);
    assert.ok(bark !== undefined);
    return bark;
  };
  const versions = ({ facts = [] }: Bark): Readonly<Record<string, unknown>> =>
    Object.fromEntries(facts.map(([, unit, version]) => [unit, version]));

  await t.test("a service has the version of the package that its program is of", async () => {
    const bark = await look();
    assert.equal(bark.level, "ok");
    assert.match(bark.summary, /^\d+ services run, all that must are up$/);
    const found = versions(bark);
    assert.equal(found["store.service"], installed("redis-server"));
    assert.equal(found["systemd-journald.service"], installed("systemd"));
    assert.equal(found["script.service"], "unknown", "the version of the shell says nothing");
    assert.ok(!("dull.service" in found));
  });

  await t.test("what has not changed is not looked up again", async () => {
    await host.sh("mv /var/lib/dpkg/info /var/lib/dpkg/info.away");
    assert.equal(versions(await look())["store.service"], installed("redis-server"));
    await host.sh("mv /var/lib/dpkg/info.away /var/lib/dpkg/info");
  });

  await t.test("a unit that must run and does not is a failure", async () => {
    await host.run("systemctl", "stop", "store");
    const bark = await look();
    assert.deepEqual([bark.level, bark.summary], ["fail", "not running: store"]);
    assert.ok(!("store.service" in versions(bark)));
  });
});

/** systemctl as it answers about one service that runs. */
const systemctl = (program: string): string =>
  says(
    `ExecStart={ path=${program} ; argv[]=${program} -D ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=7 ; code=(null) ; status=0/0 }
Id=it.service
ActiveState=active
SubState=running
FragmentPath=/etc/systemd/system/it.service
SourcePath=`,
  );

for (const { name, owner, version } of [
  { name: "rpm", owner: "echo '= 9.6p1-1.fc40'", version: "9.6p1-1.fc40" },
  { name: "pacman", owner: 'echo "$3 is owned by openssh 9.9p2-1"', version: "9.9p2-1" },
  { name: "apk", owner: 'echo "$3 is owned by openssh-server-9.9_p2-r0"', version: "9.9_p2-r0" },
])
  test(`${name} is asked whose a program is (its answer was written after its format: there is none of it here)`, async (t) => {
    const program = join(folder(t), "daemon");
    writeFileSync(program, "");
    first(t, { systemctl: systemctl(program), [name]: owner });
    const { facts } = await reading(services, {});
    assert.deepEqual(facts, [["service", "it.service", version]]);
  });

test("a program that was changed is looked up again", async (t) => {
  const place = folder(t);
  const program = join(place, "daemon");
  writeFileSync(program, "");
  first(t, { systemctl: systemctl(program), rpm: `echo "= $(cat ${place}/version)"` });
  writeFileSync(join(place, "version"), "1-1");
  const old = await reading(services, {});
  writeFileSync(join(place, "version"), "2-1");
  const kept = await reading(services, {}, { before: old.remember ?? null });
  assert.deepEqual(kept.facts, old.facts);
  utimesSync(program, 5, 5);
  const fresh = await reading(services, {}, { before: old.remember ?? null });
  assert.deepEqual(fresh.facts, [["service", "it.service", "2-1"]]);
});

test("of a program in the store of nix or guix the path tells its version", async (t) => {
  const program = "/gnu/store/0c2kq2x1ayxm1zq4dbn0rqwzfw3x3kqj-nginx-1.27.1/sbin/nginx";
  first(t, { systemctl: systemctl(program) });
  const { facts } = await reading(services, {});
  assert.deepEqual(facts, [["service", "it.service", "1.27.1"]]);
});
