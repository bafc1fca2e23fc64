import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";

/** One each of what needs more of systemd than the sandbox that all have, on what it is for. */
const CONFIG = `[indicators.file]
paths = ["/home/ben/open"]
[indicators.closed]
use = "file"
paths = ["/home/ann/diary"]
[indicators.diary]
use = "file"
user = "ann"
paths = ["/home/ann/diary"]
[indicators.inspection]
use = "file"
user = "root"
paths = ["/home/ann/diary"]
[indicators.borg]
user = "ann"
repository = "/home/ann/borg"
secret = "/home/ann/secret"
[indicators.vault]
use = "borg"
user = "ann"
repository = "/home/ann/vault"
secret = "/home/ann/secret"
[indicators.office]
use = "borg"
repository = "/srv/office"
[indicators.restic]
user = "ann"
repository = "/home/ann/restic"
secret = "/home/ann/secret"
[indicators.btrfs]
[indicators.smart]
disks = ["/dev/sda", "/dev/sdz"]
[indicators.zfs]
`;

/** What each says, and the exposure that `systemd-analyze security` may give it at most: in tenths, 100 is no sandbox. */
const CASES: readonly (readonly [name: string, level: string, summary: RegExp, exposure: number])[] = [
  ["file", "ok", /^\/home\/ben\/open has 2B /, 15],
  ["closed", "unknown", /^cannot look at \/home\/ann\/diary \(EACCES\)/, 15],
  ["diary", "ok", /^\/home\/ann\/diary has 2B /, 15],
  ["inspection", "ok", /^\/home\/ann\/diary has 2B /, 20],
  ["borg", "ok", /^the newest backup in \/home\/ann\/borg, one, is .* old and has 2B$/, 15],
  ["vault", "ok", /^the newest backup in \/home\/ann\/vault, one, is /, 15],
  ["office", "ok", /^the newest backup in \/srv\/office, one, is /, 15],
  ["restic", "ok", /^the newest backup in \/home\/ann\/restic, \w+, is .* old and has 2B$/, 15],
  ["btrfs", "ok", /^\/home\/pond: no errors$/, 21],
  // A loop device by the name of a disk: it can be opened and asked, and has no answer.
  ["smart", "unknown", /^\/dev\/sda: .*INQUIRY failed; \/dev\/sdz: .*No such device$/, 23],
  ["zfs", "unknown", /^zpool is not installed/, 15],
];

const BACKUPS = `set -eu
cd /home/ann
export BORG_PASSPHRASE=s3cret RESTIC_PASSWORD=s3cret
for kind in repokey:borg keyfile:vault; do
  borg init -e \${kind%:*} \${kind#*:}
  borg create \${kind#*:}::one diary
done
restic init -r restic
restic backup -r restic diary
`;

test("an indicator that needs more than the common sandbox can do its work in the one that it is given", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  await host.sh(`useradd -m ann; useradd -m ben; chmod 755 /home/ben; chmod 700 /home/ann
    echo x >/home/ben/open; echo y >/home/ann/diary; echo s3cret >/home/ann/secret
    chmod 600 /home/ann/*; chown ann: /home/ann/*`);
  await host.write("/opt/backups", BACKUPS);
  await host.run("su", "ann", "-c", "sh /opt/backups");
  await host.sh(`borg init -e none /srv/office; borg create /srv/office::one /home/ben/open
    chown -R sheepdog: /srv/office`);
  // A file system for which btrfs has to be asked, and a device that can be.
  await host.sh(`mknod /dev/loop-control c 10 237; for n in $(seq 0 31); do mknod /dev/loop$n b 7 $n; done
    truncate -s 200M /root/image; mkfs.btrfs -q /root/image
    mkdir /home/pond; mount -o loop /root/image /home/pond; btrfs scrub start -B /home/pond
    mknod /dev/sda b $(losetup -j /root/image -n -O MAJ:MIN | tr : ' ')`);
  await host.run("systemctl", "start", "sheepdog-handler", "sheepdog-daemon");
  for (const [name, level, summary, exposure] of CASES)
    await t.test(`${name}: ${level}`, async () => {
      const service = `sheepdog-indicator@${name}.service`;
      await host.run("systemctl", "start", service);
      const bark = (await host.barked(name, 1)).at(-1);
      assert.match(bark?.summary ?? "", summary);
      assert.equal(bark?.level, level);
      const limit = `--threshold=${exposure}`;
      const security = await host.ran("systemd-analyze", "security", "--no-pager", limit, service);
      assert.equal(security.status, 0, security.stdout.trim().split("\n").at(-1));
    });

  await t.test("a disk cannot be opened by what is not given its device", async () => {
    const drop = "/etc/systemd/system/sheepdog-indicator@smart.service.d/90-none.conf";
    await host.write(drop, "[Service]\nDeviceAllow=\nDeviceAllow=/dev/null rw\n");
    await host.sh("systemctl daemon-reload; systemctl start sheepdog-indicator@smart");
    const bark = (await host.barked("smart", 2)).at(-1);
    assert.match(bark?.summary ?? "", /^\/dev\/sda: .*Operation not permitted/);
  });

  await t.test("what is remembered of a repository is for the user that reads it", async () => {
    const owners = await host.sh("stat -c '%n %U %a' /var/cache/sheepdog-indicator/*");
    for (const line of ["borg ann 700", "restic ann 700", "office sheepdog 700"])
      assert.match(owners, new RegExp(`^/var/cache/sheepdog-indicator/${line}$`, "m"));
  });
});
