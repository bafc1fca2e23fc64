// The tests that a package runs where it is built (guix.scm, nix/package.nix): by node alone, since there is neither a
// network nor root nor a daemon, and perhaps neither /bin/sh nor /usr/bin/env.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const WHERE = [
  ...["bark", "directories", "parcel", "printable", "redact", "sysexits", "time"].map(
    (name) => `${name}.test.js`,
  ),
  "policy",
  "config",
  "history",
  ...["bundle", "compose", "digest", "hostile"].map((name) => `mail/${name}.test.js`),
  "notify/wording.test.js",
  ...["fault", "holes", "meaning"].map((name) => `logic/${name}.test.js`),
  ...["guess", "parse", "shorten", "since", "table"].map((name) => `cli/${name}.test.js`),
];

const compiled = "out/tests";
if (!existsSync(compiled)) execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."]);
const files = WHERE.flatMap((where) => {
  const path = join(compiled, where);
  const found = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".test.js"))
        .map((name) => join(path, name))
    : [path];
  if (found.length === 0) throw new Error(`there are no tests in ${path}`);
  return found;
});
execFileSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
