import { execFile } from "node:child_process";
import { printable } from "../printable.ts";
import { ask } from "../systemd/ask.ts";
import { between, epoch, iso, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { called } from "./request.ts";
import type { Entry } from "./ledger.ts";
import type { Starter } from "./starter.ts";

/** What a run of a job may do unless its file says otherwise. */
const SANDBOX: Entry["unit"] = {
  NoNewPrivileges: true,
  ProtectHome: true,
  PrivateTmp: true,
  ProtectKernelModules: true,
  ProtectKernelTunables: true,
  ProtectControlGroups: true,
  ProtectClock: true,
  RestrictSUIDSGID: true,
  LockPersonality: true,
  MemoryMax: "1G",
  TasksMax: 512,
};

/** What a run is called: its unit, and the mark of its lines in the journal. */
export const unitOf = (id: string, phase: "run" | "undo"): string =>
  phase === "run" ? `sheepdog-job-${id}` : `sheepdog-undo-${id}`;

const PHASES = ["run", "undo"] as const;

/** All units of a request. */
const namesOf = (id: string): readonly string[] =>
  PHASES.flatMap((phase) => [`${unitOf(id, phase)}.timer`, `${unitOf(id, phase)}.service`]);

/** Runs jobs as transient units. */
export const units: Starter = {
  unable: () => undefined,
  start: (entry) => run(entry, "run", []),
  plan: (entry) => run(entry, "run", timerOf(entry)),
  async hold(entry, until) {
    await stopAll([`${unitOf(entry.id, "undo")}.timer`]);
    const left = between(now(), until);
    await run(entry, "undo", left <= 0 ? [] : [`--on-active=${left.toFixed(3)}s`, ...PRECISE]);
  },
  stop: ({ id }) => stopAll(namesOf(id)),
  async living(entries) {
    const names = entries.flatMap(({ id }) => [
      ...namesOf(id),
      // Its end is being told.
      ...PHASES.map((phase) => `sheepdog-job-ended@${phase}:${id}:*.service`),
    ]);
    if (names.length === 0) return new Set();
    const listed = await ask("systemctl", [
      "list-units",
      "--plain",
      "--no-legend",
      "--full",
      "--all",
      "--state=active,activating,deactivating,reloading",
      ...names,
    ]);
    if (listed === undefined) throw new Trouble("systemd does not say which jobs run", { retry: "later" });
    return new Set(
      [
        ...listed.matchAll(/sheepdog-(?:job-|undo-|job-ended@(?:run|undo):)([0-9a-f]{8}-[0-9a-f-]{27})[.:]/g),
      ].map(([, id = ""]) => id),
    );
  },
};

const PRECISE = ["--timer-property=AccuracySec=100ms", "--timer-property=RemainAfterElapse=no"];

function timerOf({ at, calendar }: Entry): readonly string[] {
  if (calendar !== undefined) return [`--on-calendar=${calendar}`, "--timer-property=AccuracySec=1s"];
  // The second that begins then: one that has begun would be over.
  const [day = "", time = ""] = iso(epoch(Math.ceil((at ?? 0) / 1000) * 1000)).split("T");
  return [`--on-calendar=${day} ${time.slice(0, 8)} UTC`, ...PRECISE];
}

/** The main process is the program itself: systemd-cat gives it to the journal, each stream with a priority of its own,
 * and becomes it. Its end is told by another unit, which its limits do not concern. */
async function run(entry: Entry, phase: "run" | "undo", timer: readonly string[]): Promise<void> {
  const vector = phase === "run" ? entry.vector : (entry.undo ?? []);
  const name = unitOf(entry.id, phase);
  const properties = {
    ...SANDBOX,
    ...entry.unit,
    Description: `Sheepdog ${phase === "undo" ? "undo of " : ""}job ${called(entry.job, entry.args)}`.slice(
      0,
      200,
    ),
    User: entry.user,
    StandardInput: "null",
    RuntimeMaxSec: entry.timeout,
    TimeoutStopSec: 10,
    OnSuccess: `sheepdog-job-ended@${phase}:${entry.id}:well.service`,
    OnFailure: `sheepdog-job-ended@${phase}:${entry.id}:ill.service`,
  };
  await systemdRun([
    "--quiet",
    "--no-ask-password",
    "--no-block",
    "--collect",
    `--service-type=${timer.length === 0 ? "exec" : "simple"}`,
    `--unit=${name}`,
    ...timer,
    ...Object.entries(properties).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `--property=${key}=${written(one)}`),
    ),
    "--",
    "systemd-cat",
    `--identifier=${name}`,
    "--priority=info",
    "--stderr-priority=err",
    "--level-prefix=false",
    "--",
    // systemd would put variables in.
    ...vector.map((word) => word.replaceAll("$", "$$$$")),
  ]);
}

const written = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "yes" : "no") : String(value);

async function systemdRun(words: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const options = {
      timeout: 20_000,
      env: { PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    };
    execFile("systemd-run", [...words], options, (error, _, stderr) =>
      error === null
        ? resolve()
        : reject(
            new Trouble(
              `systemd does not take it: ${printable(stderr.trim().slice(0, 500)) || error.message}`,
            ),
          ),
    );
  });
}

/** What is not there need not be stopped. */
async function stopAll(names: readonly string[]): Promise<void> {
  await ask("systemctl", ["stop", "--", ...names], { patience: 30_000 });
}
