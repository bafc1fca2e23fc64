import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Kennel, text } from "../support/kennel.ts";

/** A plugin of the administrator's, as a module. */
function plugin(kennel: Kennel, name: string, receiver: string): void {
  const folder = join(kennel.home, "plugins");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import { plugin, z, type Action } from "sheepdog/plugin";
     export default plugin({
       name: "${name}",
       about: "a test",
       content: z.object({ degrees: z.number() }),
       receiver: (bark): Action[] => { ${receiver} },
     });`,
  );
  chmodSync(file, 0o644);
}

const ROOM = { host: "cellar", tag: "ROOM", monitor: "room", content: { degrees: 31 } };
const FACTS = "SELECT host, tag, relation, terms, until IS NULL FROM fact ORDER BY seq";

test("what a bark says is true is a fact until its subject says otherwise", async (t) => {
  const kennel = new Kennel(t);
  const bark = (minute: number, facts: unknown): string =>
    text("ok", { tag: "PACKAGES", time: `2026-11-22T10:0${minute}:00Z`, facts });
  await kennel.spool.publish("barks", [
    bark(1, [
      ["package", "nginx", "1.22.0"],
      ["package", "curl", "8.1"],
    ]),
    bark(2, [
      ["package", "nginx", "1.22.1"],
      ["package", "curl", "8.1"],
    ]),
    bark(3, undefined), // says nothing about facts
    bark(0, [["package", "nginx", "1.0"]]), // comes late
  ]);
  await kennel.handle();
  assert.deepEqual(kennel.rows(FACTS), [
    ["nas", "PACKAGES", "package", '["nginx","1.22.0"]', 0],
    ["nas", "PACKAGES", "package", '["curl","8.1"]', 1],
    ["nas", "PACKAGES", "package", '["nginx","1.22.1"]', 1],
  ]);
});

test("a receiver turns a bark into facts, notices and other barks, once however often it comes", async (t) => {
  const kennel = new Kennel(t);
  plugin(
    kennel,
    "room",
    `return [
       { fact: ["temperature", bark.content.degrees] },
       { notice: { summary: "open a window", text: "It is " + bark.content.degrees } },
       { bark: { tag: "HEAT", level: "warning", summary: "hot" } },
     ];`,
  );
  const bark = text("ok", ROOM);
  await kennel.spool.publish("barks", [bark, bark]);
  await kennel.handle();
  await kennel.spool.publish("barks", [bark]);
  await kennel.handle();
  assert.deepEqual(kennel.rows(FACTS), [["cellar", "ROOM", "temperature", "[31]", 1]]);
  const mail = await kennel.mail();
  assert.deepEqual(
    mail.map(({ kind, bark, text: below }) => [kind, bark.tag, bark.summary, below]),
    [
      ["note", "ROOM", "open a window", "It is 31"],
      ["bad", "HEAT", "hot", undefined],
    ],
  );
});

test("a bark that its receiver drops is not kept, its facts are", async (t) => {
  const kennel = new Kennel(t);
  plugin(kennel, "room", `return [{ drop: "every second is too often" }, { fact: ["temperature", 20] }];`);
  await kennel.spool.publish("barks", [text("ok", ROOM)]);
  await kennel.handle();
  assert.deepEqual(kennel.rows("SELECT count(*) FROM bark WHERE tag = 'ROOM'"), [[0]]);
  assert.equal(kennel.rows(FACTS).length, 1);
  assert.match(kennel.log.join(""), /dropped: every second is too often/);
});

for (const [what, receiver, fault] of [
  ["throws", `throw new Error("no such room");`, /no such room/],
  ["never ends", "for (;;);", /timed out/],
  ["returns no list", "return 7 as never;", /returned no list/],
  [
    "wants a job",
    `return [{ job: { host: "a", name: "b" } }];`,
    /a receiver may not: let it tell a fact, and a rule react to that/,
  ],
] as const)
  test(`a receiver that ${what} is told, once, and the bark is handled without it`, async (t) => {
    const kennel = new Kennel(t);
    plugin(kennel, "room", receiver);
    await kennel.spool.publish("barks", [
      text("fail", ROOM),
      text("fail", ROOM),
      text("fail", { tag: "OTHER" }),
    ]);
    await kennel.handle();
    await kennel.handle();
    const mail = await kennel.mail();
    assert.deepEqual(mail.map(({ bark }) => `${bark.host} ${bark.tag} ${bark.level}`).sort(), [
      "cellar ROOM fail",
      "nas OTHER fail",
      "shepherd receiver room unknown",
    ]);
    assert.match(mail.find(({ bark }) => bark.level === "unknown")?.bark.summary ?? "", fault);
    assert.equal((await kennel.spool.peek("dead", 10)).length, 0);
  });

test("what could not be read is told as itself alone: its receiver is not asked", async (t) => {
  const kennel = new Kennel(t);
  plugin(kennel, "room", "return [{ fact: ['temperature', bark.content.degrees] }];");
  const { content: _, ...bare } = ROOM;
  await kennel.spool.publish("barks", [text("unknown", bare)]);
  await kennel.handle();
  await kennel.handle();
  assert.deepEqual(
    (await kennel.mail()).map(({ bark }) => `${bark.tag} ${bark.level}`),
    ["ROOM unknown"],
  );
});
