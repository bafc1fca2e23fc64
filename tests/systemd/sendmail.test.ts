import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const config = (uri: string): string => `name = "nas"\n[mail]\nto = ["ops@example.org"]\nuri = "${uri}"\n`;

/** Like every sendmail it has rights of its own, by a program that is set-user-ID: its queue is root's. */
const SENDMAIL = `#!/bin/sh
exec /usr/lib/drop /dev/stdin /opt/queue/$$
`;
/** The mail server of the machine. */
const SERVER = `const { SMTPServer } = require("/opt/sheepdog/node_modules/smtp-server");
new SMTPServer({ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"], onData: (stream, session, done) => {
  stream.pipe(process.stdout, { end: false });
  stream.on("end", done);
} }).listen(25, "127.0.0.1");
`;

test("sendmail, which the mailer's sandbox keeps from working, costs no mail, and the journal names the cure", {
  skip: hostless,
}, async (t) => {
  const host = await Host.boot(t, { config: config("sendmail:") });
  await host.write("/usr/sbin/sendmail", SENDMAIL, "755");
  await host.sh("install -m 4755 /bin/cp /usr/lib/drop; mkdir -m 700 /opt/queue");
  await host.sh("echo try | runuser -u sheepdog-mailer -- /usr/sbin/sendmail; rm /opt/queue/*"); // it works elsewhere
  await host.run("systemctl", "start", "sheepdog-handler", "sheepdog-mailer");
  await host.ran("sheepdog", "-t", "ETC", "-e", "exit 3");
  await until("a letter was tried", async () => /outcome=put-off/.test(await host.log("sheepdog-mailer")));
  const status = await host.run("systemctl", "status", "--full", "--no-pager", "sheepdog-mailer");
  assert.match(status, /sendmail exit 1; in the sandbox .* set uri = \\"smtp:\/\/localhost\\" in \[mail\]: /);
  assert.equal(await host.run("sheepdog", "dead", "list"), "", "no letter is given up for that");
  assert.equal(await host.sh("ls /opt/queue"), "");

  await host.write("/root/server.cjs", SERVER);
  await host.run("systemd-run", "--quiet", "--unit=smtpd", process.execPath, "/root/server.cjs");
  await host.write("/etc/sheepdog/sheepdog.toml", config("smtp://localhost"));
  await host.run("systemctl", "reload", "sheepdog-mailer");
  await until("the letter is there", async () => /Subject: .*ETC on nas/.test(await host.log("smtpd")));
});
