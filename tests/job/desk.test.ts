import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { recover } from "../../src/job/recover.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { Yard } from "../support/yard.ts";

const ECHO = `run = ["/bin/echo", "{word}"]
allow = ["alice", "ops-*"]
[arguments.word]
type = "regex"
pattern = "[a-z]+"
`;
const MINUTE = 60_000;
const run = (job: string, args: Readonly<Record<string, string>> = {}) =>
  ({ kind: "run", job, args }) as const;

/** A yard with the job echo, that alice may ask for. */
function yard(t: TestContext): { readonly here: Yard; readonly alice: string } {
  const here = new Yard(t);
  here.job("echo", ECHO);
  return { here, alice: here.person("alice") };
}

/** Hands it in, and sees that it is refused, that this is told, and that nothing is run. */
async function refused(here: Yard, body: string, why: RegExp): Promise<void> {
  const before = here.told.length;
  await here.take(body);
  const bark = await here.last(before + 1);
  assert.match(bark.summary, why);
  assert.equal(bark.content?.["phase"], "refused");
  assert.equal(bark.tag, "jobs refused");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(here.told.length, before + 1, "it was run all the same");
}

test("what is asked by one who may is run, and what came of it is told", async (t) => {
  const { here, alice } = yard(t);
  await here.take(await here.letter(run("echo", { word: "hello" }), alice));
  const bark = await here.last(1);
  assert.match(bark.summary, /^done in .*, as alice asked$/);
  assert.equal(bark.tag, "job echo word=hello");
  assert.equal(bark.level, "ok");
  assert.deepEqual(
    [bark.content?.["stdout"], bark.content?.["status"], bark.content?.["by"]],
    ["hello\n", 0, "alice"],
  );
});

test("names that a job allows may be patterns, keys of any kind, and certificates", async (t) => {
  const { here } = yard(t);
  const ops = here.person("ops-berlin", 'namespaces="sheepdog-job"', "-t", "ecdsa");
  await here.take(await here.letter(run("echo", { word: "a" }), ops));
  assert.match((await here.last(1)).summary, /as ops-berlin asked/);
});

test("a request that was tampered with is refused", async (t) => {
  const { here, alice } = yard(t);
  const whole = JSON.parse(await here.letter(run("echo", { word: "hello" }), alice)) as {
    request: string;
    signature: string;
  };
  const changed = { ...whole, request: whole.request.replace("hello", "howdy") };
  await refused(here, JSON.stringify(changed), /its signature is not right/);
  const spaced = { ...whole, request: `${whole.request} ` };
  await refused(here, JSON.stringify(spaced), /its signature is not right/);
});

test("one that was made for something else is refused", async (t) => {
  const { here, alice } = yard(t);
  const { sign } = await import("../../src/ssh/sign.ts");
  const { request } = JSON.parse(await here.letter(run("echo", { word: "a" }), alice)) as { request: string };
  const signature = await sign(request, { kind: "file", file: alice, words: "" }, "sheepdog-operator");
  await refused(here, JSON.stringify({ request, signature }), /its signature is not (right|accepted)/);
});

test("a replay is refused, and the same message again is nothing new", async (t) => {
  const { here, alice } = yard(t);
  const body = await here.letter(run("echo", { word: "a" }), alice);
  await here.take(body, "first");
  await here.last(1);
  await here.take(body, "first");
  assert.equal(here.told.length, 1);
  await refused(here, body, /it was taken on .* already, and is not done twice/);
});

test("what has expired, or is not yet good, is refused", async (t) => {
  const { here, alice } = yard(t);
  const word = { word: "a" };
  const old = await here.letter(run("echo", word), alice, { from: now() - 10 * MINUTE });
  await refused(here, old, /it was good until .*; if it is still wanted, ask again/);
  const early = await here.letter(run("echo", word), alice, { from: now() + 10 * MINUTE });
  await refused(here, early, /it is good from .* on, and here it is .*; set the clocks/);
  const soon = await here.letter(run("echo", word), alice, { from: now() + MINUTE / 2 });
  await here.take(soon);
  assert.match((await here.last(3)).summary, /^done/);
});

test("what is for another machine is refused", async (t) => {
  const { here, alice } = yard(t);
  const body = await here.letter(run("echo", { word: "a" }), alice, { hosts: ["web1", "web2"] });
  await refused(here, body, /it is for web1, web2, and this is nas/);
});

