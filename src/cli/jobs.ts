import type { Bark, Json } from "../bark.ts";
import { when } from "../clock.ts";
import type { Reader } from "../history/reader.ts";
import { called } from "../job/request.ts";
import { JOB } from "../monitors.ts";
import { printable } from "../printable.ts";
import { epoch, now, type Epoch } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { history } from "./history.ts";
import { halted } from "./halt.ts";
import { ask, type How, type Whom } from "./job.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { shorten } from "./shorten.ts";
import { readSince } from "./since.ts";
import type { Column } from "./table.ts";
import { screen } from "./terminal.ts";

/** What has become of something that was asked, as its bark tells it. */
interface Step {
  readonly run: string;
  readonly state: string;
  readonly job: string;
  readonly by: string;
  readonly bark: Bark;
}

/** Barks that are looked through at the most. */
const MOST = 100_000;
const MONTH = 30 * 86_400_000;

function steps(reader: Reader, since: Epoch, host?: string): readonly Step[] {
  return reader
    .barks({ tag: "job*", since, limit: MOST, ...(host === undefined ? {} : { host }) })
    .flatMap((bark) => stepOf(bark) ?? []);
}

function stepOf(bark: Bark): Step | undefined {
  const { run, phase, job, args, by } = bark.content ?? {};
  if (bark.monitor !== JOB || typeof run !== "string") return undefined;
  return {
    run,
    state: stateOf(typeof phase === "string" ? phase : "", bark.level === "ok"),
    job: words(job, args),
    by: typeof by === "string" ? by : "",
    bark,
  };
}

/** What was asked. Whoever may bark may say so of anything. */
const words = (job: Json | undefined, args: Json | undefined): string =>
  typeof job === "string" ? called(job, Object(args) as Readonly<Record<string, unknown>>) : "";

const stateOf = (phase: string, well: boolean): string =>
  phase === "run" ? (well ? "done" : "failed") : phase === "undo" ? (well ? "undone" : "not undone") : phase;

/** `sheepdog job list`: what was asked, newest last, and where that stands. @returns the exit code: 0
 * @throws Trouble when `since` is no time, or there is no history */
export async function list({
  host,
  since = "7d",
  json,
}: {
  readonly host: string | undefined;
  readonly since: string | undefined;
  readonly json: boolean;
}): Promise<number> {
  const from = readSince(since, now());
  if (from === undefined)
    throw new Trouble(`--since: "${since}" is no time`, { advice: "give a span such as 2d, or a date" });
  // Of each run on each machine the last word.
  const latest = new Map<string, Step>();
  const [found, brake] = history((reader) => [steps(reader, from, host), halted(reader)] as const);
  if (brake !== "") process.stderr.write(`sheepdog: ${brake}\n`);
  for (const step of found) {
    const key = `${step.run} ${step.bark.host}`;
    latest.delete(key);
    latest.set(key, step);
  }
  const all = [...latest.values()];
  if (json)
    await sayJson(
      all.map(({ run, state, job, by, bark }) => ({
        run,
        host: bark.host,
        state,
        job,
        by,
        time: bark.time,
        summary: bark.summary,
      })),
    );
  else await say(await listing(all));
  return 0;
}

const COLUMNS: readonly Column[] = [
  { title: "TIME" },
  { title: "ID" },
  { title: "HOST", least: 6 },
  { title: "STATE" },
  { title: "JOB", least: 10 },
  { title: "BY", least: 6 },
  { title: "SUMMARY", least: 10 },
];

function listing(all: readonly Step[]): Promise<string> {
  const shown = screen();
  const short = shown.terminal ? shorten([...new Set(all.map(({ run }) => run))]) : (id: string) => id;
  const rows = all.map(({ run, state, job, by, bark }) => [
    { text: when(epoch(Date.parse(bark.time)), shown.terminal ? "minute" : "stamp") },
    { text: printable(short(run)), colour: "faint" as const },
    { text: printable(bark.host) },
    { text: printable(state), colour: state === "refused" ? ("unknown" as const) : bark.level },
    ...[job, by, bark.summary].map((text) => ({ text: printable(text) })),
  ]);
  return layout(COLUMNS, rows, shown);
}

/** `sheepdog job log ID`. @returns the exit code: 0, or 1 when nothing is known of it */
export async function log(id: string, json: boolean): Promise<number> {
  const found = stepsOf(id);
  if (found.length === 0) {
    process.stderr.write(`sheepdog: nothing is known of ${printable(id)}: see \`sheepdog job list\`\n`);
    return 1;
  }
  if (json) await sayJson(found.map(({ bark }) => bark));
  else await say(found.map(({ bark }) => told(bark)).join("\n"));
  return 0;
}

const stepsOf = (id: string): readonly Step[] =>
  history((reader) => steps(reader, epoch(now() - MONTH))).filter(({ run }) => run.startsWith(id));

function told({ time, host, summary, content = {} }: Bark): string {
  const { job, args, command, stdout, stderr } = content;
  const what = words(job, args);
  const lines = [`${when(epoch(Date.parse(time)), "minute")}  ${host}  ${what}: ${summary}`];
  if (typeof command === "string") lines.push(`$ ${command}`);
  for (const stream of [stdout, stderr])
    if (typeof stream === "string" && stream !== "") lines.push(stream.trimEnd());
  return `${printable(lines.join("\n"), "\n\t")}\n`;
}

/** `sheepdog job cancel ID`. @returns the exit code, as `ask` does
 * @throws Trouble when it is not known which machines, or several are meant */
export async function cancel(
  given: string,
  machines: string | undefined,
  whom: Whom,
  how: How,
): Promise<number> {
  if (WHOLE.test(given) && (machines !== undefined || whom.on !== undefined))
    return await ask({ kind: "cancel", run: given }, whom, how);
  const found = stepsOf(given);
  const ids = [...new Set(found.map(({ run }) => run))];
  const [run] = ids;
  if (run === undefined || ids.length > 1)
    throw new Trouble(
      run === undefined ? `nothing is known here of ${given}` : `${ids.length} begin with ${given}`,
      { advice: run === undefined ? "give the whole id, and the machines behind it" : "give more of it" },
    );
  const hosts = machines ?? [...new Set(found.map(({ bark }) => bark.host))].join(",");
  return await ask({ kind: "cancel", run }, { ...whom, hosts }, how);
}

const WHOLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
