import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { machine } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import updates from "../../src/plugins/updates.ts";
import { folder } from "../support/folder.ts";
import { first, says } from "../support/path.ts";
import { reading } from "../support/reading.ts";

const DAY = 86_400_000;

/** A real apt with folders of its own, two packages that are installed, and newer ones in a file: repository. */
function repositories(t: TestContext): { readonly config: string; readonly place: string } {
  const place = folder(t);
  for (const name of ["state/lists/partial", "cache/archives/partial", "etc", "root", "main", "security"])
    mkdirSync(join(place, name), { recursive: true });
  const about = (name: string, version: string, more = ""): string =>
    `Package: ${name}\n${more}Version: ${version}\nArchitecture: all\nMaintainer: m <m@example.org>\nDescription: d\n`;
  writeFileSync(
    join(place, "state/status"),
    ["tiny", "safe"].map((name) => about(name, "1.0", "Status: install ok installed\n")).join("\n"),
  );
  const repository = (suite: string, label: string, name: string): void => {
    const tree = join(place, name);
    mkdirSync(join(tree, "DEBIAN"), { recursive: true });
    writeFileSync(join(tree, "DEBIAN/control"), about(name, "1.1"));
    const target = join(place, suite);
    execFileSync("dpkg-deb", ["--build", tree, join(target, `${name}.deb`)], { stdio: "pipe" });
    const size = execFileSync("stat", ["-c", "%s", join(target, `${name}.deb`)], { encoding: "utf8" });
    const [hash] = execFileSync("sha256sum", [join(target, `${name}.deb`)], { encoding: "utf8" }).split(" ");
    const index = `${about(name, "1.1")}Filename: ./${name}.deb\nSize: ${size}SHA256: ${hash}\n`;
    writeFileSync(join(target, "Packages"), index);
    const [sum] = execFileSync("sha256sum", [join(target, "Packages")], { encoding: "utf8" }).split(" ");
    writeFileSync(
      join(target, "Release"),
      `Origin: ${label}\nLabel: ${label}\nSuite: ${suite}\nCodename: ${suite}\nDate: ${new Date().toUTCString()}\nSHA256:\n ${sum} ${index.length} Packages\n`,
    );
  };
  repository("main", "Debian", "tiny");
  repository("security", "Debian-Security", "safe");
  writeFileSync(
    join(place, "etc/sources.list"),
    ["main", "security"].map((suite) => `deb [trusted=yes] file:${place}/${suite} ./\n`).join(""),
  );
  const config = join(place, "apt.conf");
  writeFileSync(
    config,
    `Dir::State "${place}/state";\nDir::State::status "${place}/state/status";\nDir::Cache "${place}/cache";\nDir::Etc "${place}/etc";\nAPT::Sandbox::User "root";\n#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n`,
  );
  execFileSync("apt-get", ["-q", "update"], { env: { ...process.env, APT_CONFIG: config }, stdio: "pipe" });
  return { config, place };
}

test("what apt would upgrade is told, and what of it is for security", async (t) => {
  const { config } = repositories(t);
  const { level, summary, facts, remember } = await reading(updates, { config });
  assert.deepEqual(
    facts?.filter(([relation]) => relation === "update"),
    [
      ["update", "safe", "1.0", "1.1", "security"],
      ["update", "tiny", "1.0", "1.1", "other"],
    ],
  );
  assert.equal(level, "ok");
  assert.match(summary, /^1 update for security waits: safe; .*1 update of other kinds waits$/);

  const ago = (days: number) => ({ before: { safe: Date.now() - days * DAY } });
  assert.ok(typeof remember === "object" && remember !== null && "safe" in remember);
  const late = await reading(updates, { config }, ago(3));
  assert.equal(late.level, "warning");
  assert.match(late.summary, /^1 update for security waits for more than 2d: safe/);
  const tooLate = await reading(updates, { config }, ago(15));
  assert.equal(tooLate.level, "fail");
  assert.deepEqual((tooLate.remember as { safe: number }).safe < Date.now() - 14 * DAY, true);
});

