import assert from "node:assert/strict";
import { test } from "node:test";
import stringWidth from "string-width";
import type { Bark } from "../../src/bark.ts";
import { listing } from "../../src/cli/list.ts";
import { Herd } from "../support/herd.ts";

const HOSTILE = "\u001b[2J\u001b]0;owned\u0007\r\n\t\u009b31m\u202egnp\u2066\u200b\u{e0041}\ud800";
const lines = (text: string): readonly string[] => text.trimEnd().split("\n");

test("barks are listed newest last, into a pipe as whole fields with tabs between", async (t) => {
  const herd = new Herd(t);
  const [first, second] = await herd.hear(
    { tag: "SCRUB", level: "fail", host: "nas", summary: "2 errors" },
    { tag: "BORG", level: "ok", summary: "done" },
  );
  const answer = await herd.ask("list");
  assert.equal(
    answer.stdout,
    `2026-03-01T10:00:00+00:00\t${first?.id}\tfail\tnas\tSCRUB\t2 errors\n2026-03-01T10:01:00+00:00\t${second?.id}\tok\tpenguin2\tBORG\tdone\n`,
  );
  assert.equal(answer.stderr, "");
  assert.equal(answer.status, 0);
});

test("host, tag, level, since and limit choose, and a star stands for anything", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    { tag: "A1", level: "fail", host: "web1" },
    { tag: "A2", level: "ok", host: "web2" },
    { tag: "B", level: "fail", host: "db?" },
    { tag: "B", level: "warning", host: "db1" },
  );
  const tags = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await herd.ask("list", ...args);
    assert.equal(stderr, "");
    return lines(stdout)
      .map((line) => line.split("\t").slice(3, 5).join("/"))
      .join(" ");
  };
  assert.equal(await tags("--host", "web*"), "web1/A1 web2/A2");
  assert.equal(await tags("--host=db?"), "db?/B", "a question mark is itself");
  assert.equal(await tags("--tag", "A*", "--level", "fail"), "web1/A1");
  assert.equal(await tags("--since", "2026-03-01T10:02:00Z"), "db?/B db1/B");
  assert.equal(await tags("--since", "2026-03-01 10:03"), "db1/B");
  assert.equal(await tags("--limit", "2"), "db?/B db1/B");
  assert.equal(await tags("--since", "1min"), "");
});

test("times are local", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "A", level: "ok" });
  herd.environment["TZ"] = "Asia/Kolkata";
  assert.match((await herd.ask("list")).stdout, /^2026-03-01T15:30:00\+05:30\t/);
});

test("--json is an array of the barks as they came, for jq", async (t) => {
  const herd = new Herd(t);
  const barks = await herd.hear(
    { tag: HOSTILE.replace("\ud800", ""), level: "fail", content: { deep: [1, { a: null }] } },
    { tag: "B", level: "ok" },
  );
  const answer = await herd.ask("list", "--json");
  assert.deepEqual(JSON.parse(answer.stdout), barks);
  assert.doesNotMatch(answer.stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
  const jq = await herd.shell("sheepdog list --json --tag B | jq -r '.[0].level'");
  assert.equal(jq.stdout, "ok\n");
  assert.equal((await herd.ask("list", "--json", "--tag", "none")).stdout, "[]\n");
});

test("on a terminal there is a heading, colour, a short id, and no line is too wide", async (t) => {
  const herd = new Herd(t);
  const [bark] = await herd.hear({ tag: "BORG-ETC", level: "fail", summary: "羊".repeat(100) });
  const { stdout } = await herd.terminal("sheepdog list", { columns: 72 });
  assert.ok(stdout.includes("\u001b[31mfail\u001b[39m"), stdout);
  const plain = stdout.replace(/\u001b\[\d+m/g, "");
  assert.match(plain, /^TIME +ID +LEVEL +HOST +TAG +SUMMARY$/m);
  assert.ok(plain.includes(`2026-03-01 10:00  ${bark?.id.slice(0, 8)}  fail`), plain);
  for (const line of lines(plain)) assert.ok(stringWidth(line) <= 72, line);
  assert.equal(stringWidth(lines(plain)[1] ?? ""), 72);
});

test("NO_COLOR, TERM=dumb and COLUMNS are honoured on a terminal", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "BORG-ETC", level: "fail", summary: "x".repeat(300) });
  const { stdout } = await herd.terminal(
    "NO_COLOR=1 COLUMNS=30 sheepdog list; TERM=dumb sheepdog list; FORCE_COLOR=1 sheepdog list | cat",
  );
  const [, narrow, , dumb, forced] = lines(stdout);
  assert.equal(stringWidth(narrow ?? ""), 30);
  assert.ok(!`${narrow}${dumb}`.includes("\u001b"));
  assert.ok(forced?.includes("\u001b[31mfail\u001b[39m\t"));
});

test("escapes in a bark are shown and not obeyed, in a pipe and on a terminal", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: HOSTILE, host: HOSTILE, summary: HOSTILE, level: "fail" });
  const shown = "\\e[2J\\e]0;owned\\x07\\r\\n\\t\\x9b31m\\u202egnp\\u2066\\u200b\\u{e0041}\ufffd";
  const { stdout } = await herd.ask("list");
  assert.deepEqual(lines(stdout)[0]?.split("\t").slice(3), [shown, shown, shown]);
  const terminal = (await herd.terminal("NO_COLOR=1 sheepdog list", { columns: 250 })).stdout;
  assert.equal(lines(terminal).length, 2);
  assert.doesNotMatch(terminal, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});

test("overlong hosts, tags and ids do not break the table", async () => {
  const bark: Bark = {
    id: "i".repeat(64),
    time: "2026-03-01T10:00:00.000Z",
    host: "h".repeat(5000),
    tag: "t".repeat(5000),
    monitor: "error",
    level: "fail",
    summary: "s".repeat(5000),
  };
  const text = await listing([bark, { ...bark, id: "j" }], { terminal: true, columns: 80, colour: false });
  assert.ok(
    lines(text).every((line) => stringWidth(line) <= 80),
    text,
  );
  const piped = await listing([bark], { terminal: false, columns: Infinity, colour: false });
  assert.ok(piped.length > 15_000, "a pipe gets it whole");
});

test("a reader who leaves early is no fault, nor are closed stdin and stdout", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    ...Array.from({ length: 300 }, (_, at) => ({
      tag: `T${at}`,
      level: "ok" as const,
      summary: "s".repeat(1000),
    })),
  );
  const head = await herd.shell(
    "sheepdog list --limit 300 | head -1 | cut -c1-10; echo ${PIPESTATUS[0]}; sheepdog list <&- >&- 2>&-; echo $?; sheepdog --help | head -1; echo ${PIPESTATUS[0]}",
  );
  assert.match(head.stdout, /^2026-03-01\n0\n0\nWrap a job.*\n0\n$/);
  assert.equal(head.stderr, "");
});

test("output that cannot be written is told, with its own exit code", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "A", level: "ok" });
  const full = await herd.shell("sheepdog list > /dev/full");
  assert.match(full.stderr, /^sheepdog: cannot write to stdout \(ENOSPC\): .+\n$/);
  assert.equal(full.status, 74);
});

test("without a history there is advice, and no empty list", async (t) => {
  const herd = new Herd(t);
  const answer = await herd.ask("list");
  assert.match(
    answer.stderr,
    /^sheepdog: there is no history at .*history\.db yet: start sheepdog-handler.*\n$/,
  );
  assert.equal(answer.stdout, "");
  assert.equal(answer.status, 69);
});
