import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ask } from "./ask.ts";
import type { Run } from "./keeper.ts";
import { newest } from "./newest.ts";
import type { Updater } from "./updater.ts";

/** No repository is defined: then somebody else keeps this machine (ZYPPER_EXIT_NO_REPOS, zypper(8)). */
const NOBODY = 6;
const ZYPPER = ["zypper", "--non-interactive", "--no-refresh"];

export const zypper: Updater = {
  async waiting(run) {
    const text = await ask(run, [...ZYPPER, "--xmlout", "list-updates"], { fine: [0, NOBODY] });
    if (text === undefined || !text.includes("<update-list")) return undefined;
    const advised = await security(run);
    const updates = entries(text, "package").map((one) => ({
      name: one["name"] ?? "",
      from: one["edition-old"] ?? "unknown",
      to: one["edition"] ?? "",
      security: advised.has(one["name"] ?? ""),
    }));
    return { updates, listed: newest(indexes()) };
  },
};

/** The packages that patches for security replace. A patch says so by conflicting with what is older:
 *
 *     Conflicts   : [2]
 *         libopenssl3.x86_64 < 3.1.4-150600.5.15.1
 *         srcpackage:openssl-3 < 3.1.4-150600.5.15.1 */
async function security(run: Run): Promise<ReadonlySet<string>> {
  const listed = await ask(run, [...ZYPPER, "--xmlout", "list-patches", "--category", "security"]);
  const patches = entries(listed ?? "", "patch").map(({ name = "" }) => name);
  if (patches.length === 0) return new Set();
  const text = (await ask(run, [...ZYPPER, "info", "-t", "patch", ...patches])) ?? "";
  const lines = text.matchAll(/^(?:Conflicts +: +| +)([^\s:]+) < \S+$/gm);
  return new Set([...lines].map(([, name = ""]) => name.replace(ARCHITECTURE, "")));
}

const ARCHITECTURE = /\.(noarch|x86_64|i[3-6]86|aarch64|armv\w+|ppc64(le)?|s390x?|riscv64)$/;

/** What can be updated, in XML; the list behind it has what cannot.
 *
 *     <update kind="package" name="bash" edition="5.2-8.1" arch="x86_64" edition-old="5.2-7.1"> */
function entries(xml: string, kind: string): readonly Readonly<Record<string, string>>[] {
  const [, list = ""] = /<update-list>([^]*?)<\/update-list>/.exec(xml) ?? [];
  return [...list.matchAll(/<update ([^>]*)>/g)]
    .map(([, text = ""]) =>
      Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
    )
    .filter((one) => one["kind"] === kind);
}

const RAW = "/var/cache/zypp/raw";
/** What zypper touches when it has looked whether a repository has changed. */
const indexes = (): readonly string[] =>
  existsSync(RAW) ? readdirSync(RAW).map((name) => join(RAW, name, "repodata/repomd.xml")) : [];