test("lists that nobody has fetched for long are a warning", async (t) => {
  const { config, place } = repositories(t);
  for (const name of ["state/lists/partial", "state/lists"])
    utimesSync(join(place, name), new Date(), new Date(Date.now() - 9 * DAY));
  const { level, summary } = await reading(updates, { config });
  assert.equal(level, "warning");
  assert.match(summary, /the lists of updates are 9d old/);
});

test("an apt that cannot work is unknown, and says why", async (t) => {
  const { config, place } = repositories(t);
  writeFileSync(join(place, "etc/sources.list"), "what is this\n");
  rmSync(join(place, "cache"), { recursive: true });
  const { level, summary } = await reading(updates, { config });
  assert.equal(level, "unknown");
  assert.match(summary, /^apt-get cannot say what waits: E: /);
});

test("apt is not hindered: it is asked while somebody has its locks", async (t) => {
  const { config, place } = repositories(t);
  const locks = ["state/lists/lock", "cache/archives/lock"].map((name) => join(place, name));
  const holder = spawn("python3", ["-c", HOLD, ...locks], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => holder.kill());
  await once(holder.stdout, "data");
  assert.equal((await reading(updates, { config })).level, "ok");
});

/** Holds locks as apt does, until the end of its input. */
const HOLD = `import fcntl, sys
held = [open(path, "w") for path in sys.argv[1:]]
for one in held: fcntl.lockf(one, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()`;

test("what zypper would update is told, and what of it is for security", async (t) => {
  if (process.geteuid?.() !== 0) return t.skip("only root may install packages below another root");
  const place = folder(t);
  const run = (program: string, ...words: readonly string[]): void =>
    void execFileSync(program, words, { cwd: place, stdio: "pipe" });
  for (const [name, version] of [
    ["tiny", "1.0"],
    ["safe", "1.0"],
    ["safe-devel", "1.0"],
    ["tiny", "1.1"],
    ["safe", "1.1"],
    ["safe-devel", "1.1"],
  ]) {
    writeFileSync(
      join(place, "spec"),
      `Name: ${name}\nVersion: ${version}\nRelease: 1\nSummary: s\nLicense: MIT\n%description\nd\n%files\n`,
    );
    run("rpmbuild", "--define", `_topdir ${place}`, "--define", `_rpmdir ${place}/${version}`, "-bb", "spec");
  }
  writeFileSync(join(place, "updateinfo.xml"), ADVISORY);
  run("createrepo_c", "1.1");
  run("modifyrepo_c", "--mdtype=updateinfo", "updateinfo.xml", "1.1/repodata");
  run("sh", "-c", "rpm --root $PWD/root -i --nodeps 1.0/*/*.rpm");
  run("zypper", "--root", join(place, "root"), "--non-interactive", "addrepo", `file://${place}/1.1`, "main");
  run("zypper", "--root", join(place, "root"), "--non-interactive", "--no-gpg-checks", "refresh");
  const real = execFileSync("sh", ["-c", "command -v zypper"], { encoding: "utf8" }).trim();
  const { level, facts, summary } = await alone(t, {
    zypper: `PATH=${process.env["PATH"]}; exec ${real} --root ${place}/root "$@"`,
  });
  assert.deepEqual(
    facts?.filter(([relation]) => relation === "update"),
    [
      ["update", "safe", "1.0-1", "1.1-1", "security"],
      ["update", "safe-devel", "1.0-1", "1.1-1", "security"],
      ["update", "tiny", "1.0-1", "1.1-1", "other"],
    ],
  );
  assert.equal(level, "ok");
  assert.match(summary, /^2 updates for security wait: safe and safe-devel/);
});

