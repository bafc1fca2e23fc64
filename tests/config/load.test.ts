import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { recipients } from "../../src/policy/recipients.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "./folder.ts";

/** What a user is told, without the name of the folder. */
function told(file: string): string {
  try {
    loadConfig(file, {});
    return "ok";
  } catch (error) {
    return explain(error).replaceAll(file, "FILE");
  }
}

test("without a file, or with an empty one, the defaults hold", (t) => {
  const { path, write } = folder(t);
  const nothing = loadConfig(undefined, { HOME: path });
  for (const content of [
    "",
    "\n\n",
    "\uFEFF",
    "\uFEFF\r\n",
    "# nothing\n",
    "; nothing",
    "{}",
    "(config)",
    "()",
  ])
    assert.deepEqual(loadConfig(write("c", content), {}).config, nothing.config, JSON.stringify(content));
  assert.equal(nothing.config.grace, 10);
  assert.equal(nothing.config.redis, undefined);
});

test("the content decides about the form, whatever the name", (t) => {
  const { write } = folder(t);
  const forms = [
    '[redis]\nhost = "nas"',
    '\uFEFF# a comment\r\n[redis]\r\nhost = "nas"\r\n',
    '\n {"redis": {"host": "nas"}}',
    '; mine\r\n (config (redis (host "nas")))',
    '#| mine |# (config (redis . ((host . "nas"))))',
    "'(config (redis (host nas)))",
  ];
  for (const name of ["c.toml", "c.json", "c.scm", "c"])
    for (const form of forms) assert.equal(loadConfig(write(name, form), {}).config.redis?.host, "nas", form);
});

test("all problems are told at once, with line, key and remedy, in the order of the file", (t) => {
  const { write } = folder(t);
  const toml = `hosst = "x"
capture = 1
[redis]
port = "6379"
sentinels = [
  "a:1",
  "b",
]
timeout = "soon"
to = "x"
[mail]
starttls = "perhaps"
to = "not an address;"
`;
  assert.equal(
    told(write("c", toml)),
    `FILE:1: hosst: is no key; did you mean host?
FILE:2: capture: must be 1024 or more
FILE:4: redis.port: must be a number
FILE:7: redis.sentinels[1]: host:port is needed
FILE:9: redis.timeout: a span such as "30s", "2h" or "1d" is needed, at least "100ms" and at most "30s"
FILE:10: redis.to: is no key; did you mean mail.to?
FILE:12: mail.starttls: must be one of "may", "must", "never"
FILE:13: mail.to: an address such as ops@example.org is needed, or several; no quotes, no ! or %, and a name in place of [10.0.0.1]`,
  );
});

test("the line is told in every form", (t) => {
  const { write } = folder(t);
  const forms = [
    "\n[redis]\n\nport = 0",
    '\nname = "a"\n\nredis.port = 0',
    '\nredact = ["""]\n\n"""]\nredis = { host = "}", port = 0 }',
    'redact = [ # ]\n  "]", \'[[]\',\n]\n  "redis" . port = 0',
    '{\n"redis": {"host":\n"nas",\n"port": 0}}',
    '(config\n (redis (host "nas")\n\n (port 0)))',
    '(config\n\n#| x\n|# (host . "nas") (port . 0))',
  ];
  for (const form of forms)
    assert.match(told(write("c", form)), /^FILE:[45]: (redis\.)?port: must be 1 or more$/, form);
  const lines = forms.map((form) => form.slice(0, form.search(/port\W+0/)).split("\n").length);
  for (const [index, form] of forms.entries())
    assert.ok(told(write("c", form)).startsWith(`FILE:${lines[index]}:`), form);
});

test("a mistake in the syntax is told with line and column", (t) => {
  const { write } = folder(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['name = "a\n', /^FILE:1:\d+: .*close the quotes/],
    ["\nname = nas", /^FILE:2:8: invalid value; text stands in "quotes"/],
    ['name = "a"\nname = "b"', /^FILE:2:1: trying to redefine an already defined.*keep one/],
    ['{"name": "a",}', /^FILE:1:14: .*no comma/],
    ['{"name": nas}', /^FILE:1:10: a value is needed/],
    ['{"name": "a"\n "capture": 1}', /^FILE:2:2: a , or } is needed/],
    ['{"name": "a", "name": "b"}', /^FILE:1:15: this key stands twice/],
    ['{"name": 01}', /^FILE:1:10: a value/],
    ['{"name": "a', /^FILE:1:10: this text is not closed/],
    ['{"name": "a"', /^FILE:1:1: this \{ is never closed/],
    ['{"name": "a"}}', /^FILE:1:14: there is text after the end/],
    ["{".padEnd(4, " "), /^FILE:1:5: .*"key" in double quotes/],
  ];
  for (const [text, expected] of cases) assert.match(told(write("c", text)), expected, text);
});

