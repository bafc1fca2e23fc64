import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer as createPlain } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createServer } from "node:tls";
import certificate from "../../src/plugins/certificate.ts";
import { seconds } from "../../src/time.ts";
import { certificates } from "../support/certificates.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";

interface Wanted {
  readonly days: number;
  /** When it was made, as faketime(1) takes it: "-30d". */
  readonly made?: string;
  readonly name?: string;
}

/** A certificate that is its own authority. */
function make(home: string, { days, made = "-1h", name = "localhost" }: Wanted) {
  const [cert, key] = [join(home, `${name}-${days}-cert.pem`), join(home, `${name}-${days}-key.pem`)];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${days} -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout ${key} -out ${cert}`;
  execFileSync("faketime", ["-f", made, "openssl", ...words.split(" ")], { stdio: "pipe" });
  return { cert, key };
}

async function server(t: TestContext, { cert, key }: { cert: string; key: string }): Promise<string> {
  const tls = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
  tls.on("tlsClientError", () => undefined);
  tls.listen(0, "127.0.0.1");
  await once(tls, "listening");
  t.after(() => tls.close());
  return `localhost:${(tls.address() as AddressInfo).port}`;
}

test("a certificate that lasts is fine, and says how long", async (t) => {
  const { cert } = make(folder(t), { days: 90 });
  const bark = await reading(certificate, { files: cert });
  assert.equal(bark.level, "ok");
  assert.equal(bark.summary, `the certificate holds; localhost (${cert}), 89 days left`);
  assert.match(
    JSON.stringify(bark.facts),
    /^\[\["certificate","[^"]+","localhost","20\d\d-\d\d-\d\dT[\d:]+Z"\]\]$/,
  );
});

test("each of several in one file counts", async (t) => {
  const home = folder(t);
  const made = [20, 90, 5].map((days) => readFileSync(make(home, { days, name: `d${days}` }).cert, "utf8"));
  const file = join(home, "all.pem");
  writeFileSync(file, `some words before\n${made.join("\n")}`);
  const bark = await reading(certificate, { files: [file] });
  assert.equal(bark.level, "fail");
  assert.equal(bark.summary, `d5 (${file}) expires in 4 days; d20 (${file}) expires in 19 days`);
  assert.equal(bark.facts?.length, 3);
});

test("one that has expired is trouble", async (t) => {
  const { cert } = make(folder(t), { days: 10, made: "-13d" });
  const { level, summary } = await reading(certificate, { files: [cert] });
  assert.equal(level, "fail");
  assert.match(summary, /has expired 3 days ago$/);
});

test("one that is made for the future is trouble", async (t) => {
  const { cert } = make(folder(t), { days: 90, made: "+3d" });
  const { level, summary } = await reading(certificate, { files: [cert] });
  assert.deepEqual([level, /is not valid yet/.test(summary)], ["fail", true]);
});

test("files are found by a pattern, also where the last name is a link, as certbot has them", async (t) => {
  const home = folder(t);
  for (const name of ["a.example", "b.example"]) {
    mkdirSync(join(home, "live", name), { recursive: true });
    symlinkSync(make(home, { days: 60, name }).cert, join(home, "live", name, "fullchain.pem"));
  }
  const bark = await reading(certificate, { files: join(home, "live/*/fullchain.pem") });
  assert.equal(bark.level, "ok");
  assert.deepEqual(
    bark.facts?.map(([, , subject]) => subject),
    ["a.example", "b.example"],
  );
});

test("what cannot be read is unknown, and does not hide what is wrong with another", async (t) => {
  const home = folder(t);
  const text = join(home, "text");
  const broken = join(home, "broken");
  writeFileSync(text, "no certificate at all");
  writeFileSync(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const { level, summary } = await reading(certificate, { files: [text, broken, join(home, "*.none")] });
  assert.equal(level, "unknown");
  assert.match(summary, /text holds no certificate; .*broken holds a broken certificate; there is no file /);
  const { cert } = make(home, { days: 3 });
  assert.equal((await reading(certificate, { files: [text, cert] })).level, "fail");
});

test("with nothing to look at it says what to set", async () => {
  const { level, summary } = await reading(certificate, {});
  assert.deepEqual([level, summary], ["unknown", "there is nothing to look at: set `files` or `hosts`"]);
});

test("a server whose authority is trusted is fine", async (t) => {
  const made = make(folder(t), { days: 90 });
  const where = await server(t, made);
  const bark = await reading(certificate, { hosts: [where], authorities: [made.cert] });
  assert.equal(bark.summary, `the certificate holds; ${where}, 89 days left`);
  assert.equal(bark.level, "ok");
  assert.deepEqual(bark.facts?.[0]?.slice(0, 3), ["certificate", where, "localhost"]);
});

test("a server that nobody vouches for is trouble", async (t) => {
  const where = await server(t, make(folder(t), { days: 90 }));
  const { level, summary } = await reading(certificate, { hosts: where });
  assert.equal(level, "fail");
  assert.equal(summary, `${where}: the chain is not trusted: the certificate is its own authority`);
});

test("a server with the certificate of another name is trouble", async (t) => {
  const made = make(folder(t), { days: 90, name: "www.example.org" });
  const where = await server(t, made);
  const { level, summary } = await reading(certificate, { hosts: where, authorities: made.cert });
  assert.equal(level, "fail");
  assert.equal(summary, `${where}: the certificate is for another name (DNS:www.example.org)`);
});

test("a server whose certificate ends soon is trouble", async (t) => {
  const made = certificates(folder(t));
  const where = await server(t, made);
  const { level, summary } = await reading(certificate, { hosts: where, authorities: made.ca });
  assert.deepEqual(
    [level, summary],
    ["fail", `${where} expires in 1 day`].map((text) => text.replace("localhost:", "localhost:")),
  );
});

test("a server that is away, speaks something else or is silent is unknown", async (t) => {
  const plain = createPlain((socket) => void socket.end("220 mail\r\n")).listen(0, "127.0.0.1");
  const silent = createPlain((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await Promise.all([once(plain, "listening"), once(silent, "listening")]);
  t.after(() => (plain.close(), silent.close()));
  const port = (one: typeof plain) => (one.address() as AddressInfo).port;
  const hosts = [`127.0.0.1:${port(plain)}`, `127.0.0.1:${port(silent)}`, "127.0.0.1:1"];
  const { level, summary } = await reading(certificate, { hosts, within: "1s" }, { timeout: seconds(10) });
  assert.equal(level, "unknown");
  assert.match(summary, /speaks something else/);
  assert.match(summary, /no answer in time/);
  assert.match(summary, /127\.0\.0\.1:1 does not speak TLS: nobody listens there/);
});