test("somebody who may not is refused: by name, by key, by the time that the list gives them", async (t) => {
  const { here } = yard(t);
  const word = { word: "a" };
  const bob = here.person("bob");
  await refused(
    here,
    await here.letter(run("echo", word), bob),
    /bob may not ask for echo here; its file allows alice, ops-\*/,
  );
  const eve = here.stranger("eve");
  await refused(
    here,
    await here.letter(run("echo", word), eve),
    /it is signed by the key SHA256:\S+, which is not in the list of signers/,
  );
  const gone = here.person("ops-gone", 'namespaces="sheepdog-job",valid-before="20200101"');
  await refused(here, await here.letter(run("echo", word), gone), /its signature is not (right|accepted)/);
});

test("a list of signers, or a job, that others may write to is not used", async (t) => {
  const { here, alice } = yard(t);
  chmodSync(here.desk.law.signers, 0o666);
  await refused(
    here,
    await here.letter(run("echo", { word: "a" }), alice),
    /the list of signers .* is not used: others may write to/,
  );
  chmodSync(here.desk.law.signers, 0o644);
  chmodSync(join(here.desk.law.jobs, "echo.toml"), 0o666);
  await refused(here, await here.letter(run("echo", { word: "a" }), alice), /not used|may not ask/);
});

test("an argument of the wrong type, one too many and one too few are refused", async (t) => {
  const { here, alice } = yard(t);
  await refused(
    here,
    await here.letter(run("echo", { word: "A1" }), alice),
    /its argument word does not fit \[a-z\]\+/,
  );
  await refused(here, await here.letter(run("echo", {}), alice), /its argument word is missing/);
  await refused(
    here,
    await here.letter(run("echo", { word: "a", more: "b" }), alice),
    /echo takes no argument more; it takes word/,
  );
  await refused(
    here,
    await here.letter(run("nothing"), alice),
    /alice may not ask|there is no job nothing here; there are echo/,
  );
});

test("what is no request, unsigned, or too long is refused", async (t) => {
  const { here, alice } = yard(t);
  await refused(here, "", /it is no request/);
  await refused(here, "{}", /it is not signed/);
  await refused(here, `{"request":"{}","signature":"x"}`, /missing or not as it should be/);
  await refused(
    here,
    JSON.stringify({ request: "x".repeat(200_000), signature: "" }),
    /it is longer than 131072 bytes/,
  );
  const { request } = JSON.parse(await here.letter(run("echo", { word: "a" }), alice)) as { request: string };
  await refused(here, JSON.stringify({ request, signature: "x" }), /its signature is none that/);
  const extra = JSON.stringify({ ...(JSON.parse(request) as object), shell: "rm" });
  await refused(
    here,
    JSON.stringify({ request: extra, signature: "x" }),
    /it says `shell`, which is not known here/,
  );
  assert.ok(alice);
});

test("what begins with a hyphen is an option only where the vector has not ended them", async (t) => {
  const { here, alice } = yard(t);
  const any = '[arguments.x]\ntype = "regex"\npattern = ".*"\n';
  here.job("open", `run = ["/bin/ls", "{x}"]\nallow = ["alice"]\n${any}`);
  here.job("closed", `run = ["/bin/echo", "--", "{x}"]\nallow = ["alice"]\n${any}`);
  await refused(
    here,
    await here.letter(run("open", { x: "--help" }), alice),
    /begins with a hyphen, and no -- stands before \{x\}/,
  );
  await here.take(await here.letter(run("closed", { x: "-n $(id) `id` ; id" }), alice));
  assert.equal((await here.last(2)).content?.["stdout"], "-- -n $(id) `id` ; id\n");
});

test("a path stays below its folder, also where somebody has made a link", async (t) => {
  const { here, alice } = yard(t);
  const srv = join(here.home, "srv");
  mkdirSync(join(srv, "inner"), { recursive: true });
  writeFileSync(join(srv, "inner", "file"), "found\n");
  symlinkSync("/etc", join(srv, "out"));
  here.job(
    "show",
    `run = ["/bin/cat", "--", "{file}"]\nallow = ["alice"]\n[arguments.file]\ntype = "path"\nunder = "${srv}"\n`,
  );
  for (const [path, why] of [
    ["/etc/passwd", /is not below/],
    [`${srv}/../x`, /is no absolute path without/],
    [`${srv}/out/passwd`, /is not below .* when links are followed/],
    [`${srv}//inner/file`, /is no absolute path without/],
    [srv, /is not below/],
  ] as const)
    await refused(here, await here.letter(run("show", { file: path }), alice), why);
  await here.take(await here.letter(run("show", { file: `${srv}/inner/file` }), alice));
  assert.equal((await here.last(6)).content?.["stdout"], "found\n");
});

