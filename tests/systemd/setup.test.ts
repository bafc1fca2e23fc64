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
  await host.ran("sheepdog", "-t", "EARLY", "-e", "false");
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
  assert.match(await host.run("sheepdog", "list"), /\tEARLY\t/, "what root barked before setup is told, too");

  // An older version had a unit that there is no more, and it runs.
  const old = "/usr/local/lib/systemd/system/sheepdog-old.service";
  await host.write(old, "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n");
  await host.sh(
    `echo ${old} >>/usr/local/lib/sheepdog/installed; systemctl daemon-reload; systemctl enable --now sheepdog-old`,
  );
  const upgraded = await host.run("sheepdog", "setup");
  assert.match(upgraded, /^ran systemctl stop sheepdog-old\.service$/m);
  assert.equal(await host.show("sheepdog-old", "LoadState"), "not-found");
  assert.equal(await host.show("sheepdog-handler", "ActiveState"), "active", "what is not gone goes on");
  assert.equal(await host.sh("find /etc/systemd /usr/local/lib/systemd -name 'sheepdog-old*'"), "");

  const taken = await host.run("sheepdog", "setup", "--uninstall");
  assert.equal(await host.sh("systemctl list-units --all --plain --no-legend 'sheepdog*'"), "");
  assert.equal(
    await host.sh("find /usr/local /etc -name '*sheepdog*' -not -path '*/node_modules/*' | sort"),
    ["/etc/sheepdog", "/etc/sheepdog/sheepdog.toml", "/usr/local/bin/sheepdog"].join("\n"),
  );
  assert.equal(await host.run("systemctl", "is-system-running"), "running");
  const [, stays = ""] = /to remove these for ever:\n([^]*)$/.exec(taken) ?? [];
  assert.match(stays, /^ {2}rm -r .*\/var\/lib\/sheepdog .*\/var\/spool\/sheepdog$/m);
  await host.sh(`set -e\n${stays}`);
  assert.equal(
    await host.sh(
      "find /etc /var/lib /var/spool -name '*sheepdog*'; { getent passwd; getent group; } | grep sheepdog || :",
    ),
    "",
  );
});
