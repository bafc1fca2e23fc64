// The machines that test this have no ZFS in their kernel: a program that prints what zpool of OpenZFS 2.1 prints
// stands in for it.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import zfs from "../../src/plugins/zfs.ts";
import { reading } from "../support/reading.ts";
import { stand } from "../support/stand.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** As ctime(3) writes it. */
function ago(days: number): string {
  const date = new Date(Date.now() - days * 86_400_000 - 60_000);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()}`;
}

interface Told {
  readonly health?: string;
  readonly filled?: number;
  readonly scan?: string;
  readonly member?: string;
  readonly errors?: string;
}

function pool(t: TestContext, told: Told = {}): void {
  const {
    health = "ONLINE",
    filled = 45,
    scan = `scrub repaired 0B in 00:12:34 with 0 errors on ${ago(3)}`,
  } = told;
  const { member = "ONLINE       0     0     0", errors = "No known data errors" } = told;
  const status = `  pool: tank
 state: ${health}
${scan === "" ? "" : `  scan: ${scan}\n`}config:

\tNAME        STATE     READ WRITE CKSUM
\ttank        ${health}       0     0     0
\t  mirror-0  ${health}       0     0     0
\t    sda     ONLINE       0     0     0
\t    sdb     ${member}

errors: ${errors}
`;
  stand(
    t,
    "zpool",
    `case $1 in\nlist) printf 'tank\\t${health}\\t${filled}\\n';;\nstatus) cat <<'END'\n${status}END\n;;\nesac`,
  );
}

test("a pool that is healthy is fine", async (t) => {
  pool(t);
  const { level, summary, facts } = await reading(zfs, {});
  assert.deepEqual([level, summary], ["ok", "tank is healthy and 45% full"]);
  assert.deepEqual(facts, [["zpool", "tank", "ONLINE", 45]]);
});

test("a degraded pool is trouble, with the member that failed", async (t) => {
  pool(t, { health: "DEGRADED", member: "FAULTED      6     0     2  too many errors" });
  const { level, summary } = await reading(zfs, {});
  assert.deepEqual([level, summary], ["fail", "tank is degraded (sdb faulted, 6 read, 2 checksum errors)"]);
});

test("errors of a member are a warning, lost data is trouble", async (t) => {
  pool(t, { member: "ONLINE       0     0     4" });
  assert.equal((await reading(zfs, {})).summary, "tank has errors (sdb 4 checksum errors)");
  pool(t, { errors: "7 data errors, use '-v' for a list" });
  const { level, summary } = await reading(zfs, {});
  assert.deepEqual([level, summary], ["fail", "tank has lost data: 7 data errors"]);
});

test("a pool that is full is told", async (t) => {
  pool(t, { filled: 85 });
  assert.deepEqual((await reading(zfs, {})).level, "warning");
  assert.deepEqual((await reading(zfs, { fail: "85%" })).summary, "tank is 85% full");
});

test("an old scrub, or none, is a warning; one that runs is fine", async (t) => {
  pool(t, { scan: `scrub repaired 0B in 00:12:34 with 0 errors on ${ago(60)}` });
  assert.match((await reading(zfs, {})).summary, /^tank was scrubbed 60d ago|^tank was scrubbed 60d/);
  pool(t, { scan: "" });
  assert.equal((await reading(zfs, {})).summary, "tank was never scrubbed");
  pool(t, {
    scan: `scrub in progress since ${ago(0)}\n\t1G scanned at 1G/s, 1G issued at 1G/s, 2G total\n\t0B repaired, 50.00% done`,
  });
  assert.equal((await reading(zfs, {})).level, "ok");
  pool(t, {
    scan: `resilver in progress since ${ago(0)}\n\t1G scanned at 1G/s, 1G issued at 1G/s, 2G total\n\t1G resilvered, 12.60% done, 00:01:00 to go`,
  });
  assert.equal((await reading(zfs, {})).summary, "tank is being resilvered (12.60%)");
});

test("a pool that is not there is trouble; no pool at all is unknown", async (t) => {
  pool(t);
  assert.equal((await reading(zfs, { pools: ["tank", "attic"] })).summary, "attic is not there");
  stand(t, "zpool", "exit 0");
  assert.match((await reading(zfs, {})).summary, /^there is no pool on this machine/);
});

test("a zpool that cannot ask the kernel is unknown, with its words", async (t) => {
  stand(t, "zpool", "echo 'The ZFS modules are not loaded.' >&2; exit 1");
  const { level, summary } = await reading(zfs, {});
  assert.deepEqual([level, summary], ["unknown", "zpool cannot tell (The ZFS modules are not loaded.)"]);
});