test("a job that is running is not run a second time, unless it may overlap", async (t) => {
  const { here, alice } = yard(t);
  here.job("wait", 'run = ["/bin/sleep", "1"]\nallow = ["alice"]\n');
  here.job("many", 'run = ["/bin/sleep", "1"]\nallow = ["alice"]\noverlap = true\n');
  await here.take(await here.letter(run("wait"), alice));
  await refused(here, await here.letter(run("wait"), alice), /wait is running already, as /);
  await here.take(await here.letter(run("many"), alice));
  await here.take(await here.letter(run("many"), alice));
  assert.equal((await here.last(4)).level, "ok");
});

test("one that takes too long is stopped", async (t) => {
  const { here, alice } = yard(t);
  here.job("long", 'run = ["/bin/sleep", "60"]\nallow = ["alice"]\ntimeout = "1s"\n');
  await here.take(await here.letter(run("long"), alice));
  const bark = await here.last(1);
  assert.equal(bark.level, "fail");
  assert.match(bark.summary, /it took too long/);
});

test("secrets in what it writes are masked", async (t) => {
  const { here, alice } = yard(t);
  here.job("leak", 'run = ["/bin/echo", "PGPASSWORD=hunter2"]\nallow = ["alice"]\n');
  await here.take(await here.letter(run("leak"), alice));
  assert.doesNotMatch(JSON.stringify(await here.last(1)), /hunter2/);
});

test("what was under way when the machine went down is told, and not run again", async (t) => {
  const { here, alice } = yard(t);
  const mark = join(here.home, "mark");
  here.job("touch", `run = ["/bin/touch", "${mark}"]\nallow = ["alice"]\n`);
  const body = await here.letter(run("touch"), alice, { id: makeId(now()) });
  await here.take(body, "one");
  const { content } = await here.last(1);
  const entry = here.desk.ledger.find(content?.["run"] as string);
  assert.ok(entry);
  // As if it had been written down, and the power had failed then.
  rmSync(join(here.home, "desk", "over", `${entry.id}.json`));
  await here.desk.ledger.write({ ...entry, state: "begun", boot: "another" });
  rmSync(mark);
  assert.equal(await recover(here.desk), false);
  const lost = await here.last(2);
  assert.equal(lost.level, "unknown");
  assert.match(lost.summary, /whether it was run is not known/);
  await here.take(body, "one");
  assert.equal(here.told.length, 2);
  assert.equal(existsSync(mark), false);
});

test("what needs timers or a sandbox is refused where there is no systemd", async (t) => {
  const { here, alice } = yard(t);
  here.job("lease", 'run = ["/bin/true"]\nundo = ["/bin/true"]\nlease = "1h"\nallow = ["alice"]\n');
  here.job("safe", 'run = ["/bin/true"]\nallow = ["alice"]\n[unit]\nPrivateNetwork = true\n');
  await refused(
    here,
    await here.letter(run("lease"), alice),
    /lease needs a timer, and there is no systemd here/,
  );
  await refused(here, await here.letter(run("safe"), alice), /safe needs a sandbox/);
  const later = { kind: "repeat", job: "echo", args: { word: "a" }, calendar: "daily" } as const;
  await refused(here, await here.letter(later, alice), /echo needs a timer/);
});

test("what is asked is on the disk with its signature, for root alone", async (t) => {
  const { here, alice } = yard(t);
  await here.take(await here.letter(run("echo", { word: "a" }), alice));
  const { content } = await here.last(1);
  const file = join(here.home, "desk", "over", `${content?.["run"] as string}.json`);
  const entry = JSON.parse(readFileSync(file, "utf8")) as { signature: string; principal: string };
  assert.match(entry.signature, /BEGIN SSH SIGNATURE/);
  assert.equal(entry.principal, "alice");
});

test("the list is read for each request: who is taken out of it may ask no more", async (t) => {
  const { here, alice } = yard(t);
  await here.take(await here.letter(run("echo", { word: "a" }), alice));
  await here.last(1);
  writeFileSync(here.desk.law.signers, "");
  await refused(
    here,
    await here.letter(run("echo", { word: "b" }), alice),
    /which is not in the list of signers/,
  );
});

test("a certificate of an authority on the list may ask while it is valid", async (t) => {
  const { here } = yard(t);
  const authority = here.person("ops-ca", 'cert-authority,namespaces="sheepdog-job"');
  const carol = here.stranger("carol");
  writeFileSync(here.desk.law.signers, `ops-* cert-authority ${readFileSync(`${authority}.pub`, "utf8")}`);
  const certified = (validity: string) =>
    execFileSync("ssh-keygen", [
      "-q",
      "-s",
      authority,
      "-I",
      "id",
      "-n",
      "ops-carol",
      "-V",
      validity,
      `${carol}.pub`,
    ]);
  certified("-1h:+1h");
  await here.take(await here.letter(run("echo", { word: "a" }), `${carol}-cert.pub`));
  assert.match((await here.last(1)).summary, /as ops-carol asked/);
  certified("20200101:20210101");
  await refused(
    here,
    await here.letter(run("echo", { word: "a" }), `${carol}-cert.pub`),
    /its signature is not accepted/,
  );
});

