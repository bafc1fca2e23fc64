import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { Config } from "../../src/config/schema.ts";
import { openWay } from "../../src/notify/open.ts";
import type { Way } from "../../src/notify/outcome.ts";
import { certificates } from "../support/certificates.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel } from "../support/notice.ts";
import { answering, web } from "../support/web.ts";

/** The way to a webhook. */
function hook(t: TestContext, url: string, more: object = {}): Way {
  const { receivers } = Config.parse({ receivers: { chat: { kind: "webhook", url, ...more } } });
  const [receiver] = Object.values(receivers);
  assert.ok(receiver !== undefined);
  return openWay("chat", receiver, { pipes: folder(t), write: assert.fail, environment: {} });
}

function secret(t: TestContext, text: string): string {
  const file = join(folder(t), "secret");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test("a webhook gets the parcel as JSON, with a title and a text for people", async (t) => {
  const server = await web(t, answering(200, {}, "ok"));
  const sent = parcel();
  const outcome = await hook(t, `${server.url}/hooks?room=1`, { secret: secret(t, "t0ken\n") }).tell(sent);
  assert.deepEqual(outcome, { kind: "told", said: "200 OK: ok" });
  const [asked] = server.asked;
  assert.equal(`${asked?.method} ${asked?.path}`, "POST /hooks?room=1");
  assert.equal(asked?.headers.authorization, "Bearer t0ken");
  assert.equal(asked.headers["content-type"], "application/json");
  assert.match(asked.headers["user-agent"] ?? "", /^sheepdog\/\d/);
  const { title, text, ...rest } = JSON.parse(asked.body) as Record<string, unknown>;
  assert.equal(title, "[fail] BORG-ETC on penguin2: exit 2 after 12s");
  assert.match(String(text), /Repository \/export\/backup\/borg does not exist\.\nsheepdog show 0193f0a1/);
  assert.deepEqual(rest, sent);
});

test("where the address is the secret, it stands there and nowhere else", async (t) => {
  const server = await web(t, answering(404, {}, "no hook T0/B1/xyz here"));
  const way = hook(t, `${server.url}/services/{secret}`, { secret: secret(t, "T0/B1/xyz") });
  const outcome = await way.tell(parcel());
  assert.deepEqual(outcome, { kind: "refused", reason: "404 Not Found: no hook *** here" });
  assert.equal(server.asked[0]?.path, "/services/T0/B1/xyz");
  assert.equal(server.asked[0].headers.authorization, undefined);
  assert.doesNotMatch(way.place, /xyz/);
  assert.throws(() => hook(t, `${server.url}/{secret}`), /there is no secret for receivers\.chat\.url/);
});

test("the signature is what the library of Standard Webhooks expects, and a parcel keeps its name", async (t) => {
  const server = await web(t);
  for (const key of ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "any text of ours"]) {
    const way = hook(t, server.url, { sign: secret(t, key) });
    const sent = parcel();
    await way.tell(sent);
    await way.tell(sent);
    const [one, two] = server.asked.slice(-2);
    const verifier = new Webhook(key, key.startsWith("whsec_") ? {} : { format: "raw" });
    for (const asked of [one, two])
      assert.deepEqual(
        (verifier.verify(asked?.body ?? "", asked?.headers as Record<string, string>) as { id: string }).id,
        sent.id,
      );
    assert.equal(one?.headers["webhook-id"], two?.headers["webhook-id"]);
    assert.throws(() => verifier.verify(`${one?.body} `, one?.headers as Record<string, string>));
  }
});

for (const [status, kind, whose] of [
  [204, "told"],
  [302, "refused"],
  [400, "refused"],
  [401, "refused"],
  [404, "refused"],
  [410, "refused"],
  [413, "refused"],
  [408, "later", "receiver"],
  [425, "later", "receiver"],
  [429, "later", "receiver"],
  [500, "later", "parcel"],
  [502, "later", "receiver"],
  [503, "later", "receiver"],
  [507, "later", "parcel"],
] as const)
  test(`an answer of ${status} means ${kind}${whose === undefined ? "" : `, and ${whose === "parcel" ? "others may fare better" : "others would fare the same"}`}`, async (t) => {
    const server = await web(t, answering(status, { location: "http://localhost:1/elsewhere" }));
    const outcome = await hook(t, server.url).tell(parcel());
    assert.equal(outcome.kind, kind);
    assert.equal(outcome.kind === "later" ? outcome.whose : undefined, whose);
    assert.equal(server.asked.length, 1);
  });

