import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Herd } from "../support/herd.ts";

/** A herd of four machines. Barks come a minute after each other, the first at 2026-03-01 10:00 UTC. */
async function herd(t: TestContext): Promise<Herd> {
  const all = new Herd(t);
  const inventory = (host: string, ram: number, nginx: string) => ({
    host,
    tag: "INVENTORY",
    level: "ok" as const,
    facts: [
      ["ram", ram],
      ["package", "nginx", nginx],
      ["package", "openssl", "3.0.15-1"],
    ] as const,
  });
  await all.hear(
    inventory("web1", 2e9, "1.22.1-9"), // 10:00
    inventory("web2", 2e9, "1.22.1-9"),
    inventory("big", 64e9, "1.22.1-9"),
    inventory("old", 2e9, "1.18.0-6"),
    { host: "web1", tag: "nginx.service", level: "fail" }, // 10:04
    { host: "web1", tag: "nginx.service", level: "ok" },
    inventory("web2", 2e9, "1.26.0-1"), // 10:06: upgraded
    { host: "web2", tag: "nginx.service", level: "fail" },
    { host: "big", tag: "nginx.service", level: "fail" },
    { host: "old", tag: "nginx.service", level: "fail" },
    { host: "web1", tag: "DISK", level: "warning" }, // 10:10
  );
  return all;
}

const rows = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

test("services with interruptions on machines with little memory that ran some nginx when it happened", async (t) => {
  const all = await herd(t);
  const question = `during(state(Host, Service, fail), Since, _), Since > time('2026-03-01'),
    ram(Host, Ram), Ram < gib(4), at(package(Host, nginx, '1.22.1-9'), Since)`;
  const { stdout, status, stderr } = await all.ask("ask", question);
  assert.equal(stderr, "");
  assert.deepEqual(rows(stdout), ["web1\tnginx.service\t2026-03-01T10:04:00.000Z\t2000000000"]);
  assert.equal(status, 0);
  // web2 had it upgraded before, `big` has memory, `old` an older one.
  const now = await all.ask("ask", question.replace("at(", "(").replace(", Since)", ")"));
  assert.deepEqual(rows(now.stdout), rows(stdout));
});

test("answers are a table, JSON or CSV, and say by the exit code whether there are any", async (t) => {
  const all = await herd(t);
  const json = await all.ask("ask", "during(state(H, T, fail), Since, Until), prefix(H, web)", "--json");
  assert.deepEqual(JSON.parse(json.stdout), [
    { H: "web1", T: "nginx.service", Since: "2026-03-01T10:04:00.000Z", Until: "2026-03-01T10:05:00.000Z" },
    { H: "web2", T: "nginx.service", Since: "2026-03-01T10:07:00.000Z", Until: null },
  ]);
  const csv = await all.ask("ask", "ram(H, B), B > gib(4), X = 'a,\"b'", "--csv");
  assert.equal(csv.stdout, 'H,B,X\r\nbig,64000000000,"a,""b"\r\n');
  assert.equal((await all.ask("ask", "state(web1, 'DISK', warning)")).stdout, "yes\n");
  const none = await all.ask("ask", "state(web1, 'DISK', fail)");
  assert.deepEqual([none.stdout, none.status], ["no\n", 1]);
  const seen = await all.terminal("NO_COLOR=1 sheepdog ask 'ram(Host, B), \\+ state(Host, _, fail)'");
  assert.deepEqual(rows(seen.stdout), ["HOST  B", "web1  1.9 GiB"]);
});

test("what a terminal obeys is escaped in JSON, and reads as it was", async (t) => {
  const all = new Herd(t);
  const tag = "a\u009b2J\u202e";
  await all.hear({ tag, level: "fail" });
  const { stdout } = await all.ask("ask", "state(H, T, fail)", "--json");
  assert.match(stdout, /a\\u009b2J\\u202e/);
  assert.deepEqual(JSON.parse(stdout), [{ H: "penguin2", T: tag }]);
});

test("what a terminal obeys is escaped in CSV on one, and is as it was for programs", async (t) => {
  const all = new Herd(t);
  await all.hear({ tag: "a\u001b[31mb\nc", level: "fail" });
  const question = "state(_, T, fail)";
  const { stdout } = await all.ask("ask", question, "--csv");
  assert.equal(stdout, 'T\r\n"a\u001b[31mb\nc"\r\n');
  const seen = await all.terminal(`sheepdog ask "${question}" --csv`);
  assert.equal(seen.stdout.replaceAll("\r", ""), "T\na\\e[31mb\\nc\n");
});

