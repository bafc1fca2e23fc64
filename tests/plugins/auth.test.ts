import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import auth from "../../src/plugins/auth.ts";
import { Host, hostless } from "../support/host.ts";
import { reading } from "../support/reading.ts";
import { spooled } from "../support/spooled.ts";

test("on a booted host with a real sshd", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, {
    config: 'name = "nas"\n[indicators.auth]\nlimit = 3\nignore = ["192.0.2.128/25", "2001:db8:1::/48"]\n',
  });
  await host.write(
    "/etc/systemd/system/sheepdog-indicator@auth.service.d/50-sheepdog.conf",
    `[Service]\n${auth.unit}\n`,
  );
  await host.sh("systemctl daemon-reload; useradd -m ann; ssh-keygen -A; systemctl start ssh");
  const look = async (): Promise<Bark> => {
    await host.sh("journalctl --sync");
    await host.run("systemctl", "start", "sheepdog-indicator@auth");
    const bark = (await spooled(host)).at(-1);
    assert.ok(bark !== undefined);
    return bark;
  };
  /** Lines as root's sshd writes them. */
  const line = (text: string, count: number): Promise<string> =>
    host.sh(`for n in $(seq ${count}); do logger -t sshd -p auth.info '${text}'; done`);

  await t.test("nobody has tried anything", async () => {
    const { level, summary, facts } = await look();
    assert.deepEqual([level, summary, facts], ["ok", "no failed logins within 10min", []]);
  });

  await t.test("whoever fails too often at sshd is told, each attempt counted once", async () => {
    const ssh = (n: number): string =>
      `ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null nobody-${n}@127.0.0.1 true`;
    await host.sh(`${[1, 2, 3, 4].map(ssh).join("; ")}; true`);
    const { level, summary, facts } = await look();
    assert.deepEqual(facts, [["attack", "127.0.0.1", 4]]);
    assert.deepEqual([level, summary], ["warning", "failed logins within 10min: 4 from 127.0.0.1"]);
  });

  await t.test("what was counted at the reading before counts within 10 minutes", async () => {
    assert.deepEqual((await look()).facts, [["attack", "127.0.0.1", 4]]);
    await line("Failed password for root from 127.0.0.1 port 4000 ssh2", 2);
    assert.deepEqual((await look()).facts, [["attack", "127.0.0.1", 6]]);
  });

  await t.test("no user can put the blame on an address", async () => {
    const forged = "Failed password for root from 198.51.100.9 port 4000 ssh2";
    await host.sh(`for n in 1 2 3 4 5; do runuser -u ann -- logger -t sshd -p auth.info '${forged}'; done`);
    await host.sh(
      `runuser -u ann -- sh -c 'for n in 1 2 3 4 5; do printf "_UID=0\\n_COMM=sshd\\nSYSLOG_IDENTIFIER=sshd\\nMESSAGE=${forged}\\n\\n" | logger --journald; done'`,
    );
    // Nor can whoever comes from elsewhere, by the name that he logs in with.
    await line("Invalid user a from 198.51.100.9 port 1 from 192.0.2.1 port 2", 5);
    await line("Failed none for invalid user x from 198.51.100.9 port 1 ssh2 from 192.0.2.1 port 2 ssh2", 5);
    const told = (await look()).facts?.map(([, address]) => address);
    assert.ok(told?.includes("192.0.2.1"));
    assert.ok(!told?.includes("198.51.100.9"), JSON.stringify(told));
  });

  await t.test("IPv6 counts, and what is to be ignored does not", async () => {
    await line("Failed password for root from 2001:db8:2::7 port 4000 ssh2", 4);
    await line("Failed password for root from 2001:db8:1::7 port 4000 ssh2", 4);
    await line("Failed password for root from 192.0.2.200 port 4000 ssh2", 4);
    const told = (await look()).facts?.map(([, address]) => address) ?? [];
    assert.ok(told.includes("2001:db8:2::7"));
    assert.ok(!told.includes("2001:db8:1::7") && !told.includes("192.0.2.200"), JSON.stringify(told));
  });

  await t.test("what PAM says of other programs of root's counts, too", async () => {
    await host.sh(
      `for n in 1 2 3 4; do logger -t vsftpd -p authpriv.notice 'pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=203.0.113.5  user=root'; done`,
    );
    const told = (await look()).facts?.find(([, address]) => address === "203.0.113.5");
    assert.deepEqual(told, ["attack", "203.0.113.5", 4]);
  });

  await t.test("what mail servers say counts where their own unit says it", async () => {
    const said = (unit: string, name: string, text: string): Promise<string> =>
      host.sh(
        `systemd-run --quiet --wait --unit=${unit} -p SyslogIdentifier=${name} sh -c 'for n in 1 2 3 4; do echo "${text}"; done'`,
      );
    const dovecot = (address: string): string =>
      `pop3-login: Aborted login (auth failed, 1 attempts in 17 secs): user=<test>, method=PLAIN, rip=${address}, lip=203.0.113.17`;
    await said("dovecot", "dovecot", dovecot("192.0.2.44"));
    await said(
      "postfix@-",
      "postfix/smtpd",
      "warning: unknown[192.0.2.45]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
    );
    await said("another", "dovecot", dovecot("192.0.2.46"));
    const told = (await look()).facts?.filter(([, address]) => /^192\.0\.2\.4\d$/.test(String(address)));
    assert.deepEqual(
      new Set(told?.map((fact) => fact.join(" "))),
      new Set(["attack 192.0.2.44 4", "attack 192.0.2.45 4"]),
    );
  });
});

test("an address that is none is told with the cure", async () => {
  const { level, summary } = await reading(auth, { ignore: ["office"] });
  assert.equal(level, "unknown");
  assert.match(summary, /^ignore: "office" is no address/);
});
