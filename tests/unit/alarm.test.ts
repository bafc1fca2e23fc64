import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";
import { until } from "../support/until.ts";

const OLD =
  "alert(H, 'NGINX', concat('nginx ', V, ' is too old')) :- package(H, nginx, V), \\+ version_at_least(V, '1.22').";
const inventory = (nginx: string, id?: string): string =>
  text("ok", {
    tag: "INVENTORY",
    facts: [["package", "nginx", nginx]],
    ...(id === undefined ? {} : { id }),
  });

test("an alert is told once, however often and whenever the rounds are called, and once that it is no more so", async (t) => {
  const yard = new Farmyard(t);
  yard.rule("old.pl", OLD);
  const hound = yard.start();
  const heard = (count: number): Promise<void> =>
    until(`${count} barks are heard`, () => yard.rows("SELECT count(*) FROM bark")[0]?.[0] === count);
  await until("it takes barks", () => hound.said().includes("takes barks"));
  await yard.spool.publish("barks", [inventory("1.18.0")]);
  await heard(1);
  hound.child.kill("SIGSTOP");
  // Nobody has heard the first one when the second is made.
  for (let time = 0; time < 2; time++) assert.deepEqual([yard.call().status, yard.call().stderr], [0, ""]);
  hound.child.kill("SIGCONT");
  await heard(2);
  assert.equal(yard.call().status, 0);
  await until("the rounds are made", async () => (await yard.spool.peek("barks", 9)).length === 0);
  await until("it is told", async () => (await yard.told()).length > 0);
  assert.deepEqual(await yard.told(), ["bad nas NGINX ops@example.org: nginx 1.18.0 is too old"]);
  // Killed between: nothing is told anew.
  await hound.end("SIGKILL");
  assert.equal(yard.call().status, 0);
  const again = yard.start();
  await yard.spool.publish("barks", [inventory("1.26.0")]);
  await heard(3);
  assert.equal(yard.call().status, 0);
  await heard(4);
  assert.equal(yard.call().status, 0);
  await until("the rounds are made", async () => (await yard.spool.peek("barks", 9)).length === 0);
  assert.equal(await again.end("SIGTERM"), 0);
  assert.deepEqual(await yard.told(), [
    "bad nas NGINX ops@example.org: nginx 1.18.0 is too old",
    "well nas NGINX ops@example.org: is no more so: nginx 1.18.0 is too old",
  ]);
  assert.deepEqual(yard.rows("SELECT level FROM bark WHERE monitor = 'rule' ORDER BY seq"), [
    ["fail"],
    ["ok"],
  ]);
  assert.equal((await yard.spool.peek("dead", 9)).length, 0);
});

test("several summaries of one subject are one bark, what cannot be a subject is said, and of rules that are gone all is well", async (t) => {
  const yard = new Farmyard(t);
  yard.rule(
    "old.pl",
    "alert(H, 'OLD', concat(P, ' ', V)) :- package(H, P, V), P \\= nothing.",
    "alert(H, '', 'no tag') :- host(H).",
    "alert(H, 17, 5) :- host(H).",
  );
  await yard.spool.publish("barks", [
    text("ok", {
      tag: "INVENTORY",
      facts: [
        ["package", "a", "1"],
        ["package", "b", "2"],
        ["package", "c", "3"],
      ],
    }),
  ]);
  await yard.handle({ rules: [yard.rules] });
  const { status, stderr } = yard.call();
  assert.equal(status, 0);
  assert.equal(
    stderr,
    'sheepdog-rounds: nothing is barked of alert("nas", "", "no tag"): its tag is empty\n',
  );
  await yard.handle({ rules: [yard.rules] });
  assert.deepEqual(await yard.told(), [
    "bad nas 17 ops@example.org: 5",
    "bad nas OLD ops@example.org: a 1, and 2 more",
  ]);
  yard.unrule("old.pl");
  await yard.handle({ rules: [yard.rules] });
  assert.equal(yard.call().status, 0);
  await yard.handle({ rules: [yard.rules] });
  assert.deepEqual(
    (await yard.told()).slice(2).map((line) => line.split(" ", 3).join(" ")),
    ["well nas 17", "well nas OLD"],
  );
});

