import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Spool } from "../../src/broker/spool.ts";
import { parcel } from "../support/notice.ts";
import { finished, Machine } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";
import { web } from "../support/web.ts";

function machine(t: TestContext, receivers: string) {
  const it = new Machine(t);
  const file = join(it.home, "sheepdog.toml");
  const configure = (text: string): void =>
    writeFileSync(file, `name = "shepherd"\n${text}`, { mode: 0o600 });
  configure(receivers);
  return { it, configure, spool: new Spool(it.spool), args: ["-c", file] };
}

test("a notifier killed between the answer and its own memory tells twice only what it could not know, under the same name", async (t) => {
  let kill = (): unknown => undefined;
  let answers = 0;
  const server = await web(t, (_, answer) => {
    if (++answers % 5 === 0) kill();
    answer.end();
  });
  const { it, spool, args } = machine(t, `[receivers.chat]\nkind = "webhook"\nurl = "${server.url}"\n`);
  await spool.publish(
    "notify:chat",
    Array.from({ length: 16 }, () => JSON.stringify(parcel())),
  );
  let kills = 0;
  for (let over = false; !over; ) {
    const child = it.start([...args, "--once"], "sheepdog-notifier");
    kill = () => child.kill("SIGKILL");
    const { status, signal, stderr } = await finished(child);
    if (signal === "SIGKILL") kills++;
    else assert.equal(status, 0, stderr);
    over = status === 0;
  }
  assert.ok(kills >= 3, `${kills} kills`);
  const names = server.asked.map(({ headers }) => headers["webhook-id"]);
  assert.equal(new Set(names).size, 16);
  assert.ok(names.length - 16 <= kills, `${names.length - 16} doubles after ${kills} kills`);
});

test("told to read its configuration again, it tells whom that names, and keeps the old one where it is wrong", async (t) => {
  const [old, fresh] = [await web(t), await web(t)];
  const receiver = (url: string, more = ""): string =>
    `[receivers.chat]\nkind = "webhook"\nurl = "${url}"\n${more}`;
  const { it, configure, spool, args } = machine(t, receiver(old.url));
  const tell = () => spool.publish("notify:chat", [JSON.stringify(parcel())]);
  const child = it.start(args, "sheepdog-notifier");
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  await tell();
  await until("the old one is told", () => old.asked.length === 1);
  configure(receiver(fresh.url, 'secret = "/nonexistent"\n'));
  child.kill("SIGHUP");
  await until("it refuses", () =>
    /goes on with the configuration it has: cannot read \/nonexistent/.test(said),
  );
  await tell();
  await until("the old one is told", () => old.asked.length === 2);
  configure(receiver(fresh.url));
  child.kill("SIGHUP");
  await until("it has read it", async () => {
    await tell();
    return fresh.asked.length > 0;
  });
  child.kill("SIGTERM");
  assert.equal((await finished(child)).status, 0);
});

test("without receivers it leaves with 0 at once", async (t) => {
  const { it, args } = machine(t, "");
  const { status, stdout } = await it.run(args, "sheepdog-notifier");
  assert.deepEqual([status, stdout], [0, 'notify leaves="there are no receivers besides mail"\n']);
});
