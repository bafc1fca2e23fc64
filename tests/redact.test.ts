import assert from "node:assert/strict";
import { test } from "node:test";
import { redactor } from "../src/redact.ts";

const redact = redactor([]);

/** Each line: what a job gives away, and what leaves the machine. */
const SAID: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "a password given as an option is masked": [
    ["borg --password=hunter2 create", "borg --password=*** create"],
    ["borg --password hunter2 create", "borg --password *** create"],
    ["x --db-password 'hun ter2' y", "x --db-password '***' y"],
    ["x --api-key hunter2 --token=hunter2", "x --api-key *** --token=***"],
    ["mysql -u root -phunter2 shop", "mysql -u root -p*** shop"],
    ["mysqldump -p'hun ter2' shop | gzip -p9", "mysqldump -p'***' shop | gzip -p9"],
    ["redis-cli -h nas -a hunter2 ping", "redis-cli -h nas -a *** ping"],
    ["sshpass -p hunter2 ssh nas", "sshpass -p *** ssh nas"],
    ["curl -s -u me:hunter2 http://nas/", "curl -s -u me:*** http://nas/"],
    ["openssl rsa -passin pass:hunter2 -in k", "openssl rsa -passin pass:*** -in k"],
  ],
  "a password in an assignment is masked, with its quotes and blanks": [
    ["PASSWORD=hunter2 run", "PASSWORD=*** run"],
    ['PGPASSWORD="hun ter2" psql', 'PGPASSWORD="***" psql'],
    ["export BORG_PASSPHRASE='hun ter2'; borg", "export BORG_PASSPHRASE='***'; borg"],
    ["AWS_SECRET_ACCESS_KEY=hunter2", "AWS_SECRET_ACCESS_KEY=***"],
    [
      "GITLAB_TOKEN=hunter2 MY_API_KEY=hunter2 MYSQL_PWD=hunter2",
      "GITLAB_TOKEN=*** MY_API_KEY=*** MYSQL_PWD=***",
    ],
    ["PASSWORD=hun\\ ter2 run", "PASSWORD=*** run"],
    ["password = hunter2\nnext", "password = ***\nnext"],
    ["password: hunter2\nnext", "password: ***\nnext"],
    ['PASSWORD="hunter2 and no end\nnext', 'PASSWORD="***\nnext'],
  ],
  "a password whose quotes begin or end within the word is masked whole": [
    ['PASSWORD=ab"cd ef" run', "PASSWORD=*** run"],
    ["PASSWORD=ab'cd ef'gh run", "PASSWORD=*** run"],
    ['PASSWORD="ab cd"ef run', "PASSWORD=*** run"],
    ["mysql -p'it'\"'\"'s mine' shop", "mysql -p'***' shop"],
    ["PASSWORD='it'\\''s mine' run", "PASSWORD='***' run"],
    ["x --password \"ab\"'cd ef' y", "x --password *** y"],
    ['PASSWORD=ab"cd and no end\nnext', "PASSWORD=***\nnext"],
    ['sh -c "PASSWORD=hunter2" next', 'sh -c "PASSWORD=***" next'],
    ["sh -c 'PASSWORD=\"hun ter2\"' next", "sh -c 'PASSWORD=\"***\"' next"],
    ['{"cmd":"x --password=hunter2","next":"y"}', '{"cmd":"x --password=***","next":"y"}'],
    ['<a password="hunter2">next</a>', '<a password="***">next</a>'],
  ],
  "a password in JSON is masked, also in JSON within JSON": [
    ['{"password": "hun\\"ter2", "port": 1}', '{"password": "***", "port": 1}'],
    [
      '{"body": "{\\"password\\":\\"hunter2\\",\\"port\\":1}"}',
      '{"body": "{\\"password\\":\\"***\\",\\"port\\":1}"}',
    ],
    [":password => 'hunter2'", ":password => '***'"],
  ],
  "a password in a URL is masked, and the rest of the URL stays": [
    ["git clone https://me:hunter2@example.org/x.git", "git clone https://me:***@example.org/x.git"],
    ["redis://:hunter2@nas:6379/0", "redis://:***@nas:6379/0"],
    ["smtp://me:hun@ter2@nas", "smtp://me:***@nas"],
  ],
  "an Authorization header is masked": [
    ["Authorization: Bearer hunter2.x.y", "Authorization: Bearer ***"],
    [
      "curl -H 'authorization: Basic aHVudGVyMg==' http://nas",
      "curl -H 'authorization: Basic ***' http://nas",
    ],
  ],
  "keys known by their form are masked": [
    ["id AKIAIOSFODNN7EXAMPLE used", "id *** used"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "***"],
    [
      "a\n-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\nb",
      "a\n-----BEGIN OPENSSH PRIVATE KEY-----***-----END OPENSSH PRIVATE KEY-----\nb",
    ],
    [
      "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,00\n\nhunter2 and cut off",
      "-----BEGIN RSA PRIVATE KEY-----***",
    ],
    [
      "KEEP=me PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY----- run",
      "KEEP=me PRIVATE_KEY=-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY----- run",
    ],
    ["hunter2\n-----END PRIVATE KEY-----\nb", "***-----END PRIVATE KEY-----\nb"],
    [
      "-----BEGIN EC PRIVATE KEY-----\nhun\n-----END EC PRIVATE KEY-----\n[left out]\nter2\n-----END EC PRIVATE KEY-----",
      "-----BEGIN EC PRIVATE KEY-----***-----END EC PRIVATE KEY-----***-----END EC PRIVATE KEY-----",
    ],
  ],
};

