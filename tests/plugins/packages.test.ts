import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LIMITS } from "../../src/bark.ts";
import packages from "../../src/plugins/packages.ts";
import { folder } from "../support/folder.ts";
import { first, says } from "../support/path.ts";
import { reading } from "../support/reading.ts";

/** What no test of one of them wants to hear of the others. */
const SILENT = { "dpkg-query": "", rpm: "", pacman: "", apk: "", "nix-env": "", guix: "" };

test("every package that dpkg has installed is told with its version", async (t) => {
  first(t, { rpm: "", pacman: "" });
  const { level, facts, summary } = await reading(packages, {});
  const expected = execFileSync("dpkg-query", ["-W", "-f=${Package} ${Version} ${Status}\n"], {
    encoding: "utf8",
  })
    .trimEnd()
    .split("\n")
    .filter((line) => line.endsWith(" installed"))
    .map((line) => ["package", ...line.split(" ").slice(0, 2)]);
  const told = new Set(facts?.map((fact) => JSON.stringify(fact)));
  assert.deepEqual(told, new Set(expected.map((fact) => JSON.stringify(fact))));
  assert.equal(level, "ok");
  assert.match(summary, /^\d+ packages are installed: \d+ of dpkg$/);
});

test("a package that is ignored is not told", async () => {
  const { facts = [] } = await reading(packages, { ignore: ["lib*"] });
  assert.ok(facts.length > 10);
  assert.deepEqual(
    facts.filter(([, name]) => String(name).startsWith("lib")),
    [],
  );
});

test("rpm's own database is read", async (t) => {
  const place = folder(t);
  writeFileSync(
    join(place, "tiny.spec"),
    "Name: tiny\nVersion: 1.2\nRelease: 3\nEpoch: 2\nSummary: t\nLicense: MIT\nBuildArch: noarch\n%description\nt\n%files\n",
  );
  const rpm = (program: string, ...words: readonly string[]): void =>
    void execFileSync(program, ["--define", `_topdir ${place}`, ...words], { stdio: "pipe" });
  rpm("rpmbuild", "-bb", join(place, "tiny.spec"));
  const database = `${place}/db`;
  mkdirSync(database);
  rpm("rpm", "--dbpath", database, "--initdb");
  rpm("rpm", "--dbpath", database, "-i", "--nodeps", join(place, "RPMS/noarch/tiny-1.2-3.noarch.rpm"));
  const real = execFileSync("sh", ["-c", "command -v rpm"], { encoding: "utf8" }).trim();
  first(t, { ...SILENT, rpm: `exec ${real} --dbpath ${database} "$@"` });
  assert.deepEqual((await reading(packages, {})).facts, [["package", "tiny", "2:1.2-3"]]);
});

test("pacman's own database is read", async (t) => {
  const place = folder(t);
  const local = join(place, "local/tiny-1.2-3");
  mkdirSync(local, { recursive: true });
  writeFileSync(join(place, "local/ALPM_DB_VERSION"), "9\n");
  writeFileSync(join(local, "desc"), "%NAME%\ntiny\n\n%VERSION%\n1.2-3\n\n%ARCH%\nany\n\n");
  writeFileSync(join(local, "files"), "");
  const real = execFileSync("sh", ["-c", "command -v pacman"], { encoding: "utf8" }).trim();
  first(t, { ...SILENT, pacman: `exec ${real} --dbpath ${place} "$@"` });
  assert.deepEqual((await reading(packages, {})).facts, [["package", "tiny", "1.2-3"]]);
});

for (const { name, said, facts } of [
  {
    name: "apk",
    said: "musl-1.2.5-r0\nca-certificates-bundle-20240705-r0\nlibstdc++-13.2.1_git20240309-r0\n",
    facts: [
      ["package", "ca-certificates-bundle", "20240705-r0"],
      ["package", "libstdc++", "13.2.1_git20240309-r0"],
      ["package", "musl", "1.2.5-r0"],
    ],
  },
  {
    name: "nix-env",
    said: "hello-2.12.1\nnix-2.8.0\npython3.11-requests-2.31.0\n",
    facts: [
      ["package", "hello", "2.12.1"],
      ["package", "nix", "2.8.0"],
      ["package", "python3.11-requests", "2.31.0"],
    ],
  },
  {
    name: "guix",
    said: "hello\t2.12.1\tout\t/gnu/store/0c2kq2x1ayxm1zq4dbn0rqwzfw3x3kqj-hello-2.12.1\n",
    facts: [["package", "hello", "2.12.1"]],
  },
])
  test(`what ${name} says is understood (it was written after its format: there is none of it here)`, async (t) => {
    first(t, { ...SILENT, [name]: says(said) });
    assert.deepEqual((await reading(packages, {})).facts, facts);
  });

test("several keepers of packages are told together", async (t) => {
  first(t, { ...SILENT, apk: says("musl-1.2.5-r0\n"), "nix-env": says("hello-2.12.1\n") });
  const { summary, facts } = await reading(packages, {});
  assert.equal(facts?.length, 2);
  assert.equal(summary, "2 packages are installed: 1 of apk, 1 of nix");
});

for (const { what, name, count } of [
  { what: "bytes", name: "a-very-long-name-of-a-package-that-is-as-long-as-those-of-a-desktop", count: 9000 },
  { what: "facts", name: "p", count: 10_010 },
])
  test(`more packages than a bark has ${what} for are a warning that says so`, async (t) => {
    first(t, { ...SILENT, apk: `for n in $(seq ${count}); do echo ${name}$n-1-r0; done` });
    const { level, summary, facts = [], ...bark } = await reading(packages, {});
    assert.equal(level, "warning");
    assert.match(summary, /^\d+ of \d+ packages do not fit into a bark and are left out, from \S+ on/);
    assert.ok(facts.length <= LIMITS.facts && facts.length > 2000);
    assert.ok(Buffer.byteLength(JSON.stringify({ ...bark, level, summary, facts })) <= LIMITS.bark);
  });

const BROKEN = "echo 'error: cannot open Packages database' >&2; exit 1";

test("a keeper that fails is unknown, and no package seems to be gone", async (t) => {
  const place = first(t, { ...SILENT, rpm: "echo tiny 1-2", apk: says("musl-1.2.5-r0") });
  const { remember = null } = await reading(packages, {});
  writeFileSync(join(place, "rpm"), `#!/bin/sh\n${BROKEN}\n`);
  const { level, summary, facts } = await reading(packages, {}, { before: remember });
  assert.deepEqual([level, facts], ["unknown", undefined]);
  assert.match(summary, /^the packages cannot be listed: rpm: error: cannot open Packages database/);
});

test("a keeper that was never used may fail", async (t) => {
  first(t, { ...SILENT, rpm: BROKEN, apk: says("musl-1.2.5-r0") });
  assert.equal((await reading(packages, {})).level, "ok");
});
