import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { when } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import { stateDirectory } from "../directories.ts";
import { Asker } from "../history/asker.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { subjectOf } from "../reaction/statement.ts";
import { type Alert, type Answered, answersOf } from "../rules/alert.ts";
import type { Book } from "../rules/book.ts";
import { inForce } from "../rules/force.ts";
import { reactionsOf, type Wanted } from "../rules/react.ts";
import { relationsOf } from "../rules/relations.ts";
import { type Said, Spells } from "../rules/spells.ts";
import { type Text, textOf, texts } from "../rules/text.ts";
import { SYSEXITS } from "../sysexits.ts";
import { type Epoch, epoch, iso, milliseconds, now, type Seconds } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { relations } from "./herd.ts";
import { layout } from "./layout.ts";
import { Progress } from "./progress.ts";
import { say, sayJson } from "./say.ts";
import { screen } from "./terminal.ts";

/** Files with rules; none for those that are configured. */
interface Which {
  readonly files: readonly string[];
  readonly config: string | undefined;
}

/** `sheepdog rules check`: says whether rules are right, or what is wrong.
 * @returns the exit code: 0, or 65 when something is */
export async function rulesCheck(which: Which): Promise<number> {
  const { read } = await library();
  const found = textsOf(which);
  const { catalog, why } = relations();
  if (why !== undefined) complain(`which facts there are is not checked: ${why}`);
  const book = understood(() => read(found, catalog));
  if (book === undefined) return SYSEXITS.data[0];
  const clauses = book.defined.reduce((sum, one) => sum + one.clauses, 0);
  await say(`${plural(clauses, "rule")} in ${plural(found.length, "file")}: ok\n`);
  return 0;
}

/** `sheepdog rules list`: the rules in force, by predicate.
 * @returns the exit code: 0 */
export async function rulesList(
  config: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const force = inForce(stateDirectory("reader")) ?? [];
  const all = (await library()).definedBy(force);
  if (json) await sayJson(all);
  else
    await say(
      await layout(
        [{ title: "PREDICATE", least: 12 }, { title: "RULES" }, { title: "FILES", least: 12 }],
        all.map(({ name, arity, clauses, files }) => [
          { text: printable(`${name}/${arity}`) },
          { text: String(clauses) },
          { text: printable(files.join(" ")), colour: "faint" },
        ]),
        screen(),
      ),
    );
  if (all.length === 0) complain("no rules are in force");
  const found = texts(loadConfig(config).config.rules);
  if (JSON.stringify(found) !== JSON.stringify(force))
    complain("the files say something else by now: `sheepdog rules check`, and reload sheepdog-handler");
  return 0;
}

/** How far back, and how often within that. */
interface Then {
  readonly days: number;
  readonly every: Seconds;
}

/** `sheepdog rules test`: what alert would have barked, and what machines would have been asked for by react.
 * @returns the exit code: 0, or 65 when a rule is not understood
 * @throws Trouble when the history cannot be read */
export async function rulesTest(
  which: Which,
  then: Then,
  { json }: { readonly json: boolean },
): Promise<number> {
  const said = await tested(textsOf(which), then, await library());
  if (said === undefined) return SYSEXITS.data[0];
  if (json) await sayJson(said.map(plain));
  else await say(await layout(COLUMNS, rows(said), screen()));
  return 0;
}

type Library = typeof import("../rules/book.ts");
const library = (): Promise<Library> => import("../rules/book.ts");

async function tested(
  found: readonly Text[],
  then: Then,
  { read, hookQuery }: Library,
): Promise<readonly Said[] | undefined> {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  const book = understood(() => read(found, relationsOf(asker)));
  if (book === undefined) return undefined;
  const query = (hook: "alert" | "react", now: number, at?: number) => hookQuery(hook, book, now, at);
  if (query("alert", 0) === undefined && query("react", 0) === undefined)
    complain("no rule says alert(Host, Tag, Summary) or react(Host, Job, Args)");
  return await past((now, at) => {
    const alerted = answersOf(asker, query("alert", now, at));
    const reacted = reactionsOf(asker, query("react", now, at));
    return {
      alerts: [...alerted.alerts, ...reacted.wanted.flatMap(asAlerts)],
      whole: alerted.whole && reacted.whole,
      odd: [...alerted.odd, ...reacted.odd],
    };
  }, then);
}

/** What machines would have been asked for, in the same table. */
const asAlerts = (wanted: Wanted): readonly Alert[] =>
  wanted.hosts.map((host) => ({ host, tag: subjectOf(wanted), summaries: ["would have been asked"] }));

/** As of each moment, the last of them now, as the rounds ask. */
async function past(
  ask: (now: Epoch, at?: Epoch) => Answered,
  { days, every }: Then,
): Promise<readonly Said[]> {
  using progress = new Progress();
  const spells = new Spells();
  const odd = new Set<string>();
  const end = now();
  const start = end - days * DAY;
  const times: number[] = [];
  for (let at = start; ; at = Math.min(at + milliseconds(every), end)) {
    const moment = epoch(at);
    progress.show((at - start) / (end - start), when(moment, "minute"));
    await setImmediate(); // a person may have had enough
    const began = performance.now();
    const answered = at === end ? ask(moment) : ask(moment, moment);
    times.push(performance.now() - began);
    spells.add(moment, answered.alerts);
    for (const one of answered.odd) if (odd.size < SHOWN) odd.add(`nothing comes of ${one}`);
    if (!answered.whole)
      odd.add(
        "there are more than 1000 answers of alert at once, or 10000 of react: nothing comes of the others",
      );
    if (at === end) break;
  }
  progress[Symbol.dispose]();
  for (const one of odd) complain(one);
  complain(`asked ${plural(times.length, "time")}, ${spent(times)}`);
  return spells.all();
}

function spent(times: readonly number[]): string {
  const total = times.reduce((sum, one) => sum + one, 0);
  return `${(total / times.length).toFixed(1)} ms each, ${Math.max(...times).toFixed(1)} ms at the most`;
}

const DAY = 86_400_000;
const SHOWN = 5;

const COLUMNS = [
  { title: "SINCE" },
  { title: "UNTIL" },
  { title: "HOST", least: 8 },
  { title: "TAG", least: 8 },
  { title: "SUMMARY", least: 12 },
] as const;

function rows(said: readonly Said[]) {
  const { terminal } = screen();
  const shown = (moment: Epoch): string => when(moment, terminal ? "minute" : "stamp");
  return said.map(({ since, until, host, tag, summary }) => [
    { text: shown(since) },
    { text: until === undefined ? (terminal ? "now" : "-") : shown(until) },
    { text: printable(host) },
    { text: printable(tag) },
    { text: printable(summary) },
  ]);
}

const plain = ({ since, until, ...rest }: Said): object => ({
  since: iso(since),
  until: until === undefined ? null : iso(until),
  ...rest,
});

const textsOf = ({ files, config }: Which): readonly Text[] =>
  files.length > 0 ? files.map(textOf) : texts(loadConfig(config).config.rules);

/** @returns undefined where it is not, which has been said then */
function understood(work: () => Book): Book | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    process.stderr.write(printable(`${explain(error)}\n`, "\n"));
    return undefined;
  }
}

const complain = (text: string): void => void process.stderr.write(`sheepdog: ${printable(text)}\n`);
