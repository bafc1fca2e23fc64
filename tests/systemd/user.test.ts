import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";

const SERVICE = `[Service]
Type=oneshot
ExecStart=sheepdog -t BACKUP -- sh -c 'echo no room >&2; exit 3'
`;
const TIMER = "[Timer]\nOnCalendar=*-*-* 02:30:00 UTC\n";

test("a wrapped command in a unit of a user's own manager is told, with its lines and when it is due next", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { config: 'name = "nas"\n' });
  await host.run("systemctl", "start", "sheepdog-handler");
  await host.run("useradd", "-m", "ann");
  const uid = await host.run("id", "-u", "ann");
  const units = "/home/ann/.config/systemd/user";
  await host.write(`${units}/backup.service`, SERVICE);
  await host.write(`${units}/backup.timer`, TIMER);
  const started = await host.ran("systemctl", "start", `user@${uid}`);
  if (started.status !== 0) return t.skip("a user's manager needs pam_systemd (Debian: libpam-systemd)");
  const manager = (...words: readonly string[]) =>
    host.ran(
      "runuser",
      "-u",
      "ann",
      "--",
      "env",
      `XDG_RUNTIME_DIR=/run/user/${uid}`,
      "systemctl",
      "--user",
      ...words,
    );
  assert.equal((await manager("start", "backup.timer")).status, 0);
  assert.notEqual((await manager("start", "backup.service")).status, 0, "it fails as its job does");
  const [bark] = await host.barked("BACKUP", 1);
  assert.equal(bark?.user, "ann");
  assert.match(bark?.summary ?? "", /^exit 3 after /);
  assert.equal(bark?.content?.["stderr"], "no room\n");
  assert.match(bark?.due ?? "", /T02:30:00\.000Z$/);
});
