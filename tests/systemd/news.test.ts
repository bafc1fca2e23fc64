import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/systemd/journal.ts";
import { type Memory, news } from "../../src/systemd/news.ts";
import { epoch } from "../../src/time.ts";

/** Nothing here is started: these are entries as process 1 writes them, with the fields that tell something.
 *
 * `started`, `oomd`, `exited` and `failed` were captured on a booted host, systemd 252; failure.test.ts brings them
 * about for real. `memory` was not: systemd writes it where the kernel counts kills in memory.events, and that takes
 * the memory controller on cgroup2, which a host in a test may not have. Its text, its identifier and its priority are
 * those of systemd (unit_check_oom in src/core/cgroup.c: from 243 on; newer ones say it in other words); UNIT and
 * INVOCATION_ID come from log_unit_struct(), as those of `oomd` do, which the same file writes. */
const about = (unit: string, invocation: string): Readonly<Record<string, Entry>> => {
  const frame = {
    _PID: "1",
    _UID: "0",
    _COMM: "systemd",
    _TRANSPORT: "journal",
    SYSLOG_IDENTIFIER: "systemd",
  };
  const entry = (more: Entry): Entry => ({
    ...frame,
    UNIT: unit,
    INVOCATION_ID: invocation,
    __CURSOR: `s=6fd0;i=${++written}`,
    __REALTIME_TIMESTAMP: String(BEGIN * 1000 + written * 1000),
    ...more,
  });
  return {
    started: entry({
      MESSAGE_ID: "39f53479d3a045ac8e11786248231fbf",
      PRIORITY: "6",
      CODE_FUNC: "job_emit_done_message",
      JOB_TYPE: "start",
      JOB_RESULT: "done",
      MESSAGE: `Started ${unit}.`,
    }),
    memory: entry({
      MESSAGE_ID: "fe6faa94e7774663a0da52717891d8ef",
      PRIORITY: "5",
      CODE_FUNC: "unit_check_oom",
      MESSAGE: `${unit}: A process of this unit has been killed by the OOM killer.`,
    }),
    newer: entry({
      MESSAGE_ID: "fe6faa94e7774663a0da52717891d8ef",
      PRIORITY: "5",
      CODE_FUNC: "unit_check_oom",
      MESSAGE: `${unit}: The kernel OOM killer killed some processes in this unit.`,
    }),
    oomd: entry({
      MESSAGE_ID: "d989611b15e44c9dbf31e3c81256e4ed",
      PRIORITY: "5",
      CODE_FUNC: "unit_check_oomd_kill",
      N_PROCESSES: "1",
      MESSAGE: `${unit}: systemd-oomd killed 1 process(es) in this unit.`,
    }),
    exited: entry({
      MESSAGE_ID: "98e322203f7a4ed290d09fe03c09fe15",
      PRIORITY: "4",
      CODE_FUNC: "unit_log_process_exit",
      COMMAND: "ExecStart",
      EXIT_CODE: "killed",
      EXIT_STATUS: "9",
      MESSAGE: `${unit}: Main process exited, code=killed, status=9/KILL`,
    }),
    failed: entry({
      MESSAGE_ID: "d9b373ed55a64feb8242e02dbe79a49c",
      PRIORITY: "4",
      CODE_FUNC: "unit_log_failure",
      UNIT_RESULT: "oom-kill",
      MESSAGE: `${unit}: Failed with result 'oom-kill'.`,
    }),
  };
};

const BEGIN = 1_795_542_740_000;
const NOW = epoch(BEGIN + 60_000);
let written = 0;
const NONE: Memory = { failing: [], begun: [] };
const RUN = "e990c607f4af41a6af92946cc1444cbf";
const NEXT = "660c5458f1524621aaaea3e720a8daa6";

/** What is told of these entries of one run. */
async function told(...kinds: readonly string[]): Promise<readonly (string | undefined)[]> {
  const run = about("hungry.service", RUN);
  const { failures } = await news(
    NONE,
    kinds.map((kind) => run[kind] as Entry),
    NOW,
  );
  return failures.map((entry) => entry["UNIT_RESULT"] ?? "memory");
}

for (const kind of ["memory", "newer", "oomd"])
  test(`a run that fails for want of memory is told once, as a failure (${kind})`, async () => {
    assert.deepEqual(await told("started", kind, "exited", "failed"), ["oom-kill"]);
    // The kernel's word may come after systemd has seen the end.
    assert.deepEqual(await told("started", "exited", "failed", kind), ["oom-kill"]);
    assert.deepEqual(await told("started", kind, kind, "exited", kind, "failed"), ["oom-kill"]);
  });

test("a unit that loses a process for want of memory, and goes on, is told to have lost one, once", async () => {
  assert.deepEqual(await told("started", "memory"), ["memory"]);
  assert.deepEqual(await told("started", "memory", "memory", "oomd"), ["memory"]);
});

test("two runs of one unit that are out of memory are two failures", async () => {
  const [first, second] = [about("hungry.service", RUN), about("hungry.service", NEXT)];
  const entries = [first["memory"], first["failed"], second["memory"], second["failed"]] as readonly Entry[];
  const { failures } = await news(NONE, entries, NOW);
  assert.deepEqual(
    failures.map((entry) => entry["INVOCATION_ID"]),
    [RUN, NEXT],
  );
});

test("a unit that was out of memory is well once it has been started again and lasts", async () => {
  const { memory } = await news(NONE, [about("hungry.service", RUN)["memory"] as Entry], NOW);
  assert.deepEqual(
    memory.failing.map(({ unit }) => unit),
    ["hungry.service"],
  );
  const { started } = about("hungry.service", NEXT);
  const begun = epoch(Number(started?.["__REALTIME_TIMESTAMP"]) / 1000);
  const soon = await news(memory, [started as Entry], epoch(begun + 5_000));
  assert.deepEqual(soon.well, []);
  const later = await news(soon.memory, [], epoch(begun + 11_000));
  assert.deepEqual(
    later.well.map(({ unit, invocation }) => [unit, invocation]),
    [["hungry.service", NEXT]],
  );
  assert.deepEqual([later.memory.failing, later.memory.begun], [[], []]);
  assert.equal(later.memory.cursor, started?.["__CURSOR"], "the next sweep goes on from there");
});

test("want of memory in what tells of failures is not told, nor in units of users' own managers", async () => {
  for (const unit of ["sheepdog-sweep.service", "sheepdog-bark@x.service"]) {
    const run = about(unit, RUN);
    const { failures } = await news(NONE, [run["memory"], run["failed"]] as readonly Entry[], NOW);
    assert.deepEqual(failures, [], unit);
  }
  // A user's manager says USER_UNIT. (It is not process 1 either; the match for journalctl sees to that.)
  const { UNIT: unit = "", ...memory } = about("hungry.service", RUN)["memory"] as Entry;
  assert.deepEqual((await news(NONE, [{ ...memory, USER_UNIT: unit }], NOW)).failures, []);
});
