import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { redisPassword } from "../../src/config/password.ts";
import { secret } from "../../src/config/secret.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "./folder.ts";

function told(file: string): string {
  try {
    return `read ${String(secret("redis", file, {}))}`;
  } catch (error) {
    return explain(error);
  }
}

test("a secret is read from its own file, without the newline at its end", (t) => {
  const { write } = folder(t);
  assert.equal(secret("redis", write("s", "hun ter2 \n"), {}), "hun ter2 ");
  assert.equal(secret("redis", write("s", "hunter2\r\n", 0o400), {}), "hunter2");
  assert.equal(secret("redis", write("s", "hunter2\n\n"), {}), "hunter2\n");
});

test("a secret that others may read is refused with the cure", (t) => {
  const { write } = folder(t);
  for (const mode of [0o644, 0o640, 0o604, 0o610, 0o602]) {
    const file = write("s", "hunter2", mode);
    assert.equal(
      told(file),
      `the secret ${file} may be read by others (mode 0${mode.toString(8)}): run \`chmod 600 ${file}\``,
    );
  }
});

test("a secret that is absent, empty, too long or no file is refused, and a pipe keeps nobody waiting", (t) => {
  const { path, write } = folder(t);
  assert.match(told(join(path, "absent")), /cannot read .*ENOENT.*correct its name/);
  assert.match(told(write("s", "\n")), /is empty: write the password into it/);
  assert.match(told(write("s", "x".repeat(5000))), /longer than 4096 bytes/);
  assert.match(told(path), /no regular file/);
  execFileSync("mkfifo", ["-m", "600", join(path, "pipe")]);
  assert.match(told(join(path, "pipe")), /no regular file/);
});

test("without a file the systemd credential is taken, whatever its mode, and without one there is none", (t) => {
  const { path, write } = folder(t);
  write("redis", "hunter2\n", 0o644);
  assert.equal(secret("redis", undefined, { CREDENTIALS_DIRECTORY: path }), "hunter2");
  assert.equal(secret("smtp", undefined, { CREDENTIALS_DIRECTORY: path }), undefined);
  assert.equal(secret("redis", undefined, {}), undefined);
  mkdirSync(join(path, "other"));
  assert.equal(secret("redis", write("other/s", "own"), { CREDENTIALS_DIRECTORY: path }), "own");
});

test("Redis' password is the one in the configuration or the one in the named file, else the credential", (t) => {
  const { path, write } = folder(t);
  write("redis", "credential");
  const environment = { CREDENTIALS_DIRECTORY: path };
  assert.equal(redisPassword({ password: "own" }, environment), "own");
  assert.equal(redisPassword({ secret: write("s", "filed") }, environment), "filed");
  assert.equal(redisPassword({}, environment), "credential");
  assert.equal(redisPassword({}, {}), undefined);
});
