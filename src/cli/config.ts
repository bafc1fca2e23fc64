import { existsSync } from "node:fs";
import { tryCertificates } from "../broker/keys.ts";
import { redisPassword } from "../config/password.ts";
import { type Loaded, loadConfig } from "../config/load.ts";
import { secret } from "../config/secret.ts";
import { shown } from "../config/shown.ts";
import { writeToml } from "../config/toml.ts";
import { needs } from "../notify/open.ts";
import { unreliable } from "../ssh/list.ts";
import { type Text, texts } from "../rules/text.ts";
import { relations } from "./herd.ts";
import { SYSEXITS } from "../sysexits.ts";
import { errno, explain, Trouble } from "../trouble.ts";

/** `sheepdog config check`: says whether the configuration is right, with the files and programs that it names, or all
 * that is wrong with it. What only a credential provides is for systemd to give: it may be absent here.
 * @param schema  the file alone: where it is made, what it names is not there yet
 * @returns the exit code: 0, or 78 when something is wrong */
export async function configCheck(
  given: string | undefined,
  { schema }: { readonly schema: boolean } = { schema: false },
): Promise<number> {
  const loaded = load(given);
  if (loaded === undefined) return SYSEXITS.config[0];
  const faults = schema ? [] : files(loaded, await readerOf(loaded.config.rules));
  for (const { line } of faults) process.stderr.write(`${line}\n`);
  if (faults.some(({ hidden }) => !hidden)) return SYSEXITS.config[0];
  process.stdout.write(`${loaded.file ?? "no configuration file, the defaults hold"}: ok\n`);
  return 0;
}

interface Fault {
  readonly line: string;
  /** It may be right: this user may not look. The handler need not be able to read what the mailer needs. */
  readonly hidden: boolean;
}

function files(
  { config: { redis, mail, operators, receivers }, place }: Loaded,
  readRules: () => void,
): readonly Fault[] {
  const faults: Fault[] = [];
  const look = (key: readonly string[], act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const hidden = errno(error.cause) === "EACCES";
      const said = `${place(key)}: ${key.join(".")}: ${hidden ? "not checked: " : ""}${explain(error)}`;
      faults.push({ line: said, hidden });
    }
  };
  if (redis !== undefined) {
    look(["redis", "secret"], () => redisPassword(redis));
    look(["redis"], () => tryCertificates(redis));
  }
  look(["rules"], readRules);
  look(["operators", "signers"], () => list(operators.signers));
  if (mail.uri?.startsWith("smtp")) look(["mail", "secret"], () => secret("smtp", mail.secret));
  for (const [name, receiver] of Object.entries(receivers))
    for (const [key, act] of needs(name, receiver)) look(["receivers", name, key], act);
  return faults;
}

/** Loads what reads rules only where there are some. */
async function readerOf(rules: readonly string[]): Promise<() => void> {
  let found: readonly Text[];
  try {
    found = texts(rules);
  } catch (error) {
    return () => {
      throw error;
    };
  }
  if (found.length === 0) return () => undefined;
  const { read } = await import("../rules/book.ts");
  return () => void read(found, relations().catalog);
}

/** The list of operators need not be there. */
function list(signers: string): void {
  const why = existsSync(signers) ? unreliable(signers) : undefined;
  if (why !== undefined)
    throw new Trouble(`the list of operators ${signers} would not be used`, { advice: why });
}

/** `sheepdog config show`: what holds, defaults included and secrets masked, in a form that can be loaded again.
 * @returns the exit code: 0, or 78 when the configuration is wrong */
export function configShow(given: string | undefined, how: { readonly json: boolean }): number {
  const loaded = load(given);
  if (loaded === undefined) return SYSEXITS.config[0];
  const effective = shown(loaded.config);
  // JSON has no comments: there the file is not said.
  const toml = `# from ${loaded.file ?? "the defaults: there is no configuration file"}\n${writeToml(effective)}`;
  process.stdout.write(how.json ? `${JSON.stringify(effective, undefined, 2)}\n` : toml);
  return 0;
}

function load(given: string | undefined): Loaded | undefined {
  try {
    return loadConfig(given);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    process.stderr.write(`${explain(error)}\n`);
    return undefined;
  }
}
