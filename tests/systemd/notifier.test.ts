import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { notice, parcel } from "../support/notice.ts";
import { until } from "../support/until.ts";

const CONFIG = `name = "nas"
[receivers.journal]
kind = "log"
[receivers.script]
kind = "exec"
command = ["/etc/sheepdog/tell"]
[receivers.chat]
kind = "webhook"
url = "http://127.0.0.1:8065/hooks/{secret}"
`;
/** Writes what it gets, and what it may do, to where it alone may write. */
const TELL = `#!/bin/sh
cd /var/lib/sheepdog-notifier && cat >got && id -un >>told
for folder in / /etc /var/spool/sheepdog/barks /var/lib/sheepdog /home; do ! touch $folder/x 2>/dev/null || echo $folder >>wrote; done
`;
/** Says what it was asked. */
const CHAT = `import http.server
class Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.path, self.rfile.read(int(self.headers["content-length"]))[:60].decode(), flush=True)
        self.send_response(204)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8065), Chat).serve_forever()
`;

/** Puts a parcel where the handler, as its user, would leave it. */
async function tell(host: Host, name: string, text: string): Promise<void> {
  const spool = `/var/spool/sheepdog/notify/${name}`;
  await host.write("/tmp/parcel", text);
  await host.sh(
    `cd /tmp && runuser -u sheepdog -- sh -c 'umask 027; until [ -w ${spool}/new ]; do sleep 0.1; done
     cat /tmp/parcel >${spool}/tmp/$$ && mv ${spool}/tmp/$$ ${spool}/new/p$(date +%s%N)'`,
  );
}

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t);
  const body = (changes: Parameters<typeof notice>[0] = {}): string =>
    JSON.stringify(parcel(notice(changes)));

  await t.test("where nobody else is to be told the notifier leaves, and nothing is wrong", async () => {
    await host.run("systemctl", "start", "sheepdog.target");
    await host.awaits("sheepdog-notifier", "ActiveState", "inactive");
    assert.equal(await host.show("sheepdog-notifier", "Result"), "success");
    assert.match(await host.log("sheepdog-notifier"), /there are no receivers besides mail/);
  });

  await t.test("it is ready when all its queues can be read, and its status tells of each", async () => {
    await host.write("/etc/sheepdog/tell", TELL, "755");
    await host.write("/etc/credstore/sheepdog.receivers/chat", "hunter2\n", "600");
    await host.write("/root/chat.py", CHAT);
    await host.sh("systemd-run -q -u chat python3 /root/chat.py");
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG);
    await host.run("systemctl", "start", "sheepdog-notifier");
    await host.awaits("sheepdog-notifier", "ActiveState", "active");
    const each = ["journal", "script", "chat"].map((name) => `0 notify:${name} handled, up to date.*`);
    await host.awaits("sheepdog-notifier", "StatusText", new RegExp(each.join(String.raw`\| `)));
  });

  await t.test("a log is in the journal, with the priority of its level", async () => {
    await tell(host, "journal", body());
    await tell(host, "journal", body({ kind: "well", level: "ok" }));
    const said = (priority: string): Promise<string> =>
      host.sh(`journalctl --sync; journalctl -q -o cat --no-pager -u sheepdog-notifier -p ${priority}`);
    await until("both are there", async () => /\[ok\] BORG-ETC/.test(await said("info..info")));
    assert.match(
      await said("err..err"),
      /^\[fail\] BORG-ETC on penguin2: exit 2 after 12s \(0193f0a1-\S+\)$/m,
    );
    assert.doesNotMatch(await said("err..err"), /\[ok\]/);
  });

  await t.test("a program is run as the notifier's user, within its sandbox", async () => {
    await tell(host, "script", body());
    const file = (name: string) => host.ran("cat", `/var/lib/sheepdog-notifier/${name}`);
    await until("it was told", async () => (await file("told")).stdout === "sheepdog-notifier\n");
    assert.match((await file("got")).stdout, /^{"title":"\[fail\] BORG-ETC on penguin2/);
    assert.notEqual((await file("wrote")).status, 0, (await file("wrote")).stdout);
  });

  await t.test("a token that only root can read reaches whom it is for, and nobody else", async () => {
    await tell(host, "chat", body());
    await until("the chat is told", async () =>
      /\/hooks\/hunter2 \{"title":"\[fail\]/.test(await host.log("chat")),
    );
    assert.doesNotMatch(await host.log("sheepdog-notifier"), /hunter2/);
    const secret = "/run/credentials/sheepdog-notifier.service/receiver_chat";
    for (const user of ["sheepdog", "sheepdog-mailer", "sheepdog-receiver"])
      assert.notEqual((await host.ran("runuser", "-u", user, "--", "cat", secret)).status, 0, user);
    assert.equal(
      await host.run("sheepdog", "receivers", "test", "chat"),
      "chat (webhook http://127.0.0.1:8065): told: 204 No Content",
    );
  });

  await t.test("a reload brings what the configuration says now, and refuses one that is wrong", async () => {
    const before = await host.show("sheepdog-notifier", "MainPID");
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG.replace("/etc/sheepdog/tell", "/nonexistent"));
    assert.notEqual((await host.ran("systemctl", "reload", "sheepdog-notifier")).status, 0);
    assert.match(
      await host.log("sheepdog-notifier"),
      /receivers\.script\.command: \/nonexistent cannot be run|sheepdog\.toml:\d+: receivers\.script\.command/,
    );
    await host.write("/etc/sheepdog/sheepdog.toml", `${CONFIG}[receivers.late]\nkind = "log"\n`);
    await host.run("systemctl", "reload", "sheepdog-notifier");
    await host.awaits("sheepdog-notifier", "StatusText", /0 notify:late handled/);
    await tell(host, "late", body({ kind: "note", text: "x" }));
    await until("the new one is told", async () =>
      /\[note\] BORG-ETC/.test(await host.log("sheepdog-notifier")),
    );
    assert.equal(await host.show("sheepdog-notifier", "MainPID"), before);
  });

  await t.test("one that makes no progress is noticed by its watchdog; one that waits is not", async () => {
    await host.write(
      "/etc/systemd/system/sheepdog-notifier.service.d/dog.conf",
      "[Service]\nWatchdogSec=3s\nRestartSec=1\n",
    );
    await host.sh("systemctl stop chat; systemctl daemon-reload; systemctl restart sheepdog-notifier");
    const before = await host.show("sheepdog-notifier", "MainPID");
    await tell(host, "chat", body());
    await host.awaits("sheepdog-notifier", "StatusText", /chat waits: nobody listens there/);
    await host.run("sleep", "7");
    assert.equal(await host.show("sheepdog-notifier", "MainPID"), before);
    await host.run("kill", "-STOP", before);
    await until("it is started anew", async () => {
      const pid = await host.show("sheepdog-notifier", "MainPID");
      return pid !== before && pid !== "0";
    });
    assert.match(await host.log("sheepdog-notifier"), /[Ww]atchdog timeout/);
    await host.sh("systemctl reset-failed chat; systemd-run -q -u chat python3 /root/chat.py; :");
    await until(
      "what waited is told",
      async () => (await host.log("chat")).split('{"title":"[fail]').length > 2,
    );
  });
});
