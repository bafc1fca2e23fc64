import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const CONFIG = `name = "nas"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
[policy]
gather = "0s"
`;
const UNITS = ["sheepdog-handler", "sheepdog-mailer"] as const;
/** As Debian's own: its folder goes and comes with it. */
const REDIS = `[Service]
ExecStart=/usr/bin/redis-server --port 0 --unixsocket /run/redis/redis.sock --unixsocketperm 777 --save ""
RuntimeDirectory=redis
`;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  for (const unit of UNITS)
    await host.write(`/etc/systemd/system/${unit}.service.d/soon.conf`, "[Service]\nRestartSec=1\n");
  await host.write("/etc/systemd/system/broker.service", REDIS);
  await host.sh(`systemctl daemon-reload; systemctl start ${UNITS.join(" ")}`);
  const told = async (tag: string): Promise<void> => {
    await host.ran("sheepdog", "-t", tag, "-e", "exit 3");
    await until(`${tag} is mailed`, async () =>
      new RegExp(`^Subject:.*${tag}`, "m").test(await host.mails()),
    );
  };

  await t.test("a spool that was removed and made anew is used again, by all", async () => {
    await host.sh("rm -r /var/spool/sheepdog; sleep 1; systemd-tmpfiles --create sheepdog.conf");
    await told("SPOOL");
  });

  await t.test("a state folder that was removed is made anew, and what came meanwhile is kept", async () => {
    await host.run("rm", "-r", "/var/lib/sheepdog");
    await told("STATE");
    assert.equal((await host.barks("STATE")).length, 1);
  });

  await t.test("Redis at a socket may be restarted, and its folder with it", async () => {
    await host.write("/etc/sheepdog/sheepdog.toml", `${CONFIG}[redis]\nsocket = "/run/redis/redis.sock"\n`);
    await host.sh(`systemctl start broker; sleep 1; systemctl restart ${UNITS.join(" ")}`);
    await told("BEFORE");
    await host.run("systemctl", "restart", "broker");
    await told("AFTER");
    for (const unit of UNITS) await host.awaits(unit, "ActiveState", "active");
  });
});
