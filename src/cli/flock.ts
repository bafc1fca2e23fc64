import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { stateDirectory } from "../directories.ts";
import { matches } from "../glob.ts";
import { Asker } from "../history/asker.ts";
import { compile } from "../logic/compile.ts";
import { Fault, pointed } from "../logic/fault.ts";
import { program } from "../logic/program.ts";
import { printable } from "../printable.ts";
import { relationsOf } from "../rules/relations.ts";
import { now, seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { within } from "./limit.ts";

/** Machines that are asked at once, at the most. */
const MOST = 5000;
/** What a queue can be called by. */
const HOST = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

/** The machines that somebody means: names, groups of the configuration, and patterns of what the history knows.
 * @param given  "web1,db*,GROUP"
 * @returns each once, in order
 * @throws Trouble when there is none, or one cannot be asked */
export function hostsIn(given: string, { groups }: Config): readonly string[] {
  const all = given
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .flatMap((one) => {
      const group = Object.hasOwn(groups, one) ? groups[one] : undefined;
      if (group !== undefined) return group.hosts;
      return one.includes("*") ? like(one) : [one];
    });
  return fit(all, given);
}

/** The machines that answer a question of the logic language: what its variable Host, or its only one, stands for.
 * @throws Trouble when it is not understood, or there is none */
export function hostsOf(question: string): readonly string[] {
  const found = answers(question);
  return fit(found, question);
}

const like = (pattern: string): readonly string[] =>
  answers("host(Host)").filter((name) => matches(pattern.toLowerCase(), name.toLowerCase()));

function answers(question: string): readonly string[] {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  try {
    const asking = { catalog: relationsOf(asker), now: now(), asks: true };
    const made = compile(program(question, asking), asking);
    const named = made.columns.findIndex(({ name }) => name === "Host" || name === "H");
    if (named < 0 && made.columns.length !== 1)
      throw new Trouble("which variable is the machine? call it Host", {
        advice: "such as --on 'package(Host, openssl, V), \\+ version_at_least(V, \"3.0.15\")'",
      });
    using _ = within(seconds(60));
    const { rows } = asker.ask(made.sql, made.parameters, MOST * 10);
    return rows.map((row) => String(row[Math.max(0, named)]));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Trouble(printable(pointed(error, question, "--on").trimEnd(), "\n"));
  }
}

function fit(all: readonly string[], given: string): readonly string[] {
  const hosts = [...new Set(all)].sort();
  const odd = hosts.find((host) => !HOST.test(host));
  if (odd !== undefined) throw new Trouble(`no machine can be called ${JSON.stringify(odd.slice(0, 80))}`);
  if (hosts.length === 0) throw new Trouble(`no machine is meant by ${printable(given).slice(0, 200)}`);
  if (hosts.length > MOST)
    throw new Trouble(`${hosts.length} machines are meant, more than ${MOST}; ask fewer`);
  return hosts;
}
