import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import http from "../../src/plugins/http.ts";
import { certificates } from "../support/certificates.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";
import { freePort } from "../support/redis.ts";

async function server(t: TestContext, answer: RequestListener): Promise<string> {
  const one = createServer(answer).listen(0, "127.0.0.1");
  await once(one, "listening");
  t.after(() => {
    one.close();
    one.closeAllConnections();
  });
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

test("a page that answers is fine", async (t) => {
  const url = await server(t, (_, answer) => void answer.end("Welcome"));
  const { level, summary, facts } = await reading(http, { urls: url, match: "come" });
  assert.equal(level, "ok");
  assert.match(summary, new RegExp(`^${url}/ answers 200 in \\d+ms$`));
  assert.deepEqual(facts, [["http", `${url}/`, 200]]);
});

test("another status than the one that is expected is trouble", async (t) => {
  const url = await server(t, (_, answer) => void answer.writeHead(503).end());
  const { level, summary, facts } = await reading(http, { urls: url });
  assert.deepEqual([level, summary], ["fail", `${url}/: answers 503, not 200`]);
  assert.deepEqual(facts, [["http", `${url}/`, 503]]);
  assert.equal((await reading(http, { urls: url, status: 503 })).level, "ok");
});

test("a page without the text is trouble", async (t) => {
  const url = await server(t, (_, answer) => void answer.end("It works"));
  const { level, summary } = await reading(http, { urls: url, match: "Welcome" });
  assert.deepEqual([level, summary], ["fail", `${url}/: answers 200, but "Welcome" is not in it`]);
});

test("a slow page is a warning, one that takes too long is trouble and not waited for", async (t) => {
  const url = await server(t, (request, answer) => {
    if (request.url === "/slow") setTimeout(() => answer.end("done"), 150);
  });
  const slow = await reading(http, { urls: `${url}/slow`, warn: "100ms" });
  assert.equal(slow.level, "warning");
  assert.match(slow.summary, /is slow, it answers in/);
  const never = await reading(http, { urls: `${url}/never`, fail: "200ms" });
  assert.deepEqual([never.level, never.summary], ["fail", `${url}/never: no answer within 200ms`]);
  assert.deepEqual(never.facts, [["http", `${url}/never`, 0]]);
});

test("an answer without end is read to 1 MiB and no further", async (t) => {
  let sent = 0;
  const url = await server(t, (_, answer) => {
    const more = (): void => {
      while (!answer.destroyed && answer.write("x".repeat(65_536))) sent += 65_536;
      sent += 65_536;
    };
    answer.on("drain", more);
    more();
  });
  const { summary } = await reading(http, { urls: url, match: "y" });
  assert.match(summary, /"y" is not in it/);
  // What is on the way in the buffers of the kernel was sent, and not read.
  assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes`);
});

test("an answer that drips does not hold it up", async (t) => {
  const url = await server(t, (_, answer) => void setInterval(() => answer.write("x"), 10).unref());
  const { level, summary } = await reading(http, { urls: url, match: "y", fail: "300ms" });
  assert.deepEqual([level, summary], ["fail", `${url}/: no answer within 300ms`]);
});

test("redirects are followed where that is wanted, and never to another host", async (t) => {
  const asked: string[] = [];
  const other = await server(t, (request, answer) => {
    asked.push(String(request.headers.authorization));
    answer.end("other");
  });
  const url = await server(t, (request, answer) => {
    const to = { "/old": "/new", "/away": `${other}/?key=k3y`, "/round": "/round" }[request.url ?? ""];
    if (to === undefined) answer.end("Welcome");
    else answer.writeHead(302, { location: to }).end();
  });
  const off = await reading(http, { urls: `${url}/old` });
  assert.equal(off.summary, `${url}/old: answers 302 and redirects to ${url}/new, not 200`);
  assert.equal((await reading(http, { urls: `${url}/old`, redirects: true, match: "Welcome" })).level, "ok");
  const away = await reading(http, { urls: `${url.replace("//", "//dog:s3cret@")}/away`, redirects: true });
  assert.equal(away.summary, `${url}/away: redirects to another host, ${other}`);
  assert.deepEqual(asked, []);
  const round = await reading(http, { urls: `${url}/round`, redirects: true });
  assert.match(round.summary, /answers 302/);
});

test("user and password are sent and never told", async (t) => {
  const url = await server(t, (request, answer) => {
    const [, token = ""] = (request.headers.authorization ?? "").split(" ");
    const right = Buffer.from(token, "base64").toString() === "dog:s3cret";
    answer.writeHead(right ? 200 : 401).end();
  });
  const with_ = url.replace("//", "//dog:s3cret@");
  const fine = await reading(http, { urls: `${with_}/a?token=k3y` });
  assert.equal(fine.level, "ok");
  const wrong = await reading(http, { urls: `${with_}/a?token=k3y`, status: 204 });
  const away = await reading(http, { urls: `http://dog:s3cret@127.0.0.1:${await freePort()}/?token=k3y` });
  const broken = await reading(http, { urls: "http://dog:s3cret@:x/?token=k3y" });
  assert.match(broken.summary, /^number 1 of `urls` is no address of a web page/);
  for (const bark of [fine, wrong, away, broken])
    assert.doesNotMatch(JSON.stringify(bark), /s3cret|k3y|dog:/);
  assert.match(away.summary, /nobody listens there$/);
});

test("a page over TLS is asked by somebody who trusts its authority only", async (t) => {
  const { cert, key, ca } = certificates(folder(t));
  const one = createSecure(
    { cert: readFileSync(cert), key: readFileSync(key) },
    (_, answer) => void answer.end(),
  );
  one.listen(0, "127.0.0.1");
  await once(one, "listening");
  t.after(() => one.close());
  const urls = `https://localhost:${(one.address() as AddressInfo).port}/`;
  assert.equal((await reading(http, { urls, authorities: ca })).level, "ok");
  const { level, summary } = await reading(http, { urls });
  assert.deepEqual([level, summary], ["fail", `${urls}: its certificate is not trusted`]);
});
