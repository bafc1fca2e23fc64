import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

/** npm puts the package below its prefix, with links to the commands. */
const NPM = `mkdir -p /usr/local/lib/node_modules && cp -R /opt/sheepdog /usr/local/lib/node_modules/sheepdog &&
  ln -s ../lib/node_modules/sheepdog/dist/sheepdog.cjs /usr/local/bin/sheepdog`;

test("setup makes a machine ready that npm put the commands on, and takes all away again", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { bare: true });
  await host.sh(NPM);
  const said = await host.run("sheepdog", "setup");
  assert.match(said, /^ran systemd-sysusers sheepdog\.conf$/m);
  assert.match(said, /next: systemctl enable --now sheepdog\.target$/);
  await host.run("systemctl", "enable", "--now", "sheepdog.target");
  await host.awaits("sheepdog-handler.service", "ActiveState", "active");
  await host.awaits("sheepdog-mailer.service", "ActiveState", "active");
  await host.run("systemctl", "reload", "sheepdog-handler");
  await host.run("systemctl", "enable", "--now", "sheepdog-indicator@uptime.timer");
  await host.run("sheepdog", "-t", "TRY", "--always", "-e", "true");
  await until("the bark is heard", async () => /\tTRY\t/.test(await host.run("sheepdog", "list")));

  await host.run("sheepdog", "setup", "--uninstall");
  assert.equal(await host.sh("systemctl list-units --all --plain --no-legend 'sheepdog*'"), "");
  assert.equal(
    await host.sh("find /usr/local /etc -name '*sheepdog*' -not -path '*/node_modules/*' | sort"),
    ["/etc/sheepdog", "/etc/sheepdog/sheepdog.toml", "/usr/local/bin/sheepdog"].join("\n"),
  );
  assert.equal(await host.run("systemctl", "is-system-running"), "running");
});
