import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { until } from "../support/until.ts";
import { watched } from "../support/watched.ts";

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);
  await host.sh("useradd -m ann");
  const spool = "/var/spool/sheepdog/barks";
  const anns = (line: string): Promise<string> => host.run("runuser", "-u", "ann", "--", "sh", "-c", line);
  // Whole: what is still being written might be taken empty.
  const left = (name: string, bark: string): string =>
    `echo '${bark}' >${spool}/tmp/${name}; mv ${spool}/tmp/${name} ${spool}/new/${name}`;
  const dead = async (): Promise<readonly string[]> =>
    JSON.parse(await host.run("sheepdog", "dead", "list", "--json")).map(({ id }: { id: string }) => id);
  const said = (count: number): Promise<void> =>
    until(`${count} dead`, async () => (await dead()).length === count);

  await t.test("what only its owner may read is retried by root, and is its owner's", async () => {
    const bark = '{"host":"nas","tag":"CLOSED","level":"fail","user":"root"}';
    await anns(`umask 077; ${left("x", bark)}`);
    await said(1);
    await host.awaits("sheepdog-handler", "StatusText", /, 1 dead: see sheepdog dead list; spool /);
    assert.match(
      await host.log("sheepdog-handler"),
      /a bark is dead because: cannot be opened \(EACCES\): it is ann's alone \(mode 0600\)/,
    );
    const unit = await host.ran("runuser", "-u", "sheepdog", "--", "sheepdog", "dead", "retry", "--all");
    assert.equal(unit.status, 1);
    assert.match(
      unit.stderr,
      /cannot be opened \(EACCES\): it is ann's alone .*mode 0640, and retry this one as root\n$/,
    );
    const anybody = await host.ran("runuser", "-u", "ann", "--", "sheepdog", "dead", "list");
    assert.match(
      anybody.stderr,
      /cannot list \/var\/spool\/sheepdog\/dead\/new \(EACCES\): \S+ is sheepdog's \(mode 2770\); run this as sheepdog\n/,
    );
    const mailer = ["runuser", "-u", "sheepdog-mailer", "--", "sheepdog", "dead", "drop", "--all"];
    assert.match((await host.ran(...mailer)).stderr, /cannot look at .*\(EACCES\): run this as root/);
    await host.run("sheepdog", "dead", "retry", "--all");
    const [told] = await host.barked("CLOSED", 1);
    assert.equal(told?.user, "ann");
    assert.equal(await host.run("ls", "-A", `${spool}/aside`), "");
  });

  await t.test("an id that is not its to have is not to be had by a retry either", async () => {
    const id = "545ed8e9-ba87-475a-acfd-5aeb00000000";
    await anns(left("y", `{"id":"${id}","host":"nas","tag":"FORGED","level":"ok"}`));
    await said(1);
    const retried = await host.ran("sheepdog", "dead", "retry", "--all");
    assert.equal(retried.status, 1);
    assert.match(retried.stderr, /cannot be sent: .* those that failed units have/);
    await host.run("sheepdog", "dead", "drop", "--all");
  });

  await t.test("a folder that cannot be taken elsewhere is dropped once it is empty", async () => {
    // Whole at once: a folder that is still empty would be taken away.
    await anns(`mkdir -p ~/bomb/full && mv -T ~/bomb ${spool}/new/bomb`);
    await said(1);
    const hidden = (await host.sh(`ls -d ${spool}/new/.aside-*`)).trim();
    const dropped = await host.ran("sheepdog", "dead", "drop", "--all");
    assert.equal(dropped.status, 1);
    assert.ok(dropped.stderr.includes(`${hidden} is a folder with something in it`), dropped.stderr);
    await host.run("rm", "-r", `${hidden}/full`);
    await host.run("sheepdog", "dead", "drop", "--all");
    assert.equal(await host.run("ls", "-A", `${spool}/new`), "");
    assert.deepEqual(await dead(), []);
  });
});
