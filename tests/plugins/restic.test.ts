import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import restic from "../../src/plugins/restic.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";
import { answering, web } from "../support/web.ts";

/** A real repository. */
function repository(t: TestContext) {
  const home = folder(t);
  const path = join(home, "repository");
  const secret = join(home, "secret");
  writeFileSync(secret, "s3cret\n", { mode: 0o600 });
  const call = (...words: readonly string[]) =>
    execFileSync("restic", ["-q", "-r", path, "--no-cache", ...words], {
      env: { ...process.env, RESTIC_PASSWORD: "s3cret", TZ: "UTC" },
      cwd: home,
      stdio: "pipe",
    });
  call("init");
  return {
    home,
    path,
    secret,
    /** @param hours  ago */
    backup: (bytes: number, hours = 0, host = "web"): void => {
      writeFileSync(join(home, "file"), "x".repeat(bytes));
      const stamp = new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
      call("backup", "--host", host, "--time", stamp, "file");
    },
  };
}

test("a new snapshot is fine, with its age and size", async (t) => {
  const { path, secret, backup } = repository(t);
  backup(10_000, 27);
  backup(12_000, 3);
  const bark = await reading(restic, { repository: path, secret });
  assert.match(bark.summary, / is 3h[ \ds]* old and has 11\.7KiB$/);
  assert.equal(bark.level, "ok");
  assert.match(
    JSON.stringify(bark.facts),
    /^\[\["backup","[^"]+","[0-9a-f]{8}","\d{4}-\d\d-\d\dT\d\d:\d\dZ"\]\]$/,
  );
  assert.doesNotMatch(JSON.stringify(bark), /s3cret/);
});

test("an old snapshot is a warning, a very old one trouble, one of another host is none", async (t) => {
  const { path, secret, backup } = repository(t);
  backup(10, 30);
  backup(10, 1, "db");
  assert.equal((await reading(restic, { repository: path, secret })).level, "ok");
  assert.equal((await reading(restic, { repository: path, secret, machine: "web" })).level, "warning");
  assert.equal(
    (await reading(restic, { repository: path, secret, machine: "web", fail: "29h" })).level,
    "fail",
  );
});

test("a snapshot that has shrunk is a warning, and its size is asked for once", async (t) => {
  const { path, secret, backup } = repository(t);
  backup(100_000, 2);
  backup(10_000, 1);
  const first = await reading(restic, { repository: path, secret });
  assert.equal(first.level, "warning");
  assert.match(first.summary, / is 90% smaller than the one before \(9\.77KiB, 97\.7KiB\)$/);
  assert.equal(Object.keys((first.remember as { sizes: object }).sizes).length, 2);
});

test("a repository without any snapshot is trouble", async (t) => {
  const { path, secret } = repository(t);
  const { level, summary } = await reading(restic, { repository: path, secret });
  assert.deepEqual([level, summary], ["fail", `${path} holds no backup yet`]);
});

test("a wrong password, or none, or no repository is unknown and says what to do", async (t) => {
  const { home, path } = repository(t);
  const wrong = join(home, "wrong");
  writeFileSync(wrong, "other", { mode: 0o600 });
  const said = async (settings: object) => {
    const { level, summary } = await reading(restic, settings as Record<string, unknown>);
    assert.equal(level, "unknown");
    return summary;
  };
  assert.equal(
    await said({ repository: path, secret: wrong }),
    `${path}: the password is wrong: correct the file that \`secret\` names`,
  );
  assert.equal(
    await said({ repository: path }),
    `${path}: the password is wrong: name a file with it: \`secret\``,
  );
  assert.equal(
    await said({ repository: join(home, "none"), secret: wrong }),
    `${join(home, "none")}: there is no such repository: correct \`repository\``,
  );
});

test("a repository that is locked is read all the same, and nothing is written to it", async (t) => {
  const { path, secret, backup } = repository(t);
  backup(10);
  const before = readdirSync(path, { recursive: true });
  writeFileSync(join(path, "locks", "0".repeat(64)), "");
  assert.equal((await reading(restic, { repository: path, secret })).level, "ok");
  assert.equal(readdirSync(path, { recursive: true }).length, before.length + 1);
});

test("what stands before the host of a repository is never told", async (t) => {
  const { secret } = repository(t);
  const bark = await reading(
    restic,
    { repository: "rest:http://shepherd:pa@ss@127.0.0.1:1/x", secret, warn: "1h" },
    {},
  );
  assert.match(bark.summary, /^rest:http:..127.0.0.1:1.x: its server cannot be reached/);
  assert.equal(bark.level, "unknown");
  assert.doesNotMatch(JSON.stringify(bark), /shepherd|pa@ss/);
});

/** As storage answers that has nothing. */
const NOTHING = answering(
  404,
  { "content-type": "application/xml" },
  "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>",
);

test("the keys of a cloud come from a file with variables, or where its own tools keep them", async (t) => {
  const home = folder(t);
  const put = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(home, name), text, { mode });
    return join(home, name);
  };
  const secret = put("secret", "s3cret\n");
  const cloud = await web(t, NOTHING);
  const repository = `s3:${cloud.url}/flock/web`;
  const credentials = put(
    "credentials",
    "[default]\naws_access_key_id = SHAUN\naws_secret_access_key = baa-baa-black\n",
  );
  for (const [variables, key] of [
    ["# of the flock\n\nAWS_ACCESS_KEY_ID=BITZER\nAWS_SECRET_ACCESS_KEY='woof woof'\n", "BITZER"],
    [`AWS_SHARED_CREDENTIALS_FILE=${credentials}\n`, "SHAUN"],
  ] as const) {
    const environment = put("environment", `${variables}AWS_DEFAULT_REGION=eu-central-1\n`);
    const bark = await reading(restic, { repository, secret, environment });
    assert.equal(bark.summary, `${repository}: there is no such repository: correct \`repository\``);
    assert.doesNotMatch(JSON.stringify(bark), /BITZER|SHAUN|woof|baa/);
    assert.match(cloud.asked.at(-1)?.headers.authorization ?? "", new RegExp(`Credential=${key}/`));
  }
});

test("a file with variables that others may read, or that holds something else, is refused and not shown", async (t) => {
  const home = folder(t);
  const environment = join(home, "environment");
  const said = async (text: string, mode: number): Promise<string> => {
    writeFileSync(environment, text);
    chmodSync(environment, mode);
    const { level, summary } = await reading(restic, { repository: join(home, "none"), environment });
    assert.equal(level, "unknown");
    return summary;
  };
  assert.match(await said("A=1\n", 0o644), /may be read by others \(mode 0644\): run `chmod 600/);
  assert.equal(
    await said("A=1\nexport B=hidden\n", 0o600),
    `line 2 of ${environment} is no variable: write NAME=value, without \`export\``,
  );
});
