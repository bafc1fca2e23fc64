import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";

const check = (name: string, ...words: readonly string[]): string =>
  `[indicators.${name}]\nuse = "nagios"\ncommand = ${JSON.stringify([`/usr/lib/nagios/plugins/check_${name}`, ...words])}\n`;

const CONFIG = [
  check("disk", "-w", "100%", "-c", "0%", "-p", "/home/pond"),
  check("file_age", "-w", "1000", "-c", "2000", "-f", "/home/pond/file"),
  check("icmp", "-H", "127.0.0.1", "-n", "2"),
  check("ping", "-H", "127.0.0.1", "-p", "1", "-w", "5000,50%", "-c", "9000,90%"),
  check("procs", "-w", "1:", "-c", "1:", "-u", "root", "-C", "systemd"),
  `${check("by_ssh", "-H", "127.0.0.1", "-p", "2222", "-C", "/usr/lib/nagios/plugins/check_dummy 0 'all well'")}user = "ann"\n`,
  "[indicators.ghosts]\n[indicators.plain]\n",
].join("");

const COUNT = `case $1 in
monitor) echo "OK $(grep -lx systemd /proc/[0-9]*/comm 2>/dev/null | wc -l)" ;;
*) exit 64 ;;
esac
`;

/** What each says in its sandbox. */
const CASES: readonly (readonly [name: string, level: string, summary: RegExp])[] = [
  ["disk", "warning", /^DISK WARNING - free space: \/home\/pond /],
  ["file_age", "ok", /^FILE_AGE OK: \/home\/pond\/file is /],
  ["icmp", "ok", /^OK - 127\.0\.0\.1: rta .*ms, lost 0%$/],
  ["ping", "ok", /^PING OK - Packet loss = 0%/],
  ["procs", "ok", /^PROCS OK: [1-9]/],
  ["by_ssh", "ok", /^OK: all well$/],
  ["ghosts", "ok", /^OK [1-9]/],
  ["plain", "ok", /^OK 0$/],
];

test("checks of Nagios and programs see in their sandbox what they are to judge", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  await host.sh(
    "mkdir -p /home/pond /etc/sheepdog/plugins; mount -t tmpfs none /home/pond; touch /home/pond/file",
  );
  await host.write("/etc/sheepdog/plugins/ghosts", `#!/bin/sh\n# unit: ProtectProc=default\n${COUNT}`);
  await host.write("/etc/sheepdog/plugins/plain", `#!/bin/sh\n${COUNT}`);
  await host.sh("chmod 755 /etc/sheepdog/plugins/*");
  await host.sh(`useradd -m -p '*' ann; mkdir -p /home/ann/.ssh /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f /root/host
    ssh-keygen -q -t ed25519 -N '' -f /home/ann/.ssh/id_ed25519
    cp /home/ann/.ssh/id_ed25519.pub /home/ann/.ssh/authorized_keys
    echo "[127.0.0.1]:2222 $(cat /root/host.pub)" >/home/ann/.ssh/known_hosts
    chmod 700 /home/ann /home/ann/.ssh; chown -R ann: /home/ann
    systemd-run -q -p Type=notify -u far /usr/sbin/sshd -D -f /dev/null -h /root/host -p 2222 -o ListenAddress=127.0.0.1`);
  await host.run("systemctl", "start", "sheepdog-handler", "sheepdog-daemon");
  for (const [name, level, summary] of CASES)
    await t.test(`${name}: ${level}`, async () => {
      const service = `sheepdog-indicator@${name}.service`;
      await host.run("systemctl", "start", service);
      const bark = (await host.barked(name, 1)).at(-1);
      assert.match(bark?.summary ?? "", summary, JSON.stringify(bark));
      assert.equal(bark?.level, level);
      const security = await host.ran("systemd-analyze", "security", "--no-pager", "--threshold=20", service);
      assert.equal(security.status, 0, security.stdout.trim().split("\n").at(-1));
    });
});
