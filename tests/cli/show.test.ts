import assert from "node:assert/strict";
import { test } from "node:test";
import { Herd } from "../support/herd.ts";

const RUN = {
  command: "borg create\n  --stats",
  start: "2026-03-01T10:00:00.000Z",
  end: "2026-03-01T10:00:12.400Z",
  status: 2,
  signal: null,
  timeout: null,
  stdout: "12 files\r\n",
  stderr: "no repository\n\tat /export\u001b[2J\n",
  truncated: false,
};

test("one bark is shown whole, laid out for reading", async (t) => {
  const herd = new Herd(t);
  const [bark] = await herd.hear({
    tag: "BORG-ETC",
    level: "fail",
    user: "backup",
    elapsed: 12.4,
    summary: "exit 2",
    expect: "24h",
    content: RUN,
    facts: [["size", "etc", 12]],
  });
  const answer = await herd.ask("show", bark?.id.slice(0, 13) ?? "");
  assert.equal(
    answer.stdout.replace(/(received|^ ) +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, "$1 (now)"),
    `[fail] BORG-ETC on penguin2
exit 2

  id        ${bark?.id}
  time      2026-03-01 10:00:00
  received (now)
  user      backup
  monitor   error
  elapsed   12s
  command   borg create
              --stats
  start     2026-03-01 10:00:00
  end       2026-03-01 10:00:12
  ended     exit 2
  expect    the next within 24h

stderr
  no repository
  \tat /export\\e[2J

stdout
  12 files

facts
  size("etc", 12)

notices
  (now)  bad       shepherd@example.org
`,
  );
  assert.equal(answer.status, 0);
});

test("--json has the bark as it came, when it was received and who was told", async (t) => {
  const herd = new Herd(t);
  const [bark] = await herd.hear({ tag: "BORG-ETC", level: "fail", content: RUN });
  const { received, notices, ...rest } = JSON.parse(
    (await herd.ask("show", bark?.id ?? "", "--json")).stdout,
  );
  assert.deepEqual(rest, bark);
  assert.ok(!Number.isNaN(Date.parse(received)));
  assert.deepEqual(
    notices.map(({ kind, to }: { kind: string; to: string[] }) => [kind, to]),
    [["bad", ["shepherd@example.org"]]],
  );
});

test("a bark that is not about a job shows its content", async (t) => {
  const herd = new Herd(t);
  await herd.hear({
    id: "hand-made",
    tag: "DISK",
    level: "ok",
    monitor: "disk",
    content: { mount: "/", used: 0.5 },
  });
  const { stdout } = await herd.ask("show", "hand");
  assert.match(stdout, /\ncontent\n {2}\{\n {4}"mount": "\/",\n {4}"used": 0.5\n {2}\}\n/);
  assert.match(stdout, /\nnotices\n {2}nobody was told of this one\n/);
});

test("a prefix that several barks share lists them", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    { id: "abc-1", tag: "A", level: "ok" },
    { id: "abc-2", tag: "B", level: "fail" },
    { id: "abc", tag: "C", level: "ok" },
  );
  const many = await herd.ask("show", "ab");
  assert.equal(many.stdout, "");
  assert.match(
    many.stderr,
    /^sheepdog: several barks begin with ab: give more of the id\n {2}abc {2}.*penguin2 {2}C\n {2}abc-1 {2}.*A\n {2}abc-2 {2}.*fail {2}penguin2 {2}B\n$/,
  );
  assert.equal(many.status, 1);
  assert.equal((await herd.ask("show", "abc")).status, 0, "a whole id is no prefix");
});

test("an id that is none is told, and exit code 1", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "A", level: "ok" });
  for (const id of ["nothing", "\u001b[2J", "'; DROP TABLE bark", "%", "*"]) {
    const answer = await herd.ask("show", id);
    assert.equal(answer.status, 1);
    assert.ok(
      answer.stderr.startsWith("sheepdog: no bark has the id ") && !answer.stderr.includes("\u001b"),
      answer.stderr,
    );
  }
});
