import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Farmyard } from "../support/farmyard.ts";
import { Herd } from "../support/herd.ts";
import { text } from "../support/kennel.ts";

const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();
const RULE =
  "alert(H, 'NGINX', concat('nginx ', V)) :- package(H, nginx, V), \\+ version_at_least(V, '1.22').\n";

/** A herd in which web1 had an old nginx from 100 hours ago until 50 hours ago, and web2 has it since 20 hours. */
async function yardOf(t: TestContext): Promise<Farmyard> {
  const yard = new Farmyard(t);
  const has = (host: string, hours: number, version: string): string =>
    text("ok", { host, tag: "INVENTORY", time: ago(hours), facts: [["package", "nginx", version]] });
  await yard.spool.publish("barks", [
    has("web1", 100.5, "1.18.0"),
    has("web1", 50.5, "1.26.0"),
    has("web2", 20.5, "1.20.1"),
  ]);
  await yard.handle();
  return yard;
}

test("what a rule would have barked of late is told in spells, to the hour, whatever is in force", async (t) => {
  const yard = await yardOf(t);
  const file = join(yard.home, "new.pl");
  writeFileSync(file, RULE);
  const { status, stdout, stderr } = yard.command("rules", "test", file, "--json");
  assert.equal(status, 0);
  assert.match(stderr, /^sheepdog: asked 721 times, [\d.]+ ms each, [\d.]+ ms at the most\n$/);
  const all = JSON.parse(stdout) as readonly (Record<"since" | "host" | "tag" | "summary", string> & {
    readonly until: string | null;
  })[];
  const hours = (moment: string | null): number | null =>
    moment === null ? null : Math.round((Date.now() - Date.parse(moment)) / HOUR);
  assert.deepEqual(
    all.map(({ host, tag, summary, since, until }) => [host, tag, summary, hours(since), hours(until)]),
    [
      ["web1", "NGINX", "nginx 1.18.0", 100, 50],
      ["web2", "NGINX", "nginx 1.20.1", 20, null],
    ],
  );
  const lines = yard.command("rules", "test", file, "--days", "1", "--every", "2h");
  assert.match(lines.stdout, /^\S+T\S+\t-\tweb2\tNGINX\tnginx 1.20.1\n$/);
  assert.match(lines.stderr, /asked 13 times/);
});

test("what is wrong with rules is said with its place, also of two files that say the same", async (t) => {
  const yard = await yardOf(t);
  const write = (name: string, content: string): string => {
    const file = join(yard.home, name);
    writeFileSync(file, content);
    return file;
  };
  const [one, two] = [
    write("one.pl", "old(H) :- package(H, nginx, _).\n"),
    write("two.pl", "\nold(H) :- host(H).\n"),
  ];
  assert.equal(yard.command("rules", "check", one).stdout, "1 rule in 1 file: ok\n");
  const twice = yard.command("rules", "check", one, two);
  assert.equal(twice.status, 65);
  assert.match(
    twice.stderr,
    /^\S+two\.pl:2:1: old is defined in \S+one\.pl, too\n {2}old\(H\).*\n {2}\^\n {2}put its rules/,
  );
  const wrong = {
    "alert(H, 'A') :- host(H).":
      /:1:1: alert has 2 arguments here\n.*\n.*\n {2}it takes 3: alert\(Host, Tag, Summary\)/,
    "?- host(H).": /:1:4: a file with rules asks nothing/,
    "old(H) :- host(H)": /:2:1: the text ends within a rule/,
    "mute(5, T) :- host(T).": /:1:6: .* a text and a number/,
    "alert(H, T, S) :- host(H).": /:1:\d+: T may be anything here/,
    "alert(H, 'A', x) :- backlog(H, _).":
      /:1:21: unknown relation "backlog"\n(.*\n)*.*:- dynamic backlog\/2\./,
  };
  for (const [content, said] of Object.entries(wrong)) {
    const { status, stderr } = yard.command("rules", "check", write("wrong.pl", `${content}\n`));
    assert.match(stderr, said);
    assert.equal(status, 65, content);
  }
  const declared = write(
    "fine.pl",
    ":- dynamic backlog/2, other/1.\nalert(H, 'A', x) :- backlog(H, N), N > 5.\n",
  );
  assert.equal(yard.command("rules", "check", declared).status, 0);
  assert.equal(yard.command("rules", "test", join(yard.home, "none.pl")).status, 78);
});

test("where there is no history rules are checked but for what facts there are", async (t) => {
  const herd = new Herd(t);
  writeFileSync(
    join(herd.home, "new.pl"),
    "alert(H, 'A', x) :- backlog(H, N), N > 5.\nmute(H, T) :- state(H, T, L, 1).\n",
  );
  const { status, stderr } = await herd.ask("rules", "check", join(herd.home, "new.pl"));
  assert.equal(status, 65);
  assert.match(stderr, /^sheepdog: which facts there are is not checked: there is no history/);
  assert.match(stderr, /new\.pl:2:15: state has 4 arguments here\n/);
});

test("the rules in force are listed, and that the files say something else by now", async (t) => {
  const yard = await yardOf(t);
  assert.match(yard.command("rules", "list").stderr, /no rules are in force/);
  yard.rule("nginx.pl", RULE, "old(web1).", "old(web2).");
  yard.rule("more.pl", "alert(H, 'OLD', old) :- old(H).");
  await yard.handle({ rules: [yard.rules] });
  const listed = yard.command("rules", "list");
  assert.deepEqual([listed.status, listed.stderr], [0, ""]);
  const [more, nginx] = [join(yard.rules, "more.pl"), join(yard.rules, "nginx.pl")];
  assert.equal(listed.stdout, `alert/3\t2\t${more} ${nginx}\nold/1\t2\t${nginx}\n`);
  yard.unrule("more.pl");
  const changed = yard.command("rules", "list", "--json");
  assert.match(changed.stderr, /the files say something else by now/);
  assert.equal((JSON.parse(changed.stdout) as readonly { readonly name: string }[])[0]?.name, "alert");
});

test("rules that others may write to are refused", async (t) => {
  const yard = await yardOf(t);
  yard.rule("nginx.pl", RULE);
  chmodSync(join(yard.rules, "nginx.pl"), 0o666);
  const { status, stderr } = yard.command("config", "check");
  assert.equal(status, 78);
  assert.match(stderr, /rules: the rules in .*nginx\.pl are not used: others may write to .*chmod go-w/);
});

test("a test of rules that takes long shows how far it is", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "A", level: "fail" });
  writeFileSync(join(herd.home, "new.pl"), "alert(H, T, L) :- state(H, T, L), L \\= ok.\n");
  const { stdout } = await herd.terminal(
    "sheepdog rules test new.pl --days 400 --every 1min --json >/dev/null & sleep 4; kill %1",
    {},
  );
  assert.match(stdout, /\r\[#*\.+\] +\d+ % {2}20\d\d-/);
});
