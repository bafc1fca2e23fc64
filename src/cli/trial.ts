import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bark, parseBark } from "../bark.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { runtimeDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { RESERVED } from "../plugin/fault.ts";
import { load } from "../plugin/load.ts";
import { receive } from "../plugin/receive.ts";
import { type Receive, type Tried, tryOut } from "../plugin/suite.ts";
import { decide } from "../policy/decide.ts";
import { file as filed } from "../policy/filed.ts";
import { sight } from "../policy/run.ts";
import { Ways } from "../policy/way.ts";
import { printable } from "../printable.ts";
import { iso, now, seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { user } from "../user.ts";
import { foundAt } from "./found.ts";
import { say, sayJson } from "./say.ts";
import { brush, screen } from "./terminal.ts";

/** What `sheepdog plugin test` is given. */
export interface Trial {
  /** A file, or the name of an indicator or a plugin. */
  readonly what: string;
  /** "warn=80%": settings of the plugin. */
  readonly settings: readonly string[];
  /** File with a bark for its receiver. */
  readonly bark: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** `sheepdog plugin test`: holds a plugin against the contract, and shows what it reads and what would come of it.
 * Nothing is stored, sent or told.
 * @returns the exit code: 0 when it keeps the contract, else 1 */
export async function pluginTest({ what, settings, bark, config: given, json }: Trial): Promise<number> {
  const { config } = loadConfig(given);
  const table = Object.hasOwn(config.indicators, what) ? config.indicators[what] : undefined;
  const found = foundAt(table?.use ?? what, config.plugins);
  const plugin = await load(found);
  const pipes = join(runtimeDirectory(), "plugins");
  const circumstances = {
    host: config.name,
    user: user(),
    tag: table?.tag ?? (table === undefined ? plugin.name : what),
    before: undefined,
    timeout: seconds(30),
    pipes,
  };
  const configured = Object.entries(table ?? {}).filter(([key]) => !RESERVED.some((other) => other === key));
  const told = Object.fromEntries([...configured, ...settings.map(setting)]);
  const tried = await tryOut(plugin, told, circumstances, {
    receive: found.kind === "executable" ? program(found.file, pipes) : undefined,
    given: bark === undefined ? undefined : readGiven(bark),
  });
  const outcome = comesOf(tried, config);
  const kept = tried.clauses.every(({ fault }) => fault === undefined);
  if (json)
    await sayJson({
      plugin: plugin.name,
      kept,
      clauses: tried.clauses,
      bark: tried.bark ?? null,
      wanted: tried.wanted ?? null,
      ...outcome,
    });
  else await say(report(tried, outcome));
  return kept ? 0 : 1;
}

const program =
  (file: string, pipes: string): Receive =>
  async (bark) => {
    const received = await receive(file, bark, pipes);
    if (received.kind === "later") throw new Error("it says that it is to be asked again later (75)");
    return received.kind === "nothing" ? [] : received.actions;
  };

function readGiven(file: string): Bark {
  const parsed = parseBark(textOf(file), { id: makeId(now()), time: iso(now()) });
  if (parsed.ok) return parsed.value;
  throw new Trouble(`${file} holds no bark: ${parsed.fault}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Trouble(`the bark in ${file} cannot be read (${errno(error) ?? "unknown"})`, { cause: error });
  }
}

/** "warn=80%" as what TOML would make of it: a number, true, false, a list with commas in brackets, else text. */
function setting(text: string): readonly [string, unknown] {
  const [, name, value = ""] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new Trouble(`"${text}" is no setting`, { advice: "write name=value" });
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

interface Comes {
  readonly stored: readonly string[];
  readonly told: readonly string[];
}

/** What would be stored and told, were this the first bark of its subject. */
function comesOf({ bark, wanted }: Tried, config: Config): Comes {
  const facts = [...(bark?.facts ?? []), ...(wanted?.facts ?? [])].map((fact) => JSON.stringify(fact));
  const notices = (wanted?.notices ?? []).map(
    ({ summary, to }) => `note: ${summary}${to === undefined ? "" : ` (to ${to.join(", ")})`}`,
  );
  const barks = (wanted?.barks ?? []).map(
    ({ tag, level, summary = "" }) => `bark ${tag} ${level} ${summary}`,
  );
  if (bark === undefined) return { stored: [...facts, ...barks], told: notices };
  const way = new Ways(config).of(bark.host, bark.tag);
  const judging = { now: now(), name: () => "id", mail: config.mail, way, silence: undefined };
  const { telling } = decide(undefined, sight(filed(bark, { time: now() }), undefined, way), judging);
  const told =
    telling === undefined ? [] : [`[${bark.level}] ${bark.summary} (to ${telling.everyone.join(", ")})`];
  return {
    stored: wanted?.drop === undefined ? ["the bark", ...facts, ...barks] : [...facts, ...barks],
    told: [...(wanted?.drop === undefined ? told : []), ...notices],
  };
}

function report({ clauses, bark, wanted }: Tried, { stored, told }: Comes): string {
  const paint = brush(screen().colour);
  const block = (title: string, lines: readonly string[]): readonly string[] => [
    "",
    title,
    ...(lines.length === 0 ? ["  nothing"] : lines.map((line) => `  ${printable(line)}`)),
  ];
  return [
    ...clauses.map(({ text, fault }) =>
      fault === undefined
        ? `${paint("ok  ", "ok")} ${text}`
        : `${paint("FAIL", "fail")} ${text}: ${printable(fault)}`,
    ),
    ...(bark === undefined
      ? []
      : block("The bark:", JSON.stringify(bark, undefined, 2).split("\n").slice(0, 60))),
    ...(wanted === undefined
      ? []
      : block("Actions of the receiver:", [
          ...wanted.facts.map((fact) => JSON.stringify({ fact })),
          ...wanted.notices.map((notice) => JSON.stringify({ notice })),
          ...wanted.barks.map((bark) => JSON.stringify({ bark })),
          ...(wanted.drop === undefined ? [] : [JSON.stringify({ drop: wanted.drop })]),
        ])),
    ...block("Would be stored:", stored),
    ...block("Would be told:", told),
    "",
  ].join("\n");
}
