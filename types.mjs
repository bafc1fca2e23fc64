// Bundles the types of "sheepdog/plugin" into one file, with those of zod, as what they are the types of is bundled: with
// zod as a dependency every server would have 8 MB that only authors look at, and another version of it, beside an
// author's plugin, would promise what does not run. Called by build.mjs with the file to write.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

/** An alias that the plugin makes for a part of zod has its variance from what it stands for, and may not say it again. */
const aliases = {
  name: "aliases",
  renderChunk: (code) =>
    code.replace(/^type index_d\S*<.*/gm, (line) => line.replace(/([<,] ?)(?:in |out )+/g, "$1")),
};

const root = dirname(fileURLToPath(import.meta.url));
const license = readFileSync(join(root, "node_modules/zod/LICENSE"), "utf8");
const bundle = await rollup({
  input: join(root, "src/plugin/public.ts"),
  plugins: [dts({ respectExternal: true }), aliases],
  external: [/^node:/],
});
await bundle.write({
  file: process.argv[2],
  banner: `/* Sheepdog, GPL-3.0-or-later; with types of zod:\n\n${license}*/`,
});
