import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { simpleParser } from "mailparser";
import { Mail } from "../../src/config/mail.ts";
import { compose } from "../../src/mail/compose.ts";
import { judge } from "../../src/mail/judge.ts";
import type { Outcome } from "../../src/mail/outcome.ts";
import { openSendmail } from "../../src/mail/sendmail.ts";
import { openTransport } from "../../src/mail/transport.ts";
import { type Parcel, parcelKey } from "../../src/parcel.ts";
import { now } from "../../src/time.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "../support/folder.ts";
import { bark, notice, parcel, parcelTo } from "../support/notice.ts";
import { smtp } from "../support/smtp.ts";

/** Sends one notice in the way that the settings say. */
async function send(
  t: TestContext,
  mail: object,
  one: Parcel = parcel(),
  state = folder(t),
): Promise<Outcome> {
  const transport = openTransport(Mail.parse(mail), "shepherd", state);
  t.after(() => transport[Symbol.asyncDispose]());
  return transport.send(compose(one, { name: "shepherd", now: now() }), one.to, parcelKey(one));
}

const later = (outcome: Outcome): string =>
  outcome.kind === "refused-for-now" ? outcome.whose : outcome.kind;

test("a mail of 128 KiB with lines of 20,000 characters arrives as it was, in lines that every server takes", async (t) => {
  const server = await smtp(t);
  const line = `${"0123456789 äöü€🐑 ".repeat(1200)}.`.slice(0, 20_000);
  const stderr = `.\n..\nFrom me\n${line}\n${line}`.slice(0, 43_000);
  const stdout = `${"x".repeat(20_000)}\n`.repeat(3).slice(0, 60_000);
  const one = parcel(notice({ bark: bark({ content: { ...bark().content, stderr, stdout } }) }));
  assert.equal((await send(t, { uri: server.uri }, one)).kind, "accepted");
  const raw = server.letters[0]?.raw ?? Buffer.alloc(0);
  assert.ok(
    raw
      .toString("latin1")
      .split("\r\n")
      .every((row) => row.length <= 998 && /^[\t\x20-\x7e]*$/.test(row)),
  );
  const { text = "" } = await simpleParser(raw);
  assert.ok(text.includes(`--- stderr ---\n${stderr}\n--- end of stderr ---`));
  assert.ok(text.includes(`--- stdout ---\n${stdout.trimEnd()}\n--- end of stdout ---`));
});

test("the envelope has the one recipient and the plain sender, whoever else is told", async (t) => {
  const server = await smtp(t);
  const one = parcel(notice({ everyone: ["root", "b@x.org", "c@x.org"] }));
  await send(t, { uri: server.uri }, one);
  assert.deepEqual(
    server.letters.map(({ from, to }) => ({ from, to })),
    [{ from: "sheepdog@shepherd", to: ["root@shepherd"] }],
  );
});

test("5xx for the recipient or the text is final; 4xx, a greylist and a cut line are not", async (t) => {
  const server = await smtp(t);
  const { manners } = server;
  manners.recipient = () => ({ code: 550, text: "5.1.1 no such user" });
  assert.deepEqual(await send(t, { uri: server.uri }), {
    kind: "refused",
    reason: "550 5.1.1 no such user (to RCPT TO)",
  });
  manners.recipient = () => ({ code: 451, text: "4.7.1 greylisted" });
  assert.deepEqual(await send(t, { uri: server.uri }), {
    kind: "refused-for-now",
    reason: "451 4.7.1 greylisted (to RCPT TO)",
    whose: "letter",
  });
  delete manners.recipient;
  manners.data = () => ({ code: 554, text: "looks like spam" });
  assert.equal((await send(t, { uri: server.uri })).kind, "refused");
  manners.data = () => ({ code: 452, text: "no room" });
  assert.equal(later(await send(t, { uri: server.uri })), "letter");
  manners.data = () => "cut";
  assert.equal(later(await send(t, { uri: server.uri })), "connection");
  manners.sender = () => ({ code: 553, text: "sender not allowed" });
  assert.equal(later(await send(t, { uri: server.uri })), "server");
  manners.sender = () => ({ code: 421, text: "going down" });
  assert.equal(later(await send(t, { uri: server.uri })), "server");
  assert.equal(server.letters.length, 0);
});

