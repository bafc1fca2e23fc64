import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const LASTING = ["sheepdog-handler", "sheepdog-mailer"] as const;

/** A Redis of the host's own, which keeps what it has. */
const REDIS = `[Service]
ExecStart=/usr/bin/redis-server --port 6379 --bind 127.0.0.1 --dir /var/lib/redis-of-host --appendonly yes --appendfsync always --save ""
StateDirectory=redis-of-host
[Install]
WantedBy=multi-user.target
`;
const CONFIG = `name = "nas"
[redis]
timeout = "1s"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
`;

async function herded(t: Parameters<typeof Host.boot>[0]): Promise<Host> {
  const host = await Host.boot(t, { config: CONFIG });
  await host.write("/etc/systemd/system/broker.service", REDIS);
  // What waits between two tries waits less here.
  await host.write("/etc/systemd/system/sheepdog-flush.service.d/soon.conf", "[Service]\nRestartSec=1\n");
  for (const unit of LASTING)
    await host.write(`/etc/systemd/system/${unit}.service.d/soon.conf`, "[Service]\nRestartSec=1\n");
  await host.sh("useradd -m ann; useradd -m ben; systemctl daemon-reload; systemctl start broker");
  await host.run("systemctl", "start", "sheepdog.target");
  // What is done to the units here would be swept in between, and the rounds are barks that count too.
  await host.run("systemctl", "stop", "sheepdog-sweep.timer", "sheepdog-rounds.timer");
  for (const unit of LASTING) await host.awaits(unit, "ActiveState", "active");
  return host;
}

const tags = async (host: Host, pattern: string): Promise<readonly string[]> =>
  (await host.barks(pattern)).map(({ tag }) => tag);

/** Waits until there is exactly one bark of each. */
async function all(host: Host, pattern: string, count: number): Promise<void> {
  const found = (await host.barked(pattern, count, 60_000)).map(({ tag }) => tag);
  assert.equal(new Set(found).size, count);
  assert.equal(found.length, count);
  assert.equal(await host.run("sheepdog", "dead", "list"), "");
}

/** Barks of any language, a few at a time, so that they take a while. */
const stream = (host: Host, name: string, count: number): Promise<string> =>
  host.sh(
    `for n in $(seq 1 ${count}); do redis-cli XADD sheepdog:barks '*' bark '{"host":"nas","tag":"'${name}-$n'","level":"ok"}' >/dev/null; done`,
  );

