import { accessSync, constants } from "node:fs";
import { printable } from "../printable.ts";
import { bad, errno, good, type Result, Trouble } from "../trouble.ts";
import { openssh } from "./openssh.ts";

/** What somebody signs with. */
export type Key =
  /** A private key, or a public one whose other half is in the agent. */
  | { readonly kind: "file"; readonly file: string; readonly words: string }
  /** What the agent holds: the public half, as a line of authorized_keys. */
  | { readonly kind: "agent"; readonly line: string; readonly words: string };

/** Where a key may come from, first things first. */
export interface Keys {
  /** As the command line says. */
  readonly given: string | undefined;
  /** A key of this machine's own, where there may be one: whoever can read it is asked nothing. */
  readonly own?: Key & { readonly kind: "file" };
  /** As the configuration says. */
  readonly configured: string | undefined;
  /** The table of the configuration where `key` says it: "operators". */
  readonly table: string;
}

/** The key to sign with.
 * @throws Trouble when there is none */
export async function chooseKey({ given, own, configured, table }: Keys): Promise<Key> {
  if (given !== undefined) return { kind: "file", file: readable(given, "--key"), words: `the key ${given}` };
  const local = own && access(own.file);
  if (own !== undefined && local?.ok === true) return own;
  if (configured !== undefined)
    return { kind: "file", file: readable(configured, "the configuration"), words: `the key ${configured}` };
  const { stdout, status } = await openssh("ssh-add", ["-L"], { person: true, quiet: true });
  const held = status === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
  const [line] = held;
  if (line !== undefined && held.length === 1)
    return { kind: "agent", line, words: `the agent's key ${nameOf(line)}` };
  throw line === undefined
    ? new Trouble("there is no key to sign this with", {
        advice: `${own === undefined ? "" : "on the handler's machine ask as root (sudo); elsewhere "}give --key FILE, set \`key\` in [${table}], or put one into the agent (ssh-add)`,
        cause: local?.ok === false ? local.fault : undefined,
      })
    : new Trouble(`the agent holds ${held.length} keys (${held.map(nameOf).join(", ")})`, {
        advice: `say which: --key FILE.pub, or \`key\` in [${table}]`,
      });
}

function readable(file: string, by: string): string {
  const found = access(file);
  if (found.ok) return file;
  throw new Trouble(`cannot read the key ${file} (${errno(found.fault) ?? "unknown"}), named by ${by}`, {
    advice: "name a private SSH key, or a public one whose other half is in the agent",
    cause: found.fault,
  });
}

function access(file: string): Result<string, unknown> {
  try {
    accessSync(file, constants.R_OK);
    return good(file);
  } catch (error) {
    return bad(error);
  }
}

/** What its owner calls it. */
const nameOf = (line: string): string =>
  printable(line.split(" ").slice(2).join(" ").slice(0, 80)) || "unnamed";