/** Two packages that are replaced for the sake of security, as a repository says it. */
const ADVISORY = `<?xml version="1.0"?>
<updates><update from="a@example.org" status="stable" type="security" version="1">
  <id>SUSE-2026-1</id><title>Security update for safe</title><severity>important</severity>
  <issued date="1700000000"/><description>d</description>
  <pkglist><collection><name>c</name>${["safe", "safe-devel"]
    .map(
      (name) =>
        `<package name="${name}" version="1.1" release="1" epoch="0" arch="${machine()}" src="safe-1.1-1.src.rpm"><filename>${name}-1.1-1.${machine()}.rpm</filename></package>`,
    )
    .join("")}</collection></pkglist>
</update></updates>`;

test("more updates than facts of a bark are counted, and those for security are told", async (t) => {
  const { summary, facts, content } = await alone(t, {
    zypper: `case "$*" in
      *list-updates) echo '<update-list>'; for n in $(seq 1600); do echo '<update kind="package" name="p'$n'" edition="2" edition-old="1">'; done; echo '</update-list>';;
      *list-patches*) echo '<update-list><update kind="patch" name="S"></update-list>';;
      *) echo 'Conflicts   : p1600 < 2';;
    esac`,
  });
  assert.equal(facts?.filter(([relation]) => relation === "update").length, 1500);
  assert.deepEqual(facts?.[0], ["update", "p1600", "1", "2", "security"]);
  assert.match(summary, /1599 updates of other kinds wait; facts tell of 1500 of them, more do not fit$/);
  assert.deepEqual(content, { waiting: 1600, told: 1500 });
});

test("packages that are in use since the boot and were updated want a reboot, dnf says", async (t) => {
  const { summary, facts } = await alone(t, {
    dnf: `case "$*" in *needs-restarting*) ${says(NEEDED)}\nexit 1;; esac`,
  });
  assert.equal(summary, "to be rebooted: glibc and kernel-core want it");
  assert.deepEqual(facts, [["reboot", "glibc and kernel-core want it"]]);
});

test("a dnf without that plugin is no reboot", async (t) => {
  const { summary } = await alone(t, {
    dnf: `case "$*" in *needs-restarting*) echo 'No such command: needs-restarting. Please use /usr/bin/dnf --help' >&2; exit 1;; esac`,
  });
  assert.doesNotMatch(summary, /rebooted/);
});

/** As dnf 4.14 says it. */
const NEEDED = `Core libraries or services have been updated since boot-up:
  * glibc
  * kernel-core

Reboot is required to fully utilize these updates.
More information: https://access.redhat.com/solutions/27943`;

for (const { name, programs, fact } of [
  {
    name: "dnf",
    programs: {
      dnf: `case "$*" in *updateinfo*) echo 'FEDORA-2024-1 Important/Sec. openssl-3.2.2-3.fc40.x86_64';; *) echo; echo 'openssl.x86_64   1:3.2.2-3.fc40   updates'; exit 100;; esac`,
      rpm: "echo 'openssl 1:3.2.1-2.fc40'",
    },
    fact: ["update", "openssl", "1:3.2.1-2.fc40", "1:3.2.2-3.fc40", "security"],
  },
  {
    name: "checkupdates",
    programs: { checkupdates: says("openssl 3.3.1-1 -> 3.3.2-1") },
    fact: ["update", "openssl", "3.3.1-1", "3.3.2-1", "other"],
  },
])
  test(`what ${name} says is understood (written after its format: there is none of it here)`, async (t) => {
    const { facts } = await alone(t, programs);
    assert.deepEqual(
      facts?.filter(([relation]) => relation === "update"),
      [fact],
    );
  });

/** Reads where nothing but these programs is in PATH, and what a shell needs. */
async function alone(t: TestContext, programs: Readonly<Record<string, string>>) {
  const place = first(t, programs);
  const tools = join(place, "tools");
  mkdirSync(tools);
  for (const tool of ["sh", "cat", "seq"]) execFileSync("ln", ["-s", `/usr/bin/${tool}`, join(tools, tool)]);
  process.env["PATH"] = `${place}:${tools}`;
  return reading(updates, {});
}