test("of more than a thousand answers the others are not told, and nothing is called over", async (t) => {
  const yard = new Farmyard(t);
  yard.rule("many.pl", ":- dynamic many/2.", "alert(H, T, so) :- many(H, T).");
  const facts = (from: number, to: number): readonly (readonly [string, string])[] =>
    Array.from({ length: to - from }, (_, at) => ["many", `T${String(from + at).padStart(4, "0")}`]);
  const tell = async (id: string, from: number, to: number): Promise<string> => {
    await yard.spool.publish("barks", [text("ok", { id, tag: "X", facts: facts(from, to) })]);
    await yard.handle({ rules: [yard.rules] });
    const { stderr } = yard.call();
    await yard.handle({ rules: [yard.rules] });
    return stderr;
  };
  await tell("a", 5, 10);
  assert.equal((await yard.told()).length, 5);
  assert.match(await tell("b", 10, 1011), /more answers of alert than 1000/);
  assert.equal((await yard.told()).length, 1005);
  assert.equal(await tell("c", 10, 900), "");
  assert.equal((await yard.told()).length, 1005 + 5 + 110);
});

test("a rule that takes too long ends nothing but its own asking: the rounds are made, and it is said", {
  timeout: 90_000,
}, async (t) => {
  const yard = new Farmyard(t);
  yard.rule("slow.pl", "n(1).", "n(M) :- n(N), M is N + 1.", "alert(nas, 'N', never) :- n(N), N < 0.");
  await yard.handle({ rules: [yard.rules] });
  const began = Date.now();
  const { status, stderr } = yard.call();
  assert.equal(status, null);
  assert.ok(Date.now() - began < 50_000);
  assert.match(stderr, /no answer within 30s/);
  assert.equal((await yard.spool.peek("barks", 9)).length, 1);
});

test("a wrong file is refused at a reload with its place, and the old rules stay in force", async (t) => {
  const yard = new Farmyard(t);
  yard.rule("old.pl", OLD);
  const hound = yard.start();
  await until("it takes barks", () => hound.said().includes("takes barks"));
  assert.equal(yard.command("config", "check").status, 0);
  yard.rule("wrong.pl", "% a comment", "alert(H, 'X', V) :- pakage(H, nginx, V).");
  const checked = yard.command("config", "check");
  assert.equal(checked.status, 78);
  assert.match(
    checked.stderr,
    /rules: .*wrong\.pl:2:21: unknown relation "pakage"\n {2}alert.*\n {22}\^\n {2}did you mean package\?/,
  );
  hound.child.kill("SIGHUP");
  await until("it is refused", () =>
    /goes on with the configuration it has: .*wrong\.pl:2:21/.test(hound.said()),
  );
  await yard.spool.publish("barks", [inventory("1.18.0")]);
  await until("it is heard", () => hound.log().includes("INVENTORY"));
  assert.equal(yard.call().status, 0);
  await until("it is told", async () => (await yard.told()).length === 1);
  // Begun with what is wrong: the same rules, and it is told once.
  await hound.end("SIGKILL");
  for (let time = 0; time < 2; time++) {
    const again = yard.start();
    await until("it says so", () =>
      /goes on with the rules that were in force: .*wrong\.pl/.test(again.said()),
    );
    await until("it is told", async () => (await yard.told()).length === 2);
    assert.equal(await again.end("SIGTERM"), 0);
  }
  assert.match(
    (await yard.told())[1] ?? "",
    /^bad shepherd RULES .*wrong\.pl:2:21: unknown relation "pakage"; those/,
  );
  const force = join(yard.state, "rules.pl");
  assert.equal(readFileSync(force, "utf8"), `%%% from ${join(yard.rules, "old.pl")}\n${OLD}\n\n`);
  assert.equal(statSync(force).mode & 0o777, 0o640);
  assert.equal(
    yard.command("ask", "-f", force, "alert(H, T, S)").stdout,
    "nas\tNGINX\tnginx 1.18.0 is too old\n",
  );
  yard.unrule("wrong.pl");
  const last = yard.start();
  await until("it is told", async () => (await yard.told()).length === 3);
  assert.equal(await last.end("SIGTERM"), 0);
  assert.match((await yard.told())[2] ?? "", /^well shepherd RULES .*: the rules are understood$/);
});