for (const [title, lines] of Object.entries(SAID)) {
  test(title, () => {
    for (const [said, left] of lines) assert.equal(redact(said), left);
  });
}

test("what is masked once stays as it is when it is masked again", () => {
  for (const [, left] of Object.values(SAID).flat()) assert.equal(redact(left), left);
});

test("ordinary commands and output are left alone", () => {
  const innocent = [
    "tar -czf /tmp/pass.tgz -p /home && ls -la secrets/",
    "Unexpected token: ) at line 3; 12 tokens spent, max_tokens=12",
    "PWD=/home/me OLDPWD=/ RESTIC_PASSWORD_FILE=/etc/restic BORG_PASSCOMMAND=cat",
    "restic --password-file /etc/restic --password-command 'pass show restic'",
    "psql --password --username me",
    "http://nas:8080/a@2x.png ssh://me@nas:22/",
    "curl -u me http://nas; mkdir -p /x",
    "if (token == next) return;",
    "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----",
  ];
  for (const line of innocent) assert.equal(redact(line), line);
});

test("a pattern of the user's masks its match, or only its groups where it has some", () => {
  assert.equal(redactor(["cust-\\d+"])("for cust-123 and cust-4"), "for *** and ***");
  assert.equal(redactor(["iban=(\\w+) pin=(\\d+)"])("iban=DE00 pin=12 x"), "iban=*** pin=*** x");
  assert.equal(redactor(["a((b)c)|(d)"])("abc d"), "a*** ***");
  assert.equal(redactor(["x*"])("axxb"), "a***b");
});

test("no text can keep the masking busy", () => {
  const hostile = [
    "a",
    "-",
    "=",
    '"',
    "'",
    "\\",
    "://",
    ":",
    "/",
    " ",
    "\t",
    "\n",
    '\\"',
    'password="\\',
    "password=",
    "password:",
    'password\\"',
    '"password":',
    "password='",
    "--password ",
    "token",
    "token_file",
    "secret_",
    "pass",
    "_pass",
    "://a:b",
    "://a:",
    "a@",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n-",
    "-----END PRIVATE KEY-----",
    "-----END ",
    'password=a"',
    'password=a"\\',
    "password=a'b\"",
    "password='a'\\",
    'password="a"b',
    'password="\'"',
    'password=\\"x"',
    "password='\\'\"",
    'password=***"',
    "mysql ",
    "mysql -",
    "mysql -p",
    "curl -u ",
    "curl ; ",
    "redis-cli ",
    "sshpass -p",
    "openssl -passin ",
    "authorization: ",
    "authorization:",
    "AKIA",
    "ghp_",
    "xoxa-",
    "glpat-",
  ];
  redact(hostile.join(" ")); // the engine compiles a pattern when it is used first
  for (const piece of hostile) {
    // Four times as much may take four times as long, and twice that and a bit on a busy machine; not sixteen times.
    let [small, large] = [Infinity, Infinity];
    for (let tries = 0; tries < 10 && !(large < 8 * small + 20); tries++) {
      small = Math.min(small, spent(piece, 64 * 1024));
      large = Math.min(large, spent(piece, 256 * 1024));
    }
    const times = `${small.toFixed(1)} and ${large.toFixed(1)} ms`;
    assert.ok(large < 8 * small + 20, `${JSON.stringify(piece)} took ${times}`);
  }
});

/** Milliseconds to mask a text of so many characters. */
function spent(piece: string, size: number): number {
  const text = piece.repeat(Math.ceil(size / piece.length));
  const start = performance.now();
  redact(text);
  return performance.now() - start;
}

test("one mask does not swallow the name of the next secret", () => {
  const line =
    'Authorization: Bearer hunter1; mysql -phunter2; AWS_SECRET_ACCESS_KEY=hunter3; BORG_PASSPHRASE="hunter 4" false';
  assert.doesNotMatch(redactor([])(line), /hunter|[ "]4"/);
});

test("headers, short names of passwords, and keys that are known by their form", () => {
  for (const text of [
    "X-Api-Key: hunter2",
    "X-Auth-Token: hunter2",
    "PRIVATE-TOKEN: hunter2",
    "Cookie: session=hunter2",
    "PASS=hunter2",
    "DBPASS=hunter2",
    "REDISCLI_AUTH=hunter2",
    "ENCRYPTION_KEY=hunter2",
    "B2_ACCOUNT_KEY=hunter2",
    "https://hunter2hunter2hunter2@github.com/x",
    "sk_live_hunter2hunter2hunter2",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.hunter2hunter2",
    'Authorization: Digest username="a", response="hunter2"',
  ])
    assert.doesNotMatch(redactor([])(text), /hunter2/, text);
});
