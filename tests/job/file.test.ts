import assert from "node:assert/strict";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as fc from "fast-check";
import { Argument, check } from "../../src/job/argument.ts";
import { jobNamed, jobsIn } from "../../src/job/file.ts";
import { fill } from "../../src/job/vector.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "../support/folder.ts";

const REST = 'allow = ["alice"]\nuser = "root"\n';
const ANY = '[arguments.x]\ntype = "regex"\npattern = ".*"\n';

/** Why a job is wrong, or undefined. */
function faultOf(t: TestContext, toml: string): string | undefined {
  const home = folder(t);
  writeFileSync(join(home, "it.toml"), toml);
  try {
    jobNamed("it", home);
    return undefined;
  } catch (error) {
    return explain(error).replaceAll(`${home}/`, "");
  }
}

test("a job that is right is read, with what is left out", (t) => {
  const home = folder(t);
  writeFileSync(join(home, "it.toml"), `run = ["/bin/true"]\n${REST}`);
  const job = jobNamed("it", home);
  assert.deepEqual([job.timeout, job.overlap, job.lease, job.arguments], [300, false, undefined, {}]);
});

const WRONG: readonly (readonly [toml: string, says: RegExp])[] = [
  ["", /it\.toml: run: must be a list/],
  [`run = ["true"]\n${REST}`, /run: a list is needed: the program with its whole path/],
  [`run = []\n${REST}`, /run: a list is needed/],
  [`run = ["/bin/true"]\nallow = []\nuser = "root"\n`, /allow: says nobody/],
  [`run = ["/bin/true"]\nallow = ["a"]\n`, /user: must be text/],
  [`run = ["/bin/true"]\nshell = true\n${REST}`, /shell: is no key; see sheepdog-agent\(8\)/],
  [`run = ["/bin/true"]\nlease = "1h"\n${REST}`, /`lease` and `undo` belong together/],
  [`run = ["/bin/true"]\nundo = ["/bin/true"]\n${REST}`, /`lease` and `undo` belong together/],
  [`run = ["/bin/echo", "{x}"]\n${REST}`, /run: \{x\}: there is no \[arguments\.x\]/],
  [`run = ["/bin/echo", "a{x}"]\n${REST}${ANY}`, /a hole is an argument of its own/],
  [`run = ["/bin/{x}"]\n${REST}${ANY}`, /no hole may stand first/],
  [`run = ["/bin/echo"]\n${REST}${ANY}`, /arguments\.x: no hole \{x\} is in `run` or `undo`/],
  [`run = ["/bin/sh", "-c", "{x}"]\n${REST}${ANY}`, /sh would run what is in it/],
  [`run = ["/usr/bin/env", "{x}"]\n${REST}${ANY}`, /env would run what is in it/],
  [`run = ["/usr/bin/python3", "-c", "pass", "{x}"]\n${REST}${ANY}`, /python3 would run/],
  [`run = ["/bin/true"]\n${REST}[unit]\nExecStartPre = "/bin/sh"\n`, /unit\.ExecStartPre: is not for a job/],
  ...[
    ["/usr/bin/ionice", "-c3", "/bin/sh", "-c"],
    ["/opt/wrap", "/bin/sh", "-c"],
    ["/usr/bin/ssh", "-i", "/root/key", "web1"],
    ["/usr/sbin/chroot", "/srv/jail"],
    ["/usr/bin/xargs", "-a", "/etc/list"],
    ["/usr/bin/env", "-C", "/tmp"],
    ["/usr/bin/perl", "-I", "/usr/lib"],
    ["/usr/bin/flock", "/run/lock/x"],
    ["/bin/sh", "/bin/sh"],
  ].map(
    (words) =>
      [`run = ${JSON.stringify([...words, "{x}"])}\n${REST}${ANY}`, /would run what is in it/] as const,
  ),
  // Where it is not started, or its end is not told, nobody would hear of it.
  ...[
    "ConditionPathExists",
    "Requires",
    "RefuseManualStop",
    "LogNamespace",
    "KillSignal",
    "SuccessExitStatus",
  ].map((name) => [`run = ["/bin/true"]\n${REST}[unit]\n${name} = "x"\n`, /is not for a job/] as const),
  [
    `run = ["/bin/true"]\n${REST}[unit]\nmemory = "1G"\n`,
    /unit\.memory: cannot be called so: a property of systemd/,
  ],
  [
    `run = ["/bin/echo", "{x}"]\n${REST}[arguments.x]\ntype = "ip"\nexcept = ["10.0.0.0/64"]\n`,
    /addresses and networks are needed/,
  ],
  [
    `run = ["/bin/echo", "{x}"]\n${REST}[arguments.x]\ntype = "regex"\npattern = "("\n`,
    /regular expression is needed/,
  ],
  [
    `run = ["/bin/echo", "{x}"]\n${REST}[arguments.x]\ntype = "int"\nleast = 1\nmost = 5\ndefault = "7"\n`,
    /its default is not between 1 and 5/,
  ],
  ["run = [", /it\.toml:1:8: unfinished array|it\.toml:\d+:\d+/],
];
test("one that is wrong is refused with the key and the cure", (t) => {
  for (const [toml, says] of WRONG) assert.match(faultOf(t, toml) ?? "nothing is wrong", says, toml);
});