test("a key that is no key is answered with what may be meant", (t) => {
  const { write } = folder(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ["[redsi]", /did you mean redis\?/],
    ["mail_to = 'x'", /did you mean mail\.to\?|did you mean mailto\?/],
    ["redis-host = 'x'", /did you mean redis\.host\?/],
    ["sentinels = []", /did you mean redis\.sentinels\?/],
    ["[mail]\nzzzzzz = 1", /known here are to, from, uri/],
    ['"a\\u001b[31mb" = 1', /a\\e\[31mb: is no key/],
    ["__proto__ = 1", /__proto__: is no key/],
    ["[constructor]\nname = 1", /constructor: is no key/],
  ];
  for (const [text, expected] of cases) assert.match(told(write("c", text)), expected, text);
  assert.match(told(write("c", '{"__proto__": {"name": "x"}}')), /__proto__: is no key/);
});

test("the older spellings are understood in every form, and never beside the new ones", (t) => {
  const { write } = folder(t);
  const forms = [
    'host = "nas"\nport = 7\nmailto = "a@x b@x"\nmailfrom = "me@x"\nmailer-uri = "smtp://x"',
    '{"host":"nas","port":7,"mailto":["a@x","b@x"],"mailfrom":"me@x","mailer-uri":"smtp://x"}',
    '(config (host "nas") (port 7) (mailto . "a@x,b@x") (mailfrom "me@x") (mailer-uri "smtp://x"))',
  ];
  for (const form of forms) {
    const { redis, mail } = loadConfig(write("c", form), {}).config;
    assert.deepEqual(
      [redis?.host, redis?.port, mail.to, mail.from, mail.uri],
      ["nas", 7, ["a@x", "b@x"], "me@x", "smtp://x"],
    );
  }
  assert.equal(
    told(write("c", 'mailto = "a@x"\n\n[mail]\nto = "b@x"')),
    "FILE:1: mailto: is the older spelling of mail.to, which is given too; keep one (it is on line 4)",
  );
  assert.match(told(write("c", "\nport = 0")), /^FILE:2: port: must be 1 or more$/);
  assert.match(told(write("c", 'host = "x"\nredis = 1')), /^FILE:2: redis: must be a table/);
});

test("values that only look right are refused", (t) => {
  const { write } = folder(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ["redis.port = 6379.5", /must be a whole number/],
    ["redis.port = 65536", /65535 or less/],
    ["redis.tls = 'yes'", /redis\.tls: must be true or false/],
    ["redis.cert = '/x'", /redis\.cert: needs its `key`/],
    ["redis.secret = 'x'", /absolute path/],
    [
      "redis.password = 'x'\nredis.secret = '/x'",
      /^FILE:1: redis\.password: is given beside `secret`; keep one/,
    ],
    ["redact = '('", /regular expression/],
    ["grace = '60d'", /at most "1h"/],
    ["grace = '-1s'", /a span/],
    ["redis.timeout = '0s'", /at least "100ms"/],
    ["redis.timeout = '31s'", /at most "30s"/],
    ["mail.retry = '0'", /at least "1min"/],
    ["capture = 131073", /131072 or less/],
    ["grace = 3", /a span/],
    ["mail.uri = 'http://x'", /smtp:\/\/user@host:587/],
    ["mail.uri = 'smtp://me:a#b@x'", /%23/],
    ['mail.to = "a@x\\r\\nBcc: b@x"', /mail\.to: an address/],
    ["mail.to = 'ops@[10.0.0.1]'", /mail\.to: an address .* a name in place of \[10\.0\.0\.1\]/],
    ["mail.to = 'ops@x.org -oQ/tmp'", /mail\.to: an address/],
    ["mail.from = 'the ops team'", /mail\.from: one address such as/],
    ["mail.from = 'Ops <a@x.org> <b@x.org>'", /mail\.from: one address such as/],
    ['mail.from = "a@x\\r\\nBcc: b@x"', /control characters/],
    ["name = ''", /must not be empty/],
    ["name = 2026-01-01", /name: must be text/],
    ["mail = []", /mail: must be a table/],
  ];
  for (const [text, expected] of cases) assert.match(told(write("c", text)), expected, text);
});

test("the shortest and the longest span and the largest capture are accepted", (t) => {
  const { write } = folder(t);
  const { config } = loadConfig(
    write("c", "capture = 131072\ngrace = '0s'\nredis.timeout = '100ms'\nmail.retry = '1min'"),
    {},
  );
  assert.deepEqual(
    [config.capture, config.grace, config.redis?.timeout, config.mail.retry],
    [131_072, 0, 0.1, 60],
  );
  assert.equal(told(write("c", "redis.timeout = '30s'\nmail.retry = '30d'\ngrace = '1h'")), "ok");
});

test("whom the configuration accepts can be mailed to", (t) => {
  const { write } = folder(t);
  for (const one of [
    "root",
    "o'brien@x.org",
    "a.b+c@x-y.org",
    "björn@bücher.example",
    "-t",
    "a@x..org",
    "a@[::1]",
  ]) {
    const accepted = told(write("c", `mail.to = [${JSON.stringify(one)}]`)) === "ok";
    assert.equal(
      accepted,
      recipients({ mailto: [one] }, { to: ["nobody"], allow: ["*"] }).to[0] === one,
      one,
    );
  }
  assert.equal(told(write("c", "mail.from = 'Ops, the team <ops@x.org>'")), "ok");
});

test("a file that is none, is unreadable, too long or not UTF-8 is refused with the cure", (t) => {
  const { path, write } = folder(t);
  assert.match(told(path), /cannot read .*EISDIR.*it is a folder/);
  assert.match(
    told(write("c", "#".repeat(10 * 1024 * 1024))),
    /longer than 1048576 bytes: name the right file/,
  );
  assert.match(
    told(write("c", Buffer.from('# a\nname = "\xff"', "latin1"))),
    /^FILE:2:9: not UTF-8; save the file as UTF-8/,
  );
  assert.match(told(write("c", Buffer.from("\ufeffname = 'x'", "utf16le"))), /not UTF-8/);
  if (process.getuid?.() !== 0) assert.match(told(write("c", "", 0)), /EACCES.*let this user read it/);
  assert.equal(told("/dev/null"), "ok");
});

test("hostile files end in a clear error, soon", (t) => {
  const { write } = folder(t);
  const million = 1024 * 1024 - 64;
  const texts = [
    "[",
    "{",
    "(",
    "'",
    "a.",
    "[[",
    '{"a":',
    "((",
    "#|",
    "#;",
    "a=[",
    '"',
    "a={",
    "\\",
    '"""',
    ";\n",
    "\0",
    '("',
    "(a . ",
  ];
  for (const piece of texts) {
    const text = piece.repeat(Math.floor(million / piece.length));
    for (const start of ["", "(", "{", "a = ["])
      assert.match(told(write("c", start + text)), /^ok$|^FILE:\d+/, `${start}${piece}…`);
  }
  // Right syntax, and long: the lines are looked for in all of it.
  const long = `redact = ["${"a".repeat(million)}"]\nx = 1`;
  assert.match(told(write("c", long)), /^FILE:2: x: is no key/);
  assert.match(
    told(write("c", `redact = [\n${'"a",\n'.repeat(100_000)}]\nx = 1`)),
    /^FILE:100003: x: is no key/,
  );
});

test("a file that holds a password and may be read by others is refused", (t) => {
  const { write } = folder(t);
  const uri = "mailer-uri = 'smtp://me:hunter2@x'";
  for (const mode of [0o644, 0o640, 0o604, 0o620])
    assert.match(
      told(write("c", "redis.password = 'hunter2'", mode)),
      /may be read by others \(mode 06\d\d\) and holds redis\.password: run `chmod 600 FILE`, or move the secret .*redis\.secret/,
    );
  assert.match(told(write("c", uri, 0o644)), /holds mail\.uri: .*mail\.secret/);
  assert.equal(told(write("c", `${uri}\nredis.password = 'hunter2'`, 0o600)), "ok");
  assert.equal(told(write("c", uri, 0o400)), "ok");
  assert.equal(told(write("c", "mail.uri = 'smtp://me@x:587'\nredis.secret = '/x'", 0o644)), "ok");
});

test("no mistake makes an error quote a password", (t) => {
  const { write } = folder(t);
  const secret = "hunter2";
  const texts = [
    `redis.password = ${secret}`,
    `redis.password = "${secret}`,
    `redis.password = '${secret}' x`,
    `redis.password = "${secret}\\q"`,
    `redis.password = ["${secret}"]`,
    `redis.password = 1${secret}`,
    `redis.password "${secret}"`,
    `mail.uri = "smtp://me:${secret}@"`,
    `mail.uri = "x://me:${secret}@x"`,
    `password = "${secret}"`,
    `mail.secret = "${secret}"`,
    `mail.starttls = "${secret}"`,
    `redact = ["(${secret}"]`,
    `redis.sentinels = "${secret}"`,
    `redis.timeout = "${secret}"`,
    `mail.to = "<${secret}>"`,
    `redis.prefix = "$${secret}"`,
    `{"redis": {"password": ${secret}}}`,
    `{"redis": {"password": "${secret}}`,
    `{"redis": {"password": "${secret}" x}}`,
    `{"redis": {"password": {"${secret}": 1}}}`,
    `(config (redis (password ${secret}`,
    `(config (redis (password "${secret})))`,
    `(config (redis (password "${secret}" . 1)))`,
    `(config (redis (password "${secret}\\q")))`,
    `(config (redis (password #${secret})))`,
    `(config (redis (password (${secret} 1))))`,
    `(config (redis (password "a" "${secret}")))`,
    `(config (password . ("${secret}" . "${secret}")))`,
    `(${secret} "x" . 1)`,
  ];
  for (const text of texts) {
    const said = told(write("c", text));
    assert.notEqual(said, "ok", text);
    assert.doesNotMatch(said, /hunter2/, text);
  }
});
