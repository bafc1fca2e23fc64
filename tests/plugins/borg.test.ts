import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import borg from "../../src/plugins/borg.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";

/** A real repository with a passphrase that has an end nobody should see. */
function repository(t: TestContext, { encryption = "repokey" } = {}) {
  const home = folder(t);
  const path = join(home, "repository");
  const secret = join(home, "secret");
  writeFileSync(secret, "s3cret\n", { mode: 0o600 });
  const environment = {
    ...process.env,
    HOME: home,
    BORG_BASE_DIR: home,
    BORG_PASSPHRASE: "s3cret",
    TZ: "UTC",
  };
  const call = (...words: readonly string[]) =>
    execFileSync("borg", words, { env: environment, cwd: home, stdio: "pipe" });
  call("init", "-e", encryption, path);
  process.env["CACHE_DIRECTORY"] = join(home, "cache");
  t.after(() => delete process.env["CACHE_DIRECTORY"]);
  return {
    home,
    path,
    secret,
    environment,
    /** @param hours  ago */
    backup: (name: string, bytes: number, hours = 0): void => {
      writeFileSync(join(home, "file"), "x".repeat(bytes));
      const stamp = new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19);
      call("create", "--timestamp", stamp, `${path}::${name}`, "file");
    },
  };
}

test("a new archive is fine, with its age and size", async (t) => {
  const { path, secret, backup } = repository(t);
  backup("web-1", 10_000, 27);
  backup("web-2", 12_000, 3);
  const bark = await reading(borg, { repository: path, secret });
  assert.match(bark.summary, /^the newest backup in \/.*, web-2, is 3h[ \ds]* old and has 11\.7KiB$/);
  assert.equal(bark.level, "ok");
  assert.match(JSON.stringify(bark.facts), /^\[\["backup","[^"]+","web-2","\d{4}-\d\d-\d\dT\d\d:\d\dZ"\]\]$/);
  assert.doesNotMatch(JSON.stringify(bark), /s3cret/);
});

test("an old archive is a warning, a very old one trouble", async (t) => {
  const { path, secret, backup } = repository(t);
  backup("a", 10, 30);
  assert.equal((await reading(borg, { repository: path, secret })).level, "warning");
  assert.equal((await reading(borg, { repository: path, secret, fail: "29h" })).level, "fail");
});

test("an archive that has shrunk is a warning, and its size is asked for once", async (t) => {
  const { path, secret, backup } = repository(t);
  backup("a", 100_000, 2);
  backup("b", 10_000, 1);
  const first = await reading(borg, { repository: path, secret });
  assert.equal(first.level, "warning");
  assert.match(first.summary, /, b, is 90% smaller than the one before \(9\.77KiB, 97\.7KiB\)$/);
  const before = {
    sizes: Object.fromEntries(Object.keys((first.remember as { sizes: object }).sizes).map((id) => [id, 5])),
  };
  assert.match((await reading(borg, { repository: path, secret }, { before })).summary, /has 5B$/);
});

test("only the archives that are meant count", async (t) => {
  const { path, secret, backup } = repository(t);
  backup("web-1", 10, 30);
  backup("db-1", 10, 1);
  const { level, facts } = await reading(borg, { repository: path, secret, archives: "web-*" });
  assert.deepEqual([level, facts?.[0]?.[2]], ["warning", "web-1"]);
});

test("a repository without any archive is trouble", async (t) => {
  const { path, secret } = repository(t);
  const { level, summary } = await reading(borg, { repository: path, secret });
  assert.deepEqual([level, summary], ["fail", `${path} holds no backup yet`]);
});

test("one that is not encrypted, or was moved, is read without a question", async (t) => {
  const { home, path, backup } = repository(t, { encryption: "none" });
  backup("a", 10);
  assert.equal((await reading(borg, { repository: path })).level, "ok");
  execFileSync("mv", [path, join(home, "moved")]);
  assert.equal((await reading(borg, { repository: join(home, "moved") })).level, "ok");
});

test("a wrong passphrase, or none, is unknown and says what to do", async (t) => {
  const { home, path } = repository(t);
  const wrong = join(home, "wrong");
  writeFileSync(wrong, "other", { mode: 0o600 });
  const bark = await reading(borg, { repository: path, secret: wrong });
  assert.deepEqual(
    [bark.level, bark.summary],
    ["unknown", `${path}: the passphrase is wrong: correct the file that \`secret\` names`],
  );
  const none = await reading(borg, { repository: path });
  assert.equal(none.summary, `${path}: the passphrase is wrong: name a file with it: \`secret\``);
});

test("a secret that others may read is refused", async (t) => {
  const { path, secret } = repository(t);
  chmodSync(secret, 0o644);
  const { level, summary } = await reading(borg, { repository: path, secret });
  assert.deepEqual([level, /may be read by others \(mode 0644\)/.test(summary)], ["unknown", true]);
});

test("a repository that is missing, or is none, is unknown", async (t) => {
  const { home } = repository(t);
  const missing = await reading(borg, { repository: join(home, "none") });
  assert.deepEqual(
    [missing.level, missing.summary],
    ["unknown", `${join(home, "none")}: there is no such repository: correct \`repository\``],
  );
  assert.match((await reading(borg, { repository: folder(t) })).summary, /is no repository of Borg/);
});

test("a repository that is locked is unknown, and stays locked", async (t) => {
  const { path, secret, backup, environment } = repository(t);
  backup("a", 10);
  const child = spawn("borg", ["with-lock", path, "sh", "-c", "echo locked; exec sleep 60"], {
    env: environment,
    detached: true,
  });
  t.after(() => process.kill(-(child.pid as number), "SIGTERM"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const { level, summary } = await reading(borg, { repository: path, secret });
  assert.equal(level, "unknown");
  assert.match(summary, /: it is locked: a backup may be running; else see `borg break-lock`$/);
});

test("a passphrase may stand among the variables in a file, and `secret` counts more", async (t) => {
  const { home, path, secret, backup } = repository(t);
  backup("web-1", 10);
  const environment = join(home, "environment");
  writeFileSync(environment, "BORG_PASSPHRASE=s3cret\n", { mode: 0o600 });
  assert.equal((await reading(borg, { repository: path, environment })).level, "ok");
  writeFileSync(environment, "BORG_PASSPHRASE=other\n");
  assert.match((await reading(borg, { repository: path, environment })).summary, /the passphrase is wrong/);
  assert.equal((await reading(borg, { repository: path, environment, secret })).level, "ok");
});
