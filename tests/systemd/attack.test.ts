import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import auth from "../../src/plugins/auth.ts";
import { Bridge, Host, hostless } from "../support/host.ts";
import { ROOT } from "../support/stage.ts";
import { until } from "../support/until.ts";

const ADDRESS = {
  shepherd: "10.77.0.1",
  web1: "10.77.0.2",
  web2: "10.77.0.3",
  attacker: "10.77.0.50",
} as const;
/** Another address of the attacker's machine, which is on the list of those that are never banned. */
const OFFICE = "10.77.0.60";
const HERD = ["shepherd", "web1", "web2"] as const;
const REDIS = `[Service]
Type=notify
ExecStart=/usr/bin/redis-server --port 6379 --bind 0.0.0.0 --protected-mode no --supervised systemd --dir /var/lib/redis-of-host --appendonly yes --save ""
StateDirectory=redis-of-host
`;
const config = (name: string): string => `name = "${name}"
[redis]
host = "${name === "shepherd" ? "127.0.0.1" : ADDRESS.shepherd}"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
[policy]
gather = "0s"
cap = 0
[indicators.auth]
limit = 3
`;
const sample = (name: string): string => readFileSync(join(ROOT, "etc", name), "utf8");
/** As they ship, but for the names and the numbers of this herd. */
const RULE = sample("rules/ban.pl").replace("web3", "shepherd").replace("N >= 20", "N >= 5");
const job = (name: string): string =>
  sample(`jobs/${name}.toml`)
    .replace('lease = "1h"', 'lease = "10s"')
    .replace(/except = .*/, `except = ["${name === "ban" ? `${OFFICE}/32` : "::1/128"}"]`);

