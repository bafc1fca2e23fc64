import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Spool } from "../../src/broker/spool.ts";
import { parcel } from "../support/notice.ts";
import { Machine } from "../support/sheepdog.ts";
import { answering, web } from "../support/web.ts";

function machine(t: TestContext, receivers: string): Machine {
  const it = new Machine(t);
  const file = join(it.home, "sheepdog.toml");
  writeFileSync(file, `name = "shepherd"\n[mail]\nto = "ops@example.org"\n${receivers}`, { mode: 0o600 });
  it.environment["SHEEPDOG_CONFIG"] = file;
  return it;
}

test("receivers list tells of each what waits, and which one fails since when it was said", async (t) => {
  const server = await web(t, answering(403, {}, "no"));
  const it = machine(
    t,
    `[receivers.chat]\nkind = "webhook"\nurl = "${server.url}/hooks/hunter2"\n[receivers.journal]\nkind = "log"\n`,
  );
  const spool = new Spool(it.spool);
  await spool.publish("notify:chat", [JSON.stringify(parcel())]);
  assert.equal((await it.run(["--once"], "sheepdog-notifier")).status, 0);
  assert.equal((await it.run(["--once"], "sheepdog-handler")).status, 0);
  await spool.publish("notify:journal", [JSON.stringify(parcel())]);
  const listed = await it.run(["receivers", "list"]);
  assert.equal(listed.status, 1);
  assert.deepEqual(
    listed.stdout,
    `chat\twebhook\t0\t${server.url}\tchat was not told: 403 Forbidden: no\njournal\tlog\t1\t-\twell\n`,
  );
  server.manners = answering(200);
  await spool.publish("notify:chat", [JSON.stringify(parcel())]);
  for (const unit of ["notifier", "handler"]) await it.run(["--once"], `sheepdog-${unit}`);
  const { status, stdout } = await it.run(["receivers", "list", "--json"]);
  assert.equal(status, 0);
  assert.deepEqual(
    (JSON.parse(stdout) as { name: string; waiting: number; fault: string | null }[]).map(
      ({ name, waiting, fault }) => [name, waiting, fault],
    ),
    [
      ["chat", 0, null],
      ["journal", 0, null],
    ],
  );
});

test("receivers test tells that it is a test, and says what came of it", async (t) => {
  const server = await web(t, answering(200, {}, "ok"));
  const it = machine(
    t,
    `[receivers.chat]\nkind = "webhook"\nurl = "${server.url}"\n[receivers.phone]\nkind = "ntfy"\nurl = "${server.url}/herd"\n`,
  );
  const told = await it.run(["receivers", "test", "phone"]);
  assert.deepEqual([told.status, told.stdout], [0, `phone (ntfy ${server.url}): told: 200 OK: ok\n`]);
  const { title, priority } = JSON.parse(server.asked[0]?.body ?? "") as { title: string; priority: number };
  assert.deepEqual([title, priority], ["[note] TEST on shepherd: a test of the receiver phone", 2]);
  server.manners = answering(401, {}, "unauthorized");
  const refused = await it.run(["receivers", "test", "chat", "--json"]);
  assert.equal(refused.status, 1);
  assert.deepEqual(JSON.parse(refused.stdout), {
    name: "chat",
    place: `webhook ${server.url}`,
    outcome: "refused",
    said: "401 Unauthorized: unauthorized",
  });
  await server.stop();
  const away = await it.run(["receivers", "test", "chat"]);
  assert.deepEqual(
    [away.status, away.stdout],
    [75, `chat (webhook ${server.url}): not now: nobody listens there\n`],
  );
});

test("a receiver that there is not, or that lacks something, is said with the cure", async (t) => {
  const it = machine(t, '[receivers.chat]\nkind = "webhook"\nurl = "https://x.org/{secret}"\n');
  const none = await it.run(["receivers", "test", "fone"]);
  assert.deepEqual(
    [none.status, none.stderr],
    [78, 'sheepdog: there is no receiver "fone": known are chat\n'],
  );
  const bare = await it.run(["receivers", "test", "chat"]);
  assert.equal(bare.status, 78);
  assert.match(bare.stderr, /there is no secret for receivers\.chat\.url: put it into a file of mode 0600/);
});

test("config check looks at the secrets, certificates and programs that receivers name", async (t) => {
  const it = machine(
    t,
    `[receivers.chat]
kind = "webhook"
url = "https://x.org/{secret}"
sign = "/nonexistent/key"
ca = "/etc/passwd"
[receivers.script]
kind = "exec"
command = "/etc/passwd"
`,
  );
  const { status, stderr } = await it.run(["config", "check"]);
  assert.equal(status, 78);
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 3, stderr);
  assert.match(
    lines[0] ?? "",
    /sheepdog\.toml:7: receivers\.chat\.sign: cannot read \/nonexistent\/key \(ENOENT\)/,
  );
  assert.match(lines[1] ?? "", /:8: receivers\.chat\.ca: \/etc\/passwd holds no certificate/);
  assert.match(
    lines[2] ?? "",
    /:11: receivers\.script\.command: .*\/etc\/passwd cannot be run: it is not executable/,
  );
});
