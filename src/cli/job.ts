import type { Broker } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { loadConfig } from "../config/load.ts";
import { spoolDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { called, MOST_HOSTS, type Wish } from "../job/request.ts";
import { seal } from "../job/seal.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { chooseKey, type Key } from "../ssh/key.ts";
import { formatSpan, now, type Seconds, seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { type Answer, Answers } from "./answers.ts";
import { asker } from "./asker.ts";
import { confirm } from "./confirm.ts";
import { hostsIn, hostsOf } from "./flock.ts";
import { layout } from "./layout.ts";
import { Progress } from "./progress.ts";
import { say, sayJson } from "./say.ts";
import type { Column } from "./table.ts";
import { screen } from "./terminal.ts";

/** Whom to ask. */
export interface Whom {
  /** Names, groups, patterns; undefined where a question says it. */
  readonly hosts: string | undefined;
  /** A question of the logic language. */
  readonly on: string | undefined;
  /** Do not ask back. */
  readonly yes: boolean;
}

/** How to ask. */
export interface How {
  readonly config: string | undefined;
  readonly key: string | undefined;
  readonly json: boolean;
  /** How long the request is good for. */
  readonly expires: Seconds;
  /** Wait for answers. */
  readonly wait: boolean;
  /** For so long. */
  readonly timeout: Seconds;
  /** So many machines at a time: a number, or a share of all. */
  readonly batch: { readonly hosts: number } | { readonly share: number } | undefined;
  /** After so many that went wrong no more are asked. */
  readonly stopAfter: number | undefined;
}

/** Asks machines for something, and tells what comes of it.
 * @returns the exit code: 0 when all did it, or when it is handed over and not waited for; else 1
 * @throws Trouble when it cannot be asked */
export async function ask(wish: Wish, whom: Whom, how: How): Promise<number> {
  const { config } = loadConfig(how.config);
  const hosts = whom.on === undefined ? hostsIn(whom.hosts ?? "", config) : hostsOf(whom.on);
  if (!(await sure(wish, hosts, whom))) return 1;
  const key = await chooseKey({
    given: how.key,
    configured: config.jobs.key ?? config.operators.key,
    table: "jobs",
  });
  await using broker = await openBroker(config, spoolDirectory(), "operator");
  const asking: Asking = { wish, how, key, broker, by: `${asker()}@${config.name}` };
  const wait = how.wait || how.batch !== undefined;
  return wait ? await rollOut(hosts, asking) : await handOver(hosts, asking);
}

interface Asking {
  readonly wish: Wish;
  readonly how: How;
  readonly key: Key;
  readonly broker: Broker;
  readonly by: string;
}

/** Who is meant by a question is shown before anything happens to them. */
async function sure(wish: Wish, hosts: readonly string[], { on, yes }: Whom): Promise<boolean> {
  if (on === undefined || yes) return true;
  process.stderr.write(`${printable(hosts.join("\n"), "\n")}\n`);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Trouble(`${plural(hosts.length, "machine")} would be asked`, {
      advice: "there is nobody to confirm it; give --yes where you are sure",
    });
  return await confirm(`Ask ${plural(hosts.length, "machine")} for ${inWords(wish)}?`);
}

const inWords = (wish: Wish): string =>
  wish.kind === "cancel" ? `the end of ${wish.run}` : called(wish.job, wish.args);

async function send(
  id: string,
  hosts: readonly string[],
  { wish, how, key, broker, by }: Asking,
  waits: boolean,
): Promise<void> {
  const sealed = await seal(wish, { id, hosts, by, from: now(), life: how.expires, waits, key });
  const body = JSON.stringify(sealed);
  for (const host of hosts) await broker.publish(`jobs:${host}`, [body]);
}

async function handOver(hosts: readonly string[], asking: Asking): Promise<number> {
  const ids: string[] = [];
  for (let at = 0; at < hosts.length; at += MOST_HOSTS) {
    const id = makeId(now());
    await send(id, hosts.slice(at, at + MOST_HOSTS), asking, false);
    ids.push(id);
  }
  const { how, wish, key } = asking;
  if (how.json) await sayJson({ ids, hosts, key: key.words });
  else
    await say(
      printable(
        `asked ${plural(hosts.length, "machine")} for ${inWords(wish)}, as ${ids.join(", ")}\nsigned with ${key.words}; good for ${formatSpan(how.expires)}; \`sheepdog job log ${ids[0]}\` shows what comes of it\n`,
        "\n",
      ),
    );
  return 0;
}

async function rollOut(hosts: readonly string[], asking: Asking): Promise<number> {
  const { how } = asking;
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  process.once("SIGINT", leave);
  const size = sizeOf(how.batch, hosts.length);
  const all = new Map<string, Answer>();
  const asked = new Set<string>();
  let failed = 0;
  try {
    using progress = new Progress();
    for (let at = 0; at < hosts.length && !stop.signal.aborted; at += size) {
      const some = hosts.slice(at, at + size);
      const id = makeId(now());
      await using answers = new Answers(asking.broker, id, some, (answer) => {
        all.set(answer.host, answer);
        if (!answer.well) failed += 1;
        progress.show(
          all.size / hosts.length,
          `${all.size} of ${hosts.length}, ${printable(answer.host)} ${answer.well ? "done" : "failed"}`,
        );
      });
      await answers.listens;
      for (const host of some) asked.add(host);
      await send(id, some, asking, true);
      await answers.all(how.timeout, stop.signal);
      failed += some.filter((host) => !all.has(host)).length;
      if (how.stopAfter !== undefined && failed >= how.stopAfter) break;
    }
  } finally {
    process.removeListener("SIGINT", leave);
  }
  const silent = (host: string): string => (asked.has(host) ? SILENT : "not asked");
  await tell(hosts, all, silent, how);
  return hosts.every((host) => all.get(host)?.well === true) ? 0 : 1;
}

const SILENT = "no answer yet; is it called so, is it on, and does sheepdog-agent run there?";

function sizeOf(batch: How["batch"], count: number): number {
  if (batch === undefined) return Math.min(count, MOST_HOSTS);
  const wanted = "share" in batch ? Math.ceil(count * batch.share) : batch.hosts;
  return Math.max(1, Math.min(wanted, MOST_HOSTS));
}

const COLUMNS: readonly Column[] = [
  { title: "HOST", least: 8 },
  { title: "RESULT" },
  { title: "EXIT" },
  { title: "TOOK" },
  { title: "SAID", least: 20 },
];

async function tell(
  hosts: readonly string[],
  all: ReadonlyMap<string, Answer>,
  silent: (host: string) => string,
  { json }: How,
): Promise<void> {
  if (json)
    return await sayJson(
      hosts.map((host) => all.get(host) ?? { host, well: false, phase: "none", summary: silent(host) }),
    );
  const rows = hosts.map((host) => {
    const answer = all.get(host);
    const said =
      lastLine(answer?.well === true ? answer.stdout : (answer?.stderr ?? "")) ||
      (answer?.summary ?? silent(host));
    return [
      { text: printable(host) },
      answer === undefined
        ? { text: "none", colour: "unknown" as const }
        : { text: wordOf(answer), colour: answer.well ? ("ok" as const) : ("fail" as const) },
      { text: answer?.signal ?? String(answer?.status ?? "") },
      { text: answer?.elapsed === undefined ? "" : formatSpan(seconds(answer.elapsed)) },
      { text: printable(said) },
    ];
  });
  await say(await layout(COLUMNS, rows, screen()));
}

const wordOf = ({ phase, well }: Answer): string =>
  phase === "run" || phase === "undo" ? (well ? "done" : "failed") : phase || "unknown";

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.trim() ?? "";
