import { loadConfig } from "../config/load.ts";
import type { Plugin } from "../plugin/contract.ts";
import { type Found, search } from "../plugin/find.ts";
import { load, placeOf } from "../plugin/load.ts";
import { explainSettings } from "../plugin/manual.ts";
import { printable } from "../printable.ts";
import { explain } from "../trouble.ts";
import { foundAt } from "./found.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { screen } from "./terminal.ts";

/** `sheepdog plugin list`: what there is, from where, and what is refused.
 * @returns the exit code: 0, or 78 when one is refused */
export async function pluginList(
  given: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const { found, refused } = search(loadConfig(given).config.plugins);
  const all = await Promise.all(found.map(described));
  const broken = [
    ...refused.map(({ file, why }) => ({ from: file, why })),
    ...all.flatMap((one) =>
      typeof one.plugin === "string" ? [{ from: placeOf(one.found), why: one.plugin }] : [],
    ),
  ];
  const good = all.flatMap(({ found, plugin }) => (typeof plugin === "string" ? [] : [{ found, plugin }]));
  if (json)
    await sayJson({
      plugins: good.map(({ found, plugin }) => ({
        name: plugin.name,
        kind: found.kind,
        from: from(found),
        about: plugin.about,
        monitor: plugin.monitor !== undefined,
        receiver: plugin.receiver !== undefined || found.kind === "executable",
        rhythm: plugin.rhythm ?? null,
        settings: explainSettings(plugin),
      })),
      refused: broken,
    });
  else
    await say(
      await layout(
        [{ title: "NAME" }, { title: "FROM", least: 10 }, { title: "ABOUT", least: 10 }],
        good.map(({ found, plugin }) => [
          { text: plugin.name },
          { text: from(found) },
          { text: printable(plugin.about) },
        ]),
        screen(),
      ),
    );
  if (!json)
    for (const { from, why } of broken)
      process.stderr.write(`sheepdog: ${printable(`${from} is not used: ${why}`)}\n`);
  return broken.length === 0 ? 0 : 78;
}

const from = (found: Found): string => (found.kind === "builtin" ? "built in" : found.file);

async function described(found: Found): Promise<{ readonly found: Found; readonly plugin: Plugin | string }> {
  try {
    return { found, plugin: await load(found) };
  } catch (error) {
    return { found, plugin: explain(error) };
  }
}

/** `sheepdog plugin show`: what one watches, and what can be set. */
export async function pluginShow(
  what: string,
  given: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const found = foundAt(what, loadConfig(given).config.plugins);
  const plugin = await load(found);
  const { name } = plugin;
  const settings = explainSettings(plugin);
  if (json) {
    const { about, rhythm = null, unit = null } = plugin;
    await sayJson({ name, about, from: from(found), rhythm, unit, settings });
    return 0;
  }
  const rhythm =
    plugin.rhythm === undefined
      ? []
      : Object.entries(plugin.rhythm).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const lines = settings.flatMap(({ name, about, value }) => [
    `# ${about}`,
    `${value.startsWith("#") ? "#" : ""}${name} = ${value.replace(/^#/, "")}`,
  ]);
  // Comments of its own are theirs, too.
  const unit = (plugin.unit ?? "")
    .trim()
    .split("\n")
    .map((line) => `#   ${line}`);
  const more =
    plugin.unit === undefined ? [] : ["#", "# Its unit has, beyond what the sandbox allows to all:", ...unit];
  await say(
    printable(
      [`# ${plugin.about}`, `[indicators.${name}]`, ...rhythm, ...lines, ...more, ""].join("\n"),
      "\n",
    ),
  );
  return 0;
}