test("who answers when to come again is heeded, within an hour", async (t) => {
  const server = await web(t);
  const way = hook(t, server.url);
  const soon = new Date(Date.now() + 120_000).toUTCString();
  for (const [header, low, high] of [
    ["7", 7, 7],
    [soon, 100, 120],
    ["86400", 3600, 3600],
  ] as const) {
    server.manners = answering(429, { "retry-after": header });
    const outcome = await way.tell(parcel());
    assert.ok(outcome.kind === "later");
    assert.ok((outcome.after ?? 0) >= low && (outcome.after ?? 0) <= high, `${header}: ${outcome.after}`);
  }
  for (const header of ["-3", "soon", "0", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
    server.manners = answering(429, { "retry-after": header });
    assert.ok(!("after" in (await way.tell(parcel()))), header);
  }
});

test("a server that hangs, trickles, closes or is none is tried again, and of an endless answer little is read", async (t) => {
  const server = await web(t);
  const way = hook(t, server.url, { timeout: "1s" });
  server.manners = () => undefined;
  assert.deepEqual(await way.tell(parcel()), {
    kind: "later",
    reason: "no answer within 1s",
    whose: "receiver",
  });
  server.manners = (_, answer) => answer.socket?.destroy();
  assert.match(JSON.stringify(await way.tell(parcel())), /later.*the connection was cut/);
  // What it says first counts, whatever becomes of the rest.
  server.manners = (_, answer) => {
    answer.writeHead(200);
    setInterval(() => answer.write("x"), 10).unref();
  };
  assert.match(JSON.stringify(await way.tell(parcel())), /told.*200 OK: xxx/);
  server.manners = (_, answer) => {
    answer.writeHead(503);
    const pour = (): void =>
      void (answer.write("y".repeat(65_536)) ? setImmediate(pour) : answer.once("drain", pour));
    pour();
  };
  const flooded = await way.tell(parcel());
  assert.ok(flooded.kind === "later" && flooded.reason.length < 300);
  await server.stop();
  assert.match(JSON.stringify(await way.tell(parcel())), /later.*nobody listens there/);
});

test("what speaks no HTTP is no answer", async (t) => {
  const server = createServer((socket) => socket.end("220 mail.example.org ESMTP\r\n")).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.match(
    JSON.stringify(await hook(t, `http://127.0.0.1:${port}`).tell(parcel())),
    /later.*what is there speaks something else/,
  );
});

test("a certificate that nobody vouches for is refused, and one of an authority of ours is not", async (t) => {
  const { ca, cert, key } = certificates(folder(t));
  const server = await web(t, answering(200), { cert, key });
  assert.match(JSON.stringify(await hook(t, server.url).tell(parcel())), /later.*certificate is not trusted/);
  assert.equal(server.asked.length, 0);
  assert.equal((await hook(t, server.url, { ca }).tell(parcel())).kind, "told");
  const other = server.url.replace("localhost", "127.0.0.1");
  assert.match(
    JSON.stringify(await hook(t, other, { ca }).tell(parcel())),
    /certificate is for another name/,
  );
  assert.throws(() => hook(t, server.url, { ca: key }), /holds no certificate/);
});

test("a redirect is not followed, and neither is its address believed to be ours", async (t) => {
  const elsewhere = await web(t);
  const server = await web(t, answering(307, { location: elsewhere.url }));
  const outcome = await hook(t, server.url, { secret: secret(t, "t0ken") }).tell(parcel());
  assert.match(JSON.stringify(outcome), /refused.*307 Temporary Redirect; redirects are not followed/);
  assert.equal(elsewhere.asked.length, 0);
});

test("nothing that a bark holds gets into a header or another line", async (t) => {
  const server = await web(t);
  const evil = "x\r\nAuthorization: Bearer mine\r\n\r\n\u001b[2J\u202e\ud800";
  const sent = parcel(
    notice({ bark: bark({ host: evil, tag: evil, summary: evil, id: "e\nvil" }), remarks: [evil] }),
    { id: evil, to: evil, remarks: [evil] },
  );
  const outcome = await hook(t, server.url, { sign: secret(t, "key") }).tell(sent);
  assert.equal(outcome.kind, "told");
  const [asked] = server.asked;
  assert.equal(asked?.headers.authorization, undefined);
  const { title, text } = JSON.parse(asked?.body ?? "") as { title: string; text: string };
  assert.doesNotMatch(title, /[\u0000-\u001f\u202e]/);
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test("a secret that cannot stand in a header is refused before anything is sent", async (t) => {
  for (const [text, says] of [
    ["two\nlines", /holds what no token does/],
    ["with blank", /holds what no token does/],
    ["", /is empty/],
  ] as const)
    assert.throws(() => hook(t, "http://localhost:1", { secret: secret(t, text) }), says);
  assert.throws(
    () => hook(t, "http://localhost:1", { secret: "/nonexistent" }),
    /cannot read \/nonexistent \(ENOENT\)/,
  );
});
