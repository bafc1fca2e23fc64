import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { State } from "../../src/bark.ts";
import { Config } from "../../src/config/schema.ts";
import { openWay } from "../../src/notify/open.ts";
import type { Way } from "../../src/notify/outcome.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel } from "../support/notice.ts";
import { type Asked, answering, type Manners, web } from "../support/web.ts";

/** What an ntfy server says to what it is sent as JSON (docs.ntfy.sh/publish, "Publish as JSON"): the rules are those
 * of its documentation, the answers of its 4xx errors. */
const ntfy: Manners = (asked, answer) => {
  const fault = wrong(asked);
  if (fault === undefined) return answering(200, {}, '{"id":"hwQ2YpKdmg","event":"message"}')(asked, answer);
  return answering(400, {}, JSON.stringify({ code: 40_024, http: 400, error: fault }))(asked, answer);
};

const KEYS = [
  "topic",
  "title",
  "message",
  "priority",
  "tags",
  "click",
  "icon",
  "actions",
  "attach",
  "filename",
];
function wrong({ method, path, body, headers }: Asked): string | undefined {
  if (!["POST", "PUT"].includes(method) || path !== "/") return "page not found";
  if (Object.values(headers).some((value) => !/^[\u0020-\u007e]*$/.test(String(value))))
    return "no such header";
  if (Buffer.byteLength(body) > 2 * 4096) return "request body must be message JSON: too large";
  const message = JSON.parse(body) as Record<string, unknown>;
  if (Object.keys(message).some((key) => !KEYS.includes(key))) return "unknown key";
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(String(message["topic"]))) return "topic name is not allowed";
  if (![1, 2, 3, 4, 5].includes(message["priority"] as number)) return "invalid priority parameter";
  const tags = message["tags"] as unknown[];
  if (!Array.isArray(tags) || tags.some((tag) => !/^[a-z_]+$/.test(String(tag)))) return "invalid tags";
  if (Buffer.byteLength(String(message["message"])) > 4096) return "it would be attached as a file";
  if (/[\r\n]/.test(String(message["title"]))) return "invalid title";
  return undefined;
}

function phone(t: TestContext, url: string, more: object = {}): Way {
  const { receivers } = Config.parse({ receivers: { phone: { kind: "ntfy", url, ...more } } });
  const [receiver] = Object.values(receivers);
  assert.ok(receiver !== undefined);
  return openWay("phone", receiver, { pipes: folder(t), write: assert.fail, environment: {} });
}

const told = ({ body }: Asked) =>
  JSON.parse(body) as { topic: string; title: string; message: string; priority: number; tags: string[] };

test("an ntfy server gets topic, title, message, priority and tags, and the token", async (t) => {
  const server = await web(t, ntfy);
  const secret = join(folder(t), "token");
  writeFileSync(secret, "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2\n", { mode: 0o600 });
  const outcome = await phone(t, `${server.url}/herd`, { secret }).tell(parcel());
  assert.equal(outcome.kind, "told", JSON.stringify(outcome));
  const [asked] = server.asked;
  assert.ok(asked !== undefined);
  assert.equal(asked.headers.authorization, "Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2");
  assert.deepEqual(told(asked), {
    topic: "herd",
    title: "[fail] BORG-ETC on penguin2: exit 2 after 12s",
    message:
      "borg create … exited 2\nRepository /export/backup/borg does not exist.\nsheepdog show 0193f0a1-0000-7000-8000-000000000001",
    priority: 4,
    tags: ["rotating_light"],
  });
});

test("a server below a path of another is found there", async (t) => {
  const server = await web(t);
  await phone(t, `${server.url}/ntfy/herd`).tell(parcel());
  assert.equal(server.asked[0]?.path, "/ntfy/");
  assert.equal(told(server.asked[0]).topic, "herd");
});

test("how loud it is follows from the level, as configured", async (t) => {
  const server = await web(t, ntfy);
  const way = phone(t, `${server.url}/herd`, { priorities: { fail: 5, ok: 1 } });
  for (const [level, priority] of [
    ["fail", 5],
    ["missing", 4],
    ["unknown", 3],
    ["warning", 3],
    ["ok", 1],
  ] as readonly (readonly [State, number])[]) {
    const outcome = await way.tell(parcel(notice({ level, kind: level === "ok" ? "well" : "bad" })));
    assert.equal(outcome.kind, "told", JSON.stringify(outcome));
    const last = server.asked.at(-1);
    assert.equal(last && told(last).priority, priority);
  }
});

test("umlauts, emoji and all signs of writing arrive as they are", async (t) => {
  const server = await web(t, ntfy);
  const summary = "Löschen fehlgeschlagen: Übermaß, 満杯, 🐑";
  await phone(t, `${server.url}/herd`).tell(
    parcel(notice({ kind: "note", text: "grüße\nzwei Zeilen", bark: bark({ tag: "SICHERUNG-Ö", summary }) })),
  );
  const [asked] = server.asked;
  assert.ok(asked !== undefined);
  assert.equal(told(asked).title, `[note] SICHERUNG-Ö on penguin2: ${summary}`);
  assert.match(told(asked).message, /grüße\nzwei Zeilen/);
});

test("line breaks and escapes in a bark are shown, and none begins a header", async (t) => {
  const server = await web(t, ntfy);
  const evil = "x\r\nPriority: 5\r\nActions: http, open, https://evil.example\r\n\r\n\u001b]0;\u0007\u2028";
  const outcome = await phone(t, `${server.url}/herd`).tell(
    parcel(notice({ bark: bark({ host: evil, tag: evil, summary: evil, content: {} }), remarks: [evil] })),
  );
  assert.equal(outcome.kind, "told", JSON.stringify(outcome));
  const [asked] = server.asked;
  assert.ok(asked !== undefined);
  assert.deepEqual([asked.headers["priority"], asked.headers["actions"]], [undefined, undefined]);
  assert.match(told(asked).title, /x\\r\\nPriority: 5/);
});

test("what is too long for a message is cut between signs, and not sent as a file", async (t) => {
  const server = await web(t, ntfy);
  const notices = Array.from({ length: 500 }, (_, at) =>
    notice({ kind: "note", bark: bark({ tag: `TAG-${at}`, summary: '"🐑\\'.repeat(60) }) }),
  );
  const outcome = await phone(t, `${server.url}/herd`).tell(parcel(notices[0], { notices }));
  assert.equal(outcome.kind, "told", JSON.stringify(outcome));
  const [asked] = server.asked;
  assert.ok(asked !== undefined);
  assert.match(told(asked).message, /\n…$/);
  assert.doesNotMatch(told(asked).message, /\ufffd/);
  assert.match(told(asked).title, /^\[note\] 500 notes on penguin2: TAG-0, TAG-1/);
});

test("what ntfy refuses is final, and its limit of messages is waited for", async (t) => {
  const server = await web(t);
  const way = phone(t, `${server.url}/herd`);
  server.manners = answering(403, {}, '{"code":40301,"http":403,"error":"forbidden"}');
  assert.match(JSON.stringify(await way.tell(parcel())), /"refused","reason":"403 Forbidden: .*forbidden/);
  server.manners = answering(429, {}, '{"code":42901,"http":429,"error":"limit reached: too many requests"}');
  assert.match(JSON.stringify(await way.tell(parcel())), /"later".*limit reached.*"whose":"receiver"/);
});
