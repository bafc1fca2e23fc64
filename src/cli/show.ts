import type { Reader, Shown } from "../history/reader.ts";
import { printable } from "../printable.ts";
import { iso } from "../time.ts";
import { history } from "./history.ts";
import { page } from "./page.ts";
import { say, sayJson } from "./say.ts";
import { screen } from "./terminal.ts";

type One = Extract<Shown, { readonly kind: "one" }>;

/** `sheepdog show ID`: one bark whole, by its id or the beginning of it.
 * @returns the exit code: 0, or 1 when no bark or more than one begins like this */
export async function show(prefix: string, { json }: { readonly json: boolean }): Promise<number> {
  const found = history((reader) => find(reader, prefix));
  if (typeof found === "string") {
    process.stderr.write(found);
    return 1;
  }
  if (json) await sayJson(asJson(found));
  else await say(page(found, screen()));
  return 0;
}

/** @returns the bark, or what to say when it is not one */
function find(reader: Reader, prefix: string): One | string {
  const found = reader.show(prefix);
  if (found === undefined)
    return `sheepdog: no bark has the id ${printable(prefix)}: see \`sheepdog list\`\n`;
  if (found.kind === "one") return found;
  const candidates = found.ids.map((id) => `  ${printable(id)}  ${about(reader.show(id))}\n`);
  return `sheepdog: several barks begin with ${printable(prefix)}: give more of the id\n${candidates.join("")}`;
}

const about = (found: Shown | undefined): string =>
  found?.kind === "one"
    ? printable(`${found.bark.time}  ${found.bark.level}  ${found.bark.host}  ${found.bark.tag}`)
    : "";

const asJson = ({ bark, received, claimed, notices }: One): unknown => ({
  ...bark,
  received: iso(received),
  ...(claimed === undefined ? {} : { claimed }),
  notices: notices.map((told) => ({ ...told, time: iso(told.time) })),
});