test("it is asked as of a moment, and of what versions come to", async (t) => {
  const all = await herd(t);
  const ask = async (...words: readonly string[]): Promise<readonly string[]> =>
    rows((await all.ask("ask", ...words)).stdout);
  assert.deepEqual(await ask("state(H, _, fail)"), ["big", "old", "web2"]);
  assert.deepEqual(await ask("state(H, _, fail)", "--at", "2026-03-01T10:04:30Z"), ["web1"]);
  assert.deepEqual(
    await ask("package(H, nginx, V), version_at_least(V, '1.22.0')", "--at", "2026-03-01T10:05:00Z"),
    ["big\t1.22.1-9", "web1\t1.22.1-9", "web2\t1.22.1-9"],
  );
  assert.deepEqual(await ask("package(H, nginx, V), \\+ version_at_least(V, '1.22')"), ["old\t1.18.0-6"]);
  assert.deepEqual(await ask("host(H), aggregate_all(count, state(H, _, fail), N), N < 1"), ["web1\t0"]);
});

test("a moment may be computed where it stands, behind one goal or several", async (t) => {
  const all = await herd(t);
  const ask = async (question: string): Promise<readonly string[]> =>
    rows((await all.ask("ask", question)).stdout);
  const now = "time('2026-03-01T10:05:00Z') + minutes(0)";
  assert.deepEqual(await ask(`at(package(H, nginx, '1.26.0-1'), ${now})`), []);
  assert.deepEqual(await ask(`at(state(H, 'INVENTORY', ok), time('2026-03-01T10:01:30Z'))`), [
    "web1",
    "web2",
  ]);
  assert.deepEqual(await ask(`at((ram(H, B), package(H, nginx, V)), ago(days(0))), B > gib(4)`), [
    "big\t64000000000\t1.22.1-9",
  ]);
  assert.deepEqual(await ask(`during(state(H, T, fail), time('2026-03-01T10:04:00Z'), Until), T \\= x`), [
    "web1\tnginx.service\t2026-03-01T10:05:00.000Z",
  ]);
});

test("rules come from a file, and what is wrong is shown where it is", async (t) => {
  const all = await herd(t);
  const shell = await all.shell(
    `printf '%s\\n' 'small(H) :- ram(H, B), B < gib(4).' 'bad(H) :- small(H), state(H, _, fail).' > rules.pl
     sheepdog ask -f rules.pl 'bad(H)'; sheepdog ask -f rules.pl 'bda(H)'; echo $?
     echo 'small(H) :- rma(H, B).' > wrong.pl; sheepdog ask -f wrong.pl 'small(H)'; echo $?`,
  );
  assert.deepEqual(rows(shell.stdout), ["old", "web2", "65", "65"]);
  assert.deepEqual(rows(shell.stderr), [
    'question:1:1: unknown relation "bda"',
    "  bda(H)",
    "  ^",
    "  did you mean bad?",
    'wrong.pl:1:13: unknown relation "rma"',
    "  small(H) :- rma(H, B).",
    "              ^",
    "  did you mean ram?",
  ]);
});

test("what takes too long is ended, and said", async (t) => {
  const all = await herd(t);
  const rules = "n(0). n(M) :- n(N), M is N + 1.";
  const { status, stderr, stdout } = await all.ask("ask", `${rules} n(X), X < 0`, "--timeout", "1s");
  assert.equal(stdout, "");
  assert.equal(status, null);
  assert.match(stderr, /no answer within 1s: ask for less/);
});

test("relations say what there is to ask of, with how many rows", async (t) => {
  const all = await herd(t);
  const { stdout } = await all.ask("relations", "--json");
  const found = JSON.parse(stdout) as readonly {
    name: string;
    rows: number;
    columns: readonly { name: string }[];
  }[];
  const of = (name: string) => found.find((one) => one.name === name);
  assert.equal(of("package")?.rows, 8);
  assert.deepEqual(
    of("package")?.columns.map(({ name }) => name),
    ["Host", "Name", "Version"],
  );
  assert.equal(of("state")?.rows, 9);
  // What Sheepdog's own plugins tell can be asked of before anybody told it.
  assert.equal(of("certificate")?.rows, 0);
  const table = await all.terminal("sheepdog relations", { columns: 200 });
  assert.match(table.stdout, /^ram\(Host, Size: bytes\) +4 +its memory/m);
});

test("how an answer was found is said on demand", async (t) => {
  const all = await herd(t);
  const { stderr } = await all.ask("ask", "--explain", "package(H, nginx, V)");
  assert.match(stderr, /SELECT DISTINCT/);
  assert.match(stderr, /USING (COVERING )?INDEX fact_value \(relation=\? AND a1=\?/);
  assert.match(stderr, /compiled in [\d.]+ ms/);
});
