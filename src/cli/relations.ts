import { join } from "node:path";
import { stateDirectory } from "../directories.ts";
import { Asker } from "../history/asker.ts";
import { herd } from "../logic/herd.ts";
import type { Relation } from "../logic/relation.ts";
import { printable } from "../printable.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { screen } from "./terminal.ts";

/** `sheepdog relations`: what can be asked of. @returns the exit code: 0 */
export async function relations({ json }: { readonly json: boolean }): Promise<number> {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  const all = [...herd(asker.relations())]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map((one) => ({ ...one, rows: count(one, asker) }));
  if (json)
    await sayJson(
      all.map(({ name, columns, about, example, rows, spans }) => ({
        name,
        columns,
        about,
        example,
        rows,
        spans: spans !== undefined,
      })),
    );
  else
    await say(
      await layout(
        [
          { title: "RELATION", least: 20 },
          { title: "ROWS" },
          { title: "WHAT", least: 12 },
          { title: "EXAMPLE", least: 12 },
        ],
        all.map(({ name, columns, about, example, rows }) => [
          { text: printable(`${name}(${columns.map(named).join(", ")})`) },
          { text: String(rows) },
          { text: printable(about) },
          { text: printable(example), colour: "faint" },
        ]),
        screen(),
      ),
    );
  return 0;
}

/** "Bytes" speaks for itself; of a time and a size it is said. */
const named = ({ name, type }: Relation["columns"][number]): string =>
  type === "time" && name !== "Time"
    ? `${name}: time`
    : type === "bytes" && name !== "Bytes"
      ? `${name}: bytes`
      : name;

function count({ present }: Relation, asker: Asker): number {
  const where = present.where === "" ? "" : ` WHERE ${present.where.replaceAll("{t}", "t")}`;
  const { rows } = asker.ask(`SELECT count(*) FROM ${present.from} AS t${where}`, {}, 1);
  return Number(rows[0]?.[0] ?? 0);
}
