// Makes the reader of the logic language of its grammar.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import peggy from "peggy";

const folder = join(dirname(fileURLToPath(import.meta.url)), "src", "logic");
const file = join(folder, "grammar.peggy");
const source = readFileSync(file, "utf8");
const made = peggy.generate(source, { output: "source", format: "es", grammarSource: file });
// No path of the machine that made it.
writeFileSync(join(folder, "grammar.js"), made.replaceAll(folder, "."));
