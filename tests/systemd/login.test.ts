import assert from "node:assert/strict";
import { test } from "node:test";
import { signOf } from "../../src/systemd/login.ts";

const dovecot = (MESSAGE: string) =>
  signOf({ _UID: "0", _SYSTEMD_UNIT: "dovecot.service", SYSLOG_IDENTIFIER: "dovecot", MESSAGE });
const postfix = (MESSAGE: string) =>
  signOf({ _UID: "101", _SYSTEMD_UNIT: "postfix@-.service", SYSLOG_IDENTIFIER: "postfix/smtpd", MESSAGE });
const failed = (address: string, count = 1) => ({ address, kind: "failed", count });

// Lines as dovecot 2.2 to 2.4 and postfix write them, with addresses for documentation.
for (const [version, line, sign] of [
  [
    "2.2",
    "imap-login: Disconnected (auth failed, 2 attempts): user=<bob>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.1, TLS",
    failed("192.0.2.1", 2),
  ],
  [
    "2.2, ended by the server",
    "imap-login: Disconnected (auth failed, 1 attempts): method=PLAIN, rip=192.0.2.2, lip=198.51.100.1, TLS: Disconnected",
    failed("192.0.2.2"),
  ],
  [
    "2.2, without a word",
    "pop3-login: Disconnected: Inactivity (auth failed, 1 attempts): user=<info>, method=PLAIN, rip=192.0.2.3, lip=198.51.100.1",
    failed("192.0.2.3"),
  ],
  [
    "2.3",
    "pop3-login: Aborted login (auth failed, 1 attempts in 17 secs): user=<test>, method=PLAIN, rip=192.0.2.4, lip=198.51.100.1, session=<YADINsQCDs5BH8Pg>",
    failed("192.0.2.4"),
  ],
  [
    "2.3, its own log",
    "imap-login: Info: Aborted login (auth failed, 1 attempts): user=<ann@example.org>, method=CRAM-MD5, rip=192.0.2.5, lip=198.51.100.1, TLS",
    failed("192.0.2.5"),
  ],
  [
    "2.3, TLS that broke",
    "imap-login: Disconnected: Connection closed: SSL_read() failed: error:0A000126 (auth failed, 3 attempts in 9 secs): user=<x>, method=PLAIN, rip=2001:db8::7, lip=2001:db8::1, TLS, session=<a>",
    failed("2001:db8::7", 3),
  ],
  [
    "2.4",
    "imap-login: Login aborted: Connection closed (auth failed, 3 attempts in 15 secs) (auth_failed): user=<eft>, method=PLAIN, rip=192.0.2.6, lip=198.51.100.1, TLS, session=<25Nw4GQ3Ms9QM7WQ>",
    failed("192.0.2.6", 3),
  ],
  [
    "2.4, submission",
    "submission-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): user=<test@example.org>, rip=192.0.2.7, lip=198.51.100.1",
    failed("192.0.2.7"),
  ],
] as const)
  test(`a failed login at dovecot ${version} counts for the address it came from`, () =>
    assert.deepEqual(dovecot(line), sign));

for (const line of [
  "pop3-login: Disconnected (no auth attempts in 58 secs): user=<>, rip=192.0.2.8, lip=198.51.100.1, session=<LgDINsQCkttVIMPg>",
  "pop3-login: Aborted login (tried to use disabled plaintext auth): rip=192.0.2.8, lip=198.51.100.1",
  "imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.8, lip=198.51.100.1, mpid=7, TLS, session=<x>",
])
  test(`what is no failed login at dovecot does not count: ${line.slice(0, 45)}`, () =>
    assert.equal(dovecot(line), undefined));

for (const [what, line, sign] of [
  [
    "LOGIN",
    "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=info",
    failed("192.0.2.9"),
  ],
  [
    "PLAIN",
    "warning: host.example[192.0.2.10]: SASL PLAIN authentication failed: authentication failure",
    failed("192.0.2.10"),
  ],
  [
    "CRAM-MD5 by IPv6",
    "warning: unknown[2001:db8::9]: SASL CRAM-MD5 authentication failed: (reason unavailable), sasl_username=x",
    failed("2001:db8::9"),
  ],
] as const)
  test(`a failed ${what} at postfix counts for the address it came from`, () =>
    assert.deepEqual(postfix(line), sign));

for (const line of [
  "NOQUEUE: reject: RCPT from a.example[192.0.2.11]: 554 5.7.1 <b@example.org>: Relay access denied; from=<a@example.org>",
  "warning: unknown[unknown]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
  "disconnect from unknown[192.0.2.11] ehlo=1 auth=0/1 commands=1/2",
])
  test(`what is no failed login at postfix does not count: ${line.slice(0, 45)}`, () =>
    assert.equal(postfix(line), undefined));

test("an attempt at dovecot that PAM tells of as well counts once", () => {
  const line =
    "pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=web rhost=192.0.2.13";
  assert.equal(dovecot(line), undefined);
});

test("whoever logs in cannot put the blame on another address by the name he gives", () => {
  const name = "x>, method=PLAIN, rip=198.51.100.9, lip=198.51.100.1, session=<y";
  const line = `imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<${name}>, method=PLAIN, rip=192.0.2.12, lip=198.51.100.1, session=<z>`;
  assert.deepEqual(dovecot(line), failed("192.0.2.12"));
});

test("what a user has a mail server run is not taken for its own word", () => {
  const MESSAGE = "warning: unknown[198.51.100.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6";
  assert.equal(signOf({ _UID: "1000", _SYSTEMD_UNIT: "postfix@-.service", MESSAGE }), undefined);
  assert.equal(signOf({ _UID: "0", _SYSTEMD_UNIT: "another.service", MESSAGE }), undefined);
});