test("who attacks one machine is banned on all of a group within seconds, and let in again after the lease", {
  skip: hostless,
}, async (t) => {
  const bridge = new Bridge();
  const boot = (name: keyof typeof ADDRESS, bare = false): Promise<Host> =>
    Host.boot(t, { bare, config: config(name), net: { bridge, name, address: ADDRESS[name] } });
  const shepherd = await boot("shepherd");
  const herd = { shepherd, web1: await boot("web1"), web2: await boot("web2") };
  const attacker = await boot("attacker", true);
  await attacker.run("ip", "addr", "add", `${OFFICE}/24`, "dev", "eth0");

  await shepherd.write("/etc/systemd/system/redis.service", REDIS);
  await shepherd.write("/etc/sheepdog/rules/ban.pl", RULE);
  await shepherd.sh("systemctl daemon-reload && systemctl start redis sheepdog-handler sheepdog-mailer");
  // Not once a minute: by sheepdog-rounds.path alone.
  await shepherd.sh("systemctl stop sheepdog-rounds.timer");
  const signer = await shepherd.run("sheepdog", "job", "key");
  for (const host of Object.values(herd)) {
    await host.write("/etc/sheepdog/allowed_signers", `${signer}\n`);
    for (const name of ["ban", "ban6"]) await host.write(`/etc/sheepdog/jobs.d/${name}.toml`, job(name));
    await host.write("/etc/nftables/sheepdog.nft", sample("nftables/sheepdog.nft"));
    await host.write(
      "/etc/systemd/system/sheepdog-indicator@auth.service.d/50-sheepdog.conf",
      `[Service]\n${auth.unit}\n`,
    );
    await host.sh(
      "nft -f /etc/nftables/sheepdog.nft && ssh-keygen -A >/dev/null && systemctl daemon-reload && systemctl start ssh sheepdog-agent",
    );
  }

  /** Whether a connection comes about, from an address of the attacker's machine to a machine's sshd. */
  const connects = async (from: string, name: (typeof HERD)[number]): Promise<boolean> => {
    const script = `import socket; s = socket.create_connection(("${ADDRESS[name]}", 22), 1, ("${from}", 0)); print(s.recv(4).decode())`;
    return (await attacker.ran("python3", "-c", script)).stdout.startsWith("SSH-");
  };
  const all = async (from: string): Promise<readonly boolean[]> =>
    await Promise.all(HERD.map((name) => connects(from, name)));
  const banned = async (name: (typeof HERD)[number]): Promise<readonly string[]> =>
    (await herd[name].run("nft", "list", "set", "inet", "sheepdog", "banned4")).match(/10\.77\.0\.\d+/g) ??
    [];
  const login = (from: string): Promise<string> =>
    attacker.sh(
      `for n in 1 2 3 4 5 6; do ssh -b ${from} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null nobody-$n@${ADDRESS.web1} true; done 2>&1 | tail -1; true`,
    );
  const look = (): Promise<string> =>
    herd.web1.sh("journalctl --sync; systemctl start sheepdog-indicator@auth");
  const told = async (phase: string): Promise<readonly Bark[]> =>
    (await shepherd.barks("job*")).filter(({ content }) => content?.["phase"] === phase);

  await t.test("before the attack all let it in", async () => {
    assert.deepEqual(await all(ADDRESS.attacker), [true, true, true]);
    assert.deepEqual(await all(OFFICE), [true, true, true]);
  });

  await t.test(
    "within seconds of the bark it is banned on all three, and by TCP it gets nowhere",
    async () => {
      await login(ADDRESS.attacker);
      await login(OFFICE);
      await look();
      await until("it is banned", async () => (await told("run")).length >= 3, 60_000).catch(
        async (error: unknown) => {
          throw new Error(
            `${(error as Error).message}\n${await shepherd.log("sheepdog-*")}\n${await herd.web1.log("sheepdog-*")}`,
          );
        },
      );
      const [bark] = (await shepherd.barks("auth")).slice(-1);
      const began = Date.parse(bark?.time ?? "");
      const spans = (await told("run")).map(
        ({ host, content }) => `${host} ${(Date.parse(content?.["end"] as string) - began) / 1000} s`,
      );
      t.diagnostic(`from the bark to the ban: ${spans.join(", ")}`);
      assert.deepEqual(
        await Promise.all(HERD.map(banned)),
        HERD.map(() => [ADDRESS.attacker]),
      );
      assert.deepEqual(await all(ADDRESS.attacker), [false, false, false]);
      for (const span of spans) assert.ok(Number(span.split(" ")[1]) < 15, span);
    },
  );

  await t.test("an address that is excepted is refused by each machine, and gets in", async () => {
    await until("it is refused", async () => (await told("refused")).length >= 3);
    assert.deepEqual(await all(OFFICE), [true, true, true]);
    for (const { summary } of await told("refused"))
      assert.match(summary, /refused: ban address=10\.77\.0\.60 .* is one of those that are excepted/);
  });

  await t.test("the mail says what was asked, what was done, and what was refused", async () => {
    const mails = async (): Promise<string> => (await shepherd.mails()).replace(/=\r?\n/g, "");
    await until("it is mailed", async () => {
      const text = await mails();
      return (
        text.includes("asked of shepherd, web1, web2") &&
        HERD.every((name) => new RegExp(`${name}[^]*done in \\w+, until .*, as handler asked`).test(text)) &&
        /one of those that are excepted/.test(text)
      );
    });
  });

  await t.test(
    "looked at again, nobody is asked twice; after the lease it gets in, and that is told",
    async () => {
      await look();
      await shepherd.run("systemctl", "start", "sheepdog-rounds");
      await until("it is let in", async () => (await told("undo")).length >= 3, 60_000);
      assert.deepEqual(await Promise.all(HERD.map(banned)), [[], [], []]);
      assert.deepEqual(await all(ADDRESS.attacker), [true, true, true]);
      await look();
      await shepherd.run("systemctl", "start", "sheepdog-rounds");
      assert.deepEqual(
        [(await told("run")).length, (await told("renewed")).length, (await told("refused")).length],
        [3, 0, 3],
      );
      assert.deepEqual(
        (await shepherd.barks("react*")).map(({ summary }) => summary),
        ["asked of shepherd, web1, web2", "asked of shepherd, web1, web2"],
      );
      await until("it is mailed", async () => /undone in/.test(await shepherd.mails()));
      for (const host of Object.values(herd))
        assert.equal(await host.sh(`grep -L '"refused":' /var/lib/sheepdog-job/over/* | wc -l`), "1");
    },
  );
});