test("on a booted host with a Redis", { skip: hostless }, async (t) => {
  const host = await herded(t);
  const pid = (unit: string): Promise<string> => host.show(unit, "MainPID");

  await t.test(
    "the handler is ready when it takes barks, and its status says how many and how late",
    async () => {
      await stream(host, "first", 20);
      await all(host, "first-*", 20);
      await until("the status has them", async () =>
        /Status: "20 barks handled, up to date/.test(
          await host.run("systemctl", "status", "--no-pager", "sheepdog-handler"),
        ),
      ).catch(async (error: unknown) => {
        throw new Error(
          `${(error as Error).message}\n${await host.run("systemctl", "status", "--no-pager", "sheepdog-handler")}`,
        );
      });
      assert.equal(await host.show("sheepdog-handler", "Type"), "notify");
      await host.run("systemctl", "reload", "sheepdog-handler");
      await host.awaits("sheepdog-handler", "StatusText", /^20 barks handled, up to date/);
      await stream(host, "second", 2);
      await host.awaits("sheepdog-handler", "StatusText", /^22 barks handled/);
    },
  );

  await t.test(
    "killed in the midst of it the handler is back, and nothing is lost or told twice",
    async () => {
      const before = await pid("sheepdog-handler");
      const sent = stream(host, "killed", 300);
      await until("some are handled", async () => (await tags(host, "killed-*")).length > 5);
      await host.run("systemctl", "kill", "-s", "KILL", "sheepdog-handler");
      await sent;
      await all(host, "killed-*", 300);
      assert.notEqual(await pid("sheepdog-handler"), before);
    },
  );

  await t.test("reloaded in the midst of it the handler stays, and keeps every bark", async () => {
    const before = await pid("sheepdog-handler");
    const sent = stream(host, "reloaded", 300);
    for (let round = 0; round < 3; round++) {
      await until("some are handled", async () => (await tags(host, "reloaded-*")).length > 20 * round);
      await host.run("systemctl", "reload", "sheepdog-handler");
    }
    await sent;
    await all(host, "reloaded-*", 300);
    assert.equal(await pid("sheepdog-handler"), before);
  });

  await t.test("a reload brings what the configuration says now, and refuses one that is wrong", async () => {
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG.replace("ops@", "night@"));
    await host.run("systemctl", "reload", "sheepdog-handler");
    await host.ran("runuser", "-u", "ann", "--", "sheepdog", "-t", "NIGHT", "-e", "exit 1");
    await until("the new one is told", async () => /To: night@example.org/.test(await host.mails()));
    await host.write("/etc/sheepdog/sheepdog.toml", "[mail\n");
    const refused = await host.ran("systemctl", "reload", "sheepdog-handler");
    assert.notEqual(refused.status, 0);
    assert.match(await host.log("sheepdog-handler"), /sheepdog\.toml/);
    assert.equal(await host.show("sheepdog-handler", "ActiveState"), "active");
    await stream(host, "old", 5);
    await until("the old one is gone by", async () => (await tags(host, "old-*")).length === 5);
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG);
    await host.run("systemctl", "reload", "sheepdog-handler");
  });

  await t.test("a handler that makes no progress is noticed by its watchdog, and started anew", async () => {
    await host.write(
      "/etc/systemd/system/sheepdog-handler.service.d/dog.conf",
      "[Service]\nWatchdogSec=3s\n",
    );
    await host.sh("systemctl daemon-reload; systemctl restart sheepdog-handler");
    const before = await pid("sheepdog-handler");
    await host.run("kill", "-STOP", before);
    await stream(host, "stopped", 5);
    await all(host, "stopped-*", 5);
    assert.notEqual(await pid("sheepdog-handler"), before);
    assert.match(await host.log("sheepdog-handler"), /[Ww]atchdog timeout/);
    // And one that idles is not taken for one.
    const [idle, restarts] = [
      await pid("sheepdog-handler"),
      await host.show("sheepdog-handler", "NRestarts"),
    ];
    await host.run("sleep", "5");
    assert.equal(await pid("sheepdog-handler"), idle);
    assert.equal(await host.show("sheepdog-handler", "NRestarts"), restarts);
  });

  await t.test("without libsystemd the program systemd-notify speaks for the handler", async () => {
    await host.sh("mv /usr/lib/sheepdog/node_modules/sd-notify /root/ && systemctl restart sheepdog-handler");
    await host.awaits("sheepdog-handler", "ActiveState", "active");
    await stream(host, "spoken", 5);
    await all(host, "spoken-*", 5);
    await host.awaits("sheepdog-handler", "StatusText", /barks? handled/);
    const restarts = await host.show("sheepdog-handler", "NRestarts");
    await host.run("sleep", "5"); // longer than its watchdog
    assert.equal(await host.show("sheepdog-handler", "NRestarts"), restarts);
    await host.sh("mv /root/sd-notify /usr/lib/sheepdog/node_modules/ && systemctl restart sheepdog-handler");
  });

  await t.test("what a user's job barks while Redis is away is delivered when it is back", async () => {
    await host.run("systemctl", "stop", "broker");
    for (const n of [1, 2, 3]) {
      const ran = await host.ran("runuser", "-u", "ann", "--", "sheepdog", "-t", `away-${n}`, "-e", "exit 3");
      assert.equal(ran.status, 3);
      assert.match(ran.stderr, /waits in \/var\/spool\/sheepdog/);
    }
    await host.awaits("sheepdog-flush.service", "NRestarts", /^([3-9]|\d\d)$/, 60_000);
    assert.equal(await host.show("sheepdog-flush.path", "ActiveState"), "active");
    await host.run("systemctl", "start", "broker");
    await all(host, "away-*", 3);
    await host.awaits("sheepdog-flush.service", "ActiveState", "inactive");
    assert.equal(await host.show("sheepdog-flush.path", "SubState"), "waiting");
    assert.equal(await host.show("sheepdog-handler", "ActiveState"), "active");
  });

  await t.test("any user may leave a bark, and none may list, read, alter or delete another's", async () => {
    await host.sh("systemctl stop broker sheepdog-flush.path sheepdog-flush.service sheepdog-flush.timer");
    await host.ran("runuser", "-u", "ann", "--", "sheepdog", "-t", "HERS", "-e", "exit 3");
    const [file] = (await host.sh("grep -l HERS /var/spool/sheepdog/barks/new/*")).split("\n");
    const before = await host.run("cat", file ?? "");
    assert.match(before, /HERS/);
    for (const line of [
      `cat ${file}`,
      "ls /var/spool/sheepdog/barks/new",
      `echo x >${file}`,
      `echo x >>${file}`,
      `rm -f ${file}`,
      `mv ${file} /tmp/`,
      `ln ${file} /tmp/linked && cat /tmp/linked`,
    ]) {
      const tried = await host.ran("runuser", "-u", "ben", "--", "sh", "-c", line);
      assert.notEqual(tried.status, 0, line);
    }
    assert.equal(await host.run("cat", file ?? ""), before);
    await host.sh("systemctl start broker sheepdog-flush.path");
    await all(host, "HERS", 1);
  });

  await t.test("the SMTP password is the mailer's alone", async () => {
    await host.write("/etc/credstore/sheepdog.smtp", "swordfish", "600");
    await host.run("systemctl", "restart", "sheepdog-mailer");
    await host.awaits("sheepdog-mailer", "ActiveState", "active");
    const mailer = await pid("sheepdog-mailer");
    const secret = `/run/credentials/sheepdog-mailer.service/smtp`;
    assert.equal(await host.run("cat", secret), "swordfish");
    for (const file of [
      "/etc/credstore/sheepdog.smtp",
      secret,
      `/proc/${mailer}/root${secret}`,
      `/proc/${mailer}/environ`,
      `/proc/${mailer}/mem`,
    ])
      for (const user of ["sheepdog", "ann"]) {
        const tried = await host.ran("runuser", "-u", user, "--", "head", "-c", "100", file);
        assert.notEqual(tried.status, 0, `${user} reads ${file}`);
      }
    assert.equal(
      await host.ran("ls", "/run/credentials/sheepdog-handler.service/smtp").then(({ status }) => status),
      2,
    );
  });

  await t.test(
    "what a user plants in the spool is said once, and keeps neither barks nor units busy",
    async () => {
      await host.sh("runuser -u ann -- mkdir -p /var/spool/sheepdog/barks/new/bomb/full");
      await host.ran("runuser", "-u", "ann", "--", "sheepdog", "-t", "BESIDE", "-e", "exit 3");
      await all(host, "BESIDE", 1).catch(() => undefined);
      const planted = async (): Promise<number> =>
        (await host.run("sheepdog", "dead", "list")).match(/not a regular file/g)?.length ?? 0;
      await until("it is said", async () => (await planted()) > 0);
      await host.awaits("sheepdog-flush.service", "ActiveState", "inactive");
      await host.run("systemctl", "start", "sheepdog-flush.service");
      assert.equal(await planted(), 1);
      assert.equal(await host.show("sheepdog-flush.path", "ActiveState"), "active");
      assert.match(await host.run("ls", "-A", "/var/spool/sheepdog/barks/new"), /^\.aside-[0-9a-f-]+$/);
      await host.run("rm", "-r", "/var/spool/sheepdog/barks/new");
      await host.sh("systemd-tmpfiles --create sheepdog.conf; sheepdog dead drop --all --yes");
    },
  );

  await t.test("units are such as systemd has nothing to say about, and are exposed little", async () => {
    const units = ["service", "socket", "timer", "path", "target"]
      .map((kind) => `/usr/lib/systemd/system/sheepdog*.${kind}`)
      .join(" ");
    const verified = await host.ran("sh", "-c", `systemd-analyze verify ${units} 2>&1`);
    assert.equal(verified.stdout, "");
    for (const unit of [
      "handler",
      "mailer",
      "flush",
      "sweep",
      "bark@",
      "indicator@",
      "receiver",
      "notifier",
      "daemon",
      "rounds",
      "agent",
      "job@",
      "job-ended@",
    ]) {
      const file = `/usr/lib/systemd/system/sheepdog-${unit}.service`;
      const rated = await host.ran(
        "systemd-analyze",
        "security",
        "--offline=true",
        "--no-pager",
        "--threshold=15",
        file,
      );
      assert.equal(rated.status, 0, `${unit}: ${rated.stdout.split("\n").at(-2)}`);
    }
  });

  await t.test("a boot without Redis succeeds, and all is well when it comes", async () => {
    await host.sh(
      "rm -r /etc/systemd/system/sheepdog-*.service.d; systemctl disable broker; systemctl enable sheepdog.target",
    );
    await host.reboot();
    assert.equal(await host.run("systemctl", "is-system-running"), "running");
    const ran = await host.ran("runuser", "-u", "ann", "--", "sheepdog", "-t", "EARLY", "-e", "exit 3");
    assert.equal(ran.status, 3);
    await host.run("systemctl", "start", "broker");
    await host.awaits("sheepdog-handler", "ActiveState", "active", 90_000);
    await all(host, "EARLY", 1);
  });

  await t.test("a power cut in a storm of failures loses nothing that was said to be safe", async () => {
    await host.run("systemctl", "enable", "broker");
    await host.write(
      "/usr/local/bin/storm",
      "#!/bin/sh\nfor n in $(seq 1 500); do sheepdog -t storm-$n -e 'exit 1' 2>/dev/null && :; echo $n >>/home/storm; done\n",
      "755",
    );
    await host.sh("install -o ann -m 644 /dev/null /home/storm; systemd-run -q -p User=ann storm");
    await until("the storm is on", async () => Number(await host.sh("wc -l </home/storm")) > 15);
    await host.reboot("hard");
    const safe = (await host.sh("cat /home/storm")).split("\n").filter((line) => line !== "");
    assert.ok(safe.length > 15);
    await host.awaits("sheepdog-handler", "ActiveState", "active", 90_000);
    await until(
      "all are handled",
      async () => {
        const found = new Set(await tags(host, "storm-*"));
        return safe.every((n) => found.has(`storm-${n}`));
      },
      60_000,
    );
    const found = await tags(host, "storm-*");
    assert.equal(new Set(found).size, found.length);
  });
});