test("a server that is away, or is none, is no fault of the letter", async (t) => {
  const server = await smtp(t);
  await server.stop();
  const away = await send(t, { uri: server.uri });
  assert.equal(later(away), "server");
  assert.match(away.kind === "refused-for-now" ? away.reason : "", /ECONNREFUSED/);
  const web = createServer((socket: Socket) =>
    socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  );
  t.after(() => web.close());
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  assert.equal(
    later(await send(t, { uri: `smtp://127.0.0.1:${(web.address() as AddressInfo).port}` })),
    "server",
  );
});

test("a wrong SMTP password is our fault, not the address's, and is never said back", async (t) => {
  const server = await smtp(t, { login: { user: "dog", password: "right" } });
  const uri = `smtp://dog:wr%40ng-secret@127.0.0.1:${server.port}`;
  const outcome = await send(t, { uri });
  assert.equal(later(outcome), "server");
  const said = JSON.stringify(outcome);
  assert.match(said, /535/);
  assert.doesNotMatch(said, /wr@ng-secret|wr%40ng/);
});

test("the password may come from a file of mode 0600", async (t) => {
  const server = await smtp(t, { login: { user: "dog", password: "right" } });
  const secret = join(folder(t), "smtp");
  writeFileSync(secret, "right\n", { mode: 0o600 });
  assert.equal((await send(t, { uri: `smtp://dog@127.0.0.1:${server.port}`, secret })).kind, "accepted");
  assert.equal(server.letters[0]?.user, "dog");
});

test("a server that forgot to offer a login is not asked to relay for a stranger", async (t) => {
  const server = await smtp(t, { recipient: () => ({ code: 550, text: "relaying denied" }) });
  assert.equal(later(await send(t, { uri: `smtp://dog:right@127.0.0.1:${server.port}` })), "server");
});

test("settings that cannot work are refused at once, without the password, and say what to do", (t) => {
  const refused = (mail: object): string => {
    try {
      openTransport(Mail.parse(mail), "shepherd", folder(t));
    } catch (error) {
      return explain(error);
    }
    return "opened";
  };
  assert.match(
    refused({ uri: "smtp://dog:s3cret@mail.example.org", starttls: "never" }),
    /in the clear: set mail\.starttls/,
  );
  assert.match(
    refused({ uri: "smtp://dog@mail.example.org" }),
    /no password: put it into the file that mail\.secret names/,
  );
  assert.doesNotMatch(refused({ uri: "smtp://dog:s3cret@mail.example.org", starttls: "never" }), /s3cret/);
});

test("STARTTLS is used where it is offered; a certificate nobody signed will do unless TLS is a must", async (t) => {
  const server = await smtp(t, { tls: { ...certificate(t), from: "starttls" } });
  assert.equal((await send(t, { uri: server.uri })).kind, "accepted");
  assert.equal(server.letters[0]?.secure, true);
  const must = await send(t, { uri: server.uri, starttls: "must" });
  assert.equal(later(must), "server");
  assert.match(must.kind === "refused-for-now" ? must.reason : "", /self-signed/);
  assert.equal((await send(t, { uri: server.uri, starttls: "never" })).kind, "accepted");
  assert.equal(server.letters[1]?.secure, false);
});

test("where TLS is a must and not offered, nothing is sent", async (t) => {
  const server = await smtp(t);
  assert.equal(later(await send(t, { uri: server.uri, starttls: "must" })), "server");
  assert.equal(server.letters.length, 0);
});

test("smtps:// does not talk to a server with a certificate that nobody signed", async (t) => {
  const server = await smtp(t, { tls: { ...certificate(t), from: "start" } });
  const outcome = await send(t, { uri: server.uri });
  assert.match(
    outcome.kind === "refused-for-now" ? `${outcome.whose}: ${outcome.reason}` : outcome.kind,
    /^(server|connection): .*self-signed/,
  );
});

test("with nothing configured a mail is one file that a mail reader opens, and only its owner", async (t) => {
  const state = folder(t);
  const one = parcel();
  const outcome = await send(t, {}, one, state);
  await send(t, {}, one, state);
  const names = readdirSync(join(state, "mail"));
  assert.equal(names.length, 1, "the same notice twice is one file");
  const file = join(state, "mail", names[0] ?? "");
  assert.deepEqual(outcome, { kind: "accepted", said: file });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(state, "mail")).mode & 0o777, 0o700);
  assert.equal(
    (await simpleParser(readFileSync(file))).subject,
    "[fail] BORG-ETC on penguin2: exit 2 after 12s",
  );
});

