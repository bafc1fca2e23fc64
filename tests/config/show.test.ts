import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "./folder.ts";

const COMMAND = join(import.meta.dirname, "..", "..", "src", "cli", "config.js");

/** The command in a process of its own. */
function run(
  call: string,
  home: string,
  first = "",
): { status: number | null; stdout: string; stderr: string } {
  const script = `import(${JSON.stringify(COMMAND)}).then(async (command) => { ${first} process.exitCode = await command.${call}; })`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: home },
  });
  return { status, stdout, stderr };
}

/** To root nothing is forbidden. */
const NOBODY = "if (process.geteuid() === 0) process.setegid(65534), process.seteuid(65534);";

test("config check says ok, or all that is wrong, and exits with 0 or 78", (t) => {
  const { path, write } = folder(t);
  const right = write("right", 'name = "nas"');
  const wrong = write("wrong", "nam = 1\ncapture = 1");
  assert.deepEqual(run(`configCheck(${JSON.stringify(right)})`, path), {
    status: 0,
    stdout: `${right}: ok\n`,
    stderr: "",
  });
  assert.deepEqual(run(`configCheck(${JSON.stringify(wrong)})`, path), {
    status: 78,
    stdout: "",
    stderr: `${wrong}:1: nam: is no key; did you mean name?\n${wrong}:2: capture: must be 1024 or more\n`,
  });
  assert.match(run("configCheck(undefined)", path).stdout, /ok\n$/);
});

test("config check reads the files that hold secrets, and names the key of one that is of no use", (t) => {
  const { path, write } = folder(t);
  const absent = join(path, "absent");
  const loose = write("loose", "hunter2", 0o644);
  const text = `[redis]\nsecret = "${absent}"\ntls = true\ncert = "${loose}"\nkey = "${loose}"\n[mail]\nuri = "smtp://me@x.org"\nsecret = "${loose}"\n`;
  const file = write("c", text);
  const { status, stdout, stderr } = run(`configCheck(${JSON.stringify(file)})`, path);
  assert.deepEqual([status, stdout], [78, ""]);
  const [first, second, third] = stderr.split("\n");
  assert.equal(
    first,
    `${file}:2: redis.secret: cannot read ${absent} (ENOENT): correct its name, or make it`,
  );
  assert.match(second ?? "", /:1: redis: the certificates of \[redis\] are of no use .*: check that `cert`/);
  assert.match(third ?? "", /:8: mail\.secret: the secret .* may be read by others/);
});

test("config check asks for no secret that systemd gives to a unit as a credential", (t) => {
  const { path, write } = folder(t);
  const file = write("c", '[redis]\nuser = "client"\n[mail]\nuri = "smtp://me@x.org"\n');
  assert.equal(run(`configCheck(${JSON.stringify(file)})`, path).status, 0);
});

test("config check of the schema alone looks at nothing that the file names, and still finds what is wrong in it", (t) => {
  const { path, write } = folder(t);
  const file = write("c", '[mail]\nuri = "smtp://me@x.org"\nsecret = "/nowhere/smtp"\n');
  const check = (which: string) => run(`configCheck(${JSON.stringify(which)}, { schema: true })`, path);
  assert.equal(run(`configCheck(${JSON.stringify(file)})`, path).status, 78);
  assert.deepEqual(check(file), { status: 0, stdout: `${file}: ok\n`, stderr: "" });
  const wrong = write("w", "[mail]\nurii = 3\n");
  assert.equal(check(wrong).status, 78);
});

test("config check only says of a secret of another user's that it did not check it", (t) => {
  const { path, write } = folder(t);
  const file = write("c", `[redis]\nsecret = "${write("s", "hunter2", 0o000)}"\n`, 0o644);
  chmodSync(path, 0o755);
  const { status, stdout, stderr } = run(`configCheck(${JSON.stringify(file)})`, path, NOBODY);
  assert.deepEqual([status, stdout], [0, `${file}: ok\n`]);
  assert.match(stderr, /redis\.secret: not checked: cannot read .*EACCES/);
});

test("config check says that a list of operators which others may write to would not be used", (t) => {
  const { path, write } = folder(t);
  const list = write("operators", "", 0o666);
  chmodSync(list, 0o666);
  const file = write("c", `[operators]\nsigners = "${list}"\n`);
  const check = () => run(`configCheck(${JSON.stringify(file)})`, path);
  assert.deepEqual(check(), {
    status: 78,
    stdout: "",
    stderr: `${file}:2: operators.signers: the list of operators ${list} would not be used: others may write to ${list}; run \`chmod go-w ${list}\`\n`,
  });
  chmodSync(list, 0o644);
  assert.equal(check().status, 0);
});

test("config show tells what holds and where it comes from, with secrets masked", (t) => {
  const { path, write } = folder(t);
  const file = write(
    "c",
    '(config (name "nas") (grace "90s") (redis (password "hunter2")) (mailer-uri "smtp://me:hun@ter2@x:25"))',
  );
  const shown = run(`configShow(${JSON.stringify(file)}, { json: false })`, path);
  assert.equal(shown.status, 0);
  assert.match(shown.stdout, new RegExp(`^# from ${file}\nname = "nas"\n`));
  assert.match(shown.stdout, /\ngrace = "1min 30s"\n/);
  assert.match(shown.stdout, /\npassword = "\*\*\*"\n/);
  assert.match(shown.stdout, /\nuri = "smtp:\/\/me:\*\*\*@x:25"\n/);
  const json = run(`configShow(${JSON.stringify(file)}, { json: true })`, path);
  const { redis, mail } = JSON.parse(json.stdout) as {
    redis: { password: string };
    mail: { uri: string; retry: string };
  };
  assert.deepEqual([redis.password, mail.uri, mail.retry], ["***", "smtp://me:***@x:25", "3d"]);
  assert.doesNotMatch(shown.stdout + json.stdout, /hun|ter2/);
});