test("a program that an interpreter runs may have arguments from elsewhere", (t) => {
  assert.equal(faultOf(t, `run = ["/bin/sh", "/usr/local/bin/job", "{x}"]\n${REST}${ANY}`), undefined);
});

test("what root has written value by value may go to any program", (t) => {
  const one = '[arguments.x]\ntype = "enum"\nvalues = ["web"]\n';
  assert.equal(faultOf(t, `run = ["/usr/bin/docker", "restart", "--", "{x}"]\n${REST}${one}`), undefined);
});

test("what a link calls otherwise is an interpreter all the same", (t) => {
  const home = folder(t);
  symlinkSync("/bin/sh", join(home, "harmless"));
  assert.match(
    faultOf(t, `run = ["${home}/harmless", "-c", "{x}"]\n${REST}${ANY}`) ?? "",
    /would run what is in it/,
  );
});

test("a sandbox and limits may be in a unit", (t) => {
  for (const one of [
    'CapabilityBoundingSet = "CAP_NET_ADMIN"',
    "PrivateNetwork = true",
    'ReadWritePaths = ["/srv"]',
    'NetworkNamespacePath = "/run/netns/a"',
    "MemoryMax = 100000000",
    'CPUQuota = "50%"',
    'Environment = "A=b"',
  ])
    assert.equal(faultOf(t, `run = ["/bin/true"]\n${REST}[unit]\n${one}\n`), undefined, one);
});

test("an argument may be called as what every object has", () => {
  const types = { constructor: Argument.parse({ type: "regex", pattern: "[^]*" }) };
  assert.match(
    (fill(["/bin/echo", "{constructor}"], types, {}) as { readonly fault: string }).fault,
    /its argument constructor is missing/,
  );
});

test("a link to where nothing is yet does not lead out of a folder", (t) => {
  const home = folder(t);
  symlinkSync("/etc/cron.d/made", join(home, "link"));
  const path = Argument.parse({ type: "path", under: home });
  assert.ok(check(path, join(home, "new")).ok);
  assert.ok(!check(path, join(home, "link")).ok);
  assert.ok(!check(path, join(home, "link", "inner")).ok);
});

test("files that others may write to are told, and the others are listed", (t) => {
  const home = folder(t);
  writeFileSync(join(home, "a.toml"), `run = ["/bin/true"]\n${REST}`);
  writeFileSync(join(home, "b.toml"), `run = ["/bin/true"]\n${REST}`);
  chmodSync(join(home, "b.toml"), 0o666);
  const [a, b] = jobsIn(home);
  assert.deepEqual([a?.[0], a?.[1].ok], ["a", true]);
  assert.match(b?.[1].ok === false ? b[1].fault : "", /the job b is not used: others may write to/);
});

const ip = Argument.parse({ type: "ip", except: ["192.0.2.0/24", "2001:db8::/32"] });
test("an address is one, and none of those that are excepted, however it is written", () => {
  const ok = (given: string): boolean => check(ip, given).ok;
  for (const given of ["203.0.113.9", "2001:470::1", "::1"]) assert.ok(ok(given), given);
  for (const given of [
    "192.0.2.9",
    "2001:db8::9",
    "2001:0db8:0:0::9",
    "::ffff:192.0.2.9",
    "::ffff:c000:209",
    "0:0:0:0:0:ffff:c000:0209",
    "::192.0.2.9",
    "fe80::1%eth0",
    "192.0.2.9/24",
    "203.0.113.009",
    "0xcb.0.113.9",
    "3405803785",
    " 203.0.113.9",
    "203.0.113.9\n",
    "",
  ])
    assert.ok(!ok(given), given);
});

test("a number is written in one way, and within its bounds", () => {
  const number = Argument.parse({ type: "int", least: -5, most: 10 });
  for (const given of ["0", "10", "-5"]) assert.ok(check(number, given).ok, given);
  for (const given of ["11", "-6", "01", "+1", "1.0", "1e1", "0x1", "", "-0", "９"])
    assert.ok(!check(number, given).ok, given);
});

test("whatever is filled in, it is one argument, in its place", () => {
  const types = { x: Argument.parse({ type: "regex", pattern: "[^]*" }) };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const filled = fill(["/bin/echo", "--", "a", "{x}", "b"], types, { x: value });
      if (filled.ok) assert.deepEqual(filled.value, ["/bin/echo", "--", "a", value, "b"]);
      else assert.match(filled.fault, /is empty|control characters|longer/);
      const bare = fill(["/bin/echo", "{x}"], types, { x: value });
      if (bare.ok) assert.ok(!value.startsWith("-"));
    }),
  );
});