test("a folder may be named, and one that cannot be written is no fault of the letter", async (t) => {
  const path = folder(t);
  assert.equal((await send(t, { uri: `file:${path}/out` })).kind, "accepted");
  assert.equal(readdirSync(join(path, "out")).length, 1);
  writeFileSync(join(path, "wall"), "");
  const outcome = await send(t, { uri: `file:${path}/wall` });
  assert.match(outcome.kind === "refused-for-now" ? outcome.reason : "", /cannot write .*EEXIST|ENOTDIR/);
});

test("sendmail gets the letter on stdin and the address as one argument, whatever it looks like", async (t) => {
  const path = folder(t);
  const program = join(path, "sendmail");
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${path}/args\ncat > ${path}/letter\nexit $(cat ${path}/code)\n`,
  );
  chmodSync(program, 0o755);
  const give = async (code: number, one = parcel()): Promise<Outcome> => {
    writeFileSync(join(path, "code"), String(code));
    return send(t, { uri: `sendmail:${program}` }, one);
  };
  assert.equal((await give(0, parcelTo("$(id)@x.org"))).kind, "accepted");
  assert.equal(readFileSync(join(path, "args"), "utf8"), "-i\n-f\nsheepdog@shepherd\n--\n$(id)@x.org\n");
  assert.doesNotMatch(readFileSync(join(path, "letter"), "latin1"), /\r/);
  assert.equal(later(await give(75)), "letter");
  assert.equal(later(await give(78)), "server");
  assert.equal((await give(67)).kind, "refused");
  assert.equal(later(await send(t, { uri: "sendmail:/nowhere/sendmail" })), "server");
});

test("in a sandbox where sendmail gets no rights, no letter is given up for that, and the cure is named", async (t) => {
  const path = folder(t);
  const program = join(path, "sendmail");
  writeFileSync(program, `#!/bin/sh\ncat >/dev/null\necho 'no such file' >&2\nexit $(cat ${path}/code)\n`);
  chmodSync(program, 0o755);
  const give = async (code: number, at = program): Promise<Outcome> => {
    writeFileSync(join(path, "code"), String(code));
    const letter = compose(parcel(), { name: "shepherd", now: now() });
    return openSendmail(at, true).send(letter, "ops@example.org", "key");
  };
  assert.equal((await give(0)).kind, "accepted");
  for (const code of [1, 66, 69, 75, 78]) {
    const outcome = await give(code);
    assert.equal(later(outcome), "server", `exit ${code}`);
    const reason = outcome.kind === "refused-for-now" ? outcome.reason : "";
    assert.match(reason, /sandbox.* set uri = "smtp:\/\/localhost" in \[mail\]: no such file$/);
  }
  assert.match(JSON.stringify(await give(0, "/nowhere/sendmail")), /ENOENT.*smtp:\/\/localhost/);
  assert.equal((await give(67)).kind, "refused", "an unknown user is one anywhere");
});

test("what sendmail cannot even be asked is an outcome too", async () => {
  const outcome = await openSendmail("/bin/true").send(
    compose(parcel(), { name: "shepherd", now: now() }),
    "a\0b",
    "key",
  );
  assert.equal(later(outcome), "connection");
  assert.match(JSON.stringify(outcome), /cannot hand the letter to \/bin\/true/);
});

test("a server that repeats our login, in whatever form it was sent, is not quoted", () => {
  const login = { user: "dog", password: "hunter2" };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  for (const form of ["hunter2", base64("hunter2"), base64("\0dog\0hunter2")]) {
    const response = `535 5.7.8 cannot believe ${form}`;
    const outcome = judge(Object.assign(new Error("refused"), { code: "EAUTH", response }), login);
    assert.equal(JSON.stringify(outcome).includes(form), false, form);
    assert.match(JSON.stringify(outcome), /cannot believe \*\*\*/);
  }
});

/** A certificate that nobody signed, for 127.0.0.1. */
function certificate(t: TestContext): { readonly key: string; readonly cert: string } {
  const path = folder(t);
  const [key, cert] = [join(path, "key.pem"), join(path, "cert.pem")];
  const line = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`;
  execFileSync("openssl", line.split(" "), { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}
