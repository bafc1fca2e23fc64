import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import tcp from "../../src/plugins/tcp.ts";
import { reading } from "../support/reading.ts";
import { freePort } from "../support/redis.ts";

/** A server on the loopback that does this with whoever connects. */
async function server(t: TestContext, greet: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const one = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    greet(socket);
  }).listen(0, "127.0.0.1");
  await once(one, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    one.close();
  });
  return `127.0.0.1:${(one.address() as AddressInfo).port}`;
}

test("an open port is fine, and it is said how fast", async (t) => {
  const where = await server(t, () => undefined);
  const { level, summary, facts } = await reading(tcp, { hosts: where });
  assert.equal(level, "ok");
  assert.match(summary, new RegExp(`^${where} answers in \\d+ms$`));
  assert.deepEqual(facts, [["tcp", where, "open"]]);
});

test("a closed port is trouble, and which one", async (t) => {
  const where = await server(t, () => undefined);
  const closed = `127.0.0.1:${await freePort()}`;
  const { level, summary, facts } = await reading(tcp, { hosts: [where, closed] });
  assert.deepEqual([level, summary], ["fail", `${closed}: nobody listens there`]);
  assert.deepEqual(facts, [
    ["tcp", where, "open"],
    ["tcp", closed, "closed"],
  ]);
});

test("what is said at once is compared, also where it comes in pieces", async (t) => {
  const where = await server(t, (socket) => {
    socket.write("220 mail");
    setTimeout(() => socket.write(".example.org ESMTP\r\n"), 50);
  });
  assert.equal((await reading(tcp, { hosts: where, expect: "mail.example.org" })).level, "ok");
  const { level, summary } = await reading(tcp, { hosts: where, expect: "SSH-2.0", within: "300ms" });
  assert.deepEqual([level, summary], ["fail", `${where}: is open and says something else within 300ms`]);
});

test("who says nothing, hangs up or talks without end does not hold it up", async (t) => {
  const silent = await server(t, () => undefined);
  const gone = await server(t, (socket) => socket.end());
  const noise = await server(
    t,
    (socket) => void setInterval(() => socket.write("x".repeat(9000)), 1).unref(),
  );
  const said = async (hosts: string) =>
    (await reading(tcp, { hosts, expect: "hello", within: "300ms" })).summary;
  assert.equal(await said(silent), `${silent}: is open and says nothing within 300ms`);
  assert.equal(await said(gone), `${gone}: closes the connection and says nothing`);
  assert.match(await said(noise), /says something else: x{100}$/);
});

test("what is no host and port is told with the way to write it", async () => {
  for (const hosts of ["localhost", "localhost:0", "localhost:99999", "::1:25", "a b:1"]) {
    const { level, summary } = await reading(tcp, { hosts });
    assert.equal(level, "unknown");
    assert.match(summary, /is no host and port: write "host:port"/);
  }
  assert.match((await reading(tcp, {})).summary, /set `hosts`/);
});