test("what was refused because it was running already is not done later, by whoever has kept it", async (t) => {
  const { here, alice } = yard(t);
  here.job("wait", 'run = ["/bin/sleep", "1"]\nallow = ["alice"]\n');
  await here.take(await here.letter(run("wait"), alice));
  const body = await here.letter(run("wait"), alice);
  await refused(here, body, /wait is running already/);
  await here.last(2);
  await refused(here, body, /it was taken on .* already, and is not done twice/);
});

test("whoever has asked for something may end it when its file is gone, and nobody else", async (t) => {
  const { here, alice } = yard(t);
  const bob = here.person("bob");
  here.job("wait", 'run = ["/bin/sleep", "60"]\nallow = ["alice"]\n');
  const id = makeId(now());
  await here.take(await here.letter(run("wait"), alice, { id }));
  const { rmSync } = await import("node:fs");
  rmSync(join(here.desk.law.jobs, "wait.toml"));
  const end = { kind: "cancel", run: id } as const;
  await refused(here, await here.letter(end, bob), /there is no job wait here/);
  await here.take(await here.letter(end, alice));
  await here.last(3);
  const said = here.told.map(({ summary }) => summary.replace(/ after .*/, "")).sort();
  assert.deepEqual(said.slice(0, 1), ["killed by SIGTERM"]);
  assert.equal(said.at(-1), "stopped, as alice asked");
});

test("requests that are odd are refused, and hurt nobody", async (t) => {
  const { here, alice } = yard(t);
  const { request } = JSON.parse(await here.letter(run("echo", { word: "a" }), alice)) as { request: string };
  const with_ = (change: (text: string) => string) =>
    JSON.stringify({ request: change(request), signature: "x" });
  for (const body of [
    "[".repeat(100_000),
    with_(() => "[".repeat(100_000)),
    with_((text) => text.replace('"word":"a"', '"__proto__":"a"')),
    with_((text) => text.replace('"echo"', '"__proto__"')),
    with_((text) => text.replace('"echo"', '"constructor"')),
    with_((text) => text.replace('"echo"', '"../echo"')),
    with_((text) => text.replace(/"id":"[^"]*"/, '"id":"../../etc/passwd"')),
    with_((text) => text.replace('["nas"]', '[["nas"]]')),
    with_((text) => text.replace('["nas"]', '["nas\\u0000"]')),
    with_((text) => text.replace('"kind":"run"', '"kind":"run","kind":"cancel"')),
    with_((text) => text.replace(/"from":"\d+/, '"from":"+275760')),
    "null",
    "0",
    '"x"',
  ])
    await refused(here, body, /^refused: /);
});

test("what was refused to somebody who may ask is spent, also when the machine would allow it later", async (t) => {
  const { here, alice } = yard(t);
  here.job("later", 'run = ["/bin/true"]\nallow = ["bob"]\n');
  const body = await here.letter(run("later"), alice);
  await refused(here, body, /alice may not ask for later here/);
  here.job("later", 'run = ["/bin/true"]\nallow = ["alice"]\n');
  await refused(here, body, /it was taken on .* already, and is not done twice/);
});

test("a pattern that goes back and forth for ages holds nobody up", async (t) => {
  const { here, alice } = yard(t);
  here.job(
    "slow",
    'run = ["/bin/echo", "{x}"]\nallow = ["alice"]\n[arguments.x]\ntype = "regex"\npattern = "(a+)+b"\n',
  );
  const began = performance.now();
  await refused(
    here,
    await here.letter(run("slow", { x: "a".repeat(200) }), alice),
    /cannot be held against \(a\+\)\+b in time/,
  );
  assert.ok(performance.now() - began < 5000);
});

test("without systemd memory is limited, too, and what cannot be is refused", async (t) => {
  const { here, alice } = yard(t);
  const eat = join(here.home, "eat.py");
  writeFileSync(eat, "x = bytearray(300 * 1024 * 1024)\nprint('had it')\n");
  here.job("eat", `run = ["/usr/bin/python3", "${eat}"]\nallow = ["alice"]\n[unit]\nMemoryMax = "64M"\n`);
  here.job("many", 'run = ["/bin/true"]\nallow = ["alice"]\n[unit]\nTasksMax = 3\n');
  await here.take(await here.letter(run("eat"), alice));
  assert.match((await here.last(1)).content?.["stderr"] as string, /MemoryError/);
  await refused(here, await here.letter(run("many"), alice), /many needs a sandbox/);
});
