import { chmodSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { builtins } from "../plugin/builtin.ts";
import { checkName } from "../plugin/find.ts";
import { errno, Trouble } from "../trouble.ts";
import { say } from "./say.ts";
import { guile } from "./sprout/guile.ts";
import { python } from "./sprout/python.ts";
import { ruby } from "./sprout/ruby.ts";
import { sh } from "./sprout/sh.ts";
import { typescript } from "./sprout/typescript.ts";

/** What a plugin can be begun in: the end of its file's name, whether it is a program, and what stands in it. */
const LANGUAGES = {
  sh: { end: ".sh", program: true, text: sh },
  python: { end: ".py", program: true, text: python },
  ts: { end: ".ts", program: false, text: typescript },
  ruby: { end: ".rb", program: true, text: ruby },
  guile: { end: ".scm", program: true, text: guile },
} as const;
export type Language = keyof typeof LANGUAGES;

/** `sheepdog plugin new`: writes a plugin that works, and its test, into this folder. */
export async function pluginNew(name: string, language: Language): Promise<number> {
  checkName(name);
  if (builtins().includes(name))
    throw new Trouble(`a plugin that is built in is called ${name}`, {
      kind: "configuration",
      advice: "choose another name: of two that are called the same neither is used",
    });
  const { end, program, text } = LANGUAGES[language];
  const here = process.cwd();
  const plugin = put(join(here, name + end), text.replaceAll("NAME", name), program);
  const test = put(join(here, `${name}.test.sh`), testOf(name + end), true);
  await say(
    `${[plugin, test].map((file) => relative(here, file)).join("\n")}

Try it: sheepdog plugin test ./${name}${end}
Use it: put it into /etc/sheepdog/plugins and, where it is to receive, also on the handler's machine. In sheepdog.toml
write a table [indicators.${name}], and at the head, where it is the first one, \`standard = true\`: else the standard set
is watched no more. Then: systemctl reload sheepdog-daemon
`,
  );
  return 0;
}

function put(file: string, text: string, program: boolean): string {
  try {
    writeFileSync(file, text, { flag: "wx" });
    chmodSync(file, program ? 0o755 : 0o644);
    return file;
  } catch (error) {
    const there = errno(error) === "EEXIST";
    throw new Trouble(
      there ? `${file} is there already` : `cannot write ${file} (${errno(error) ?? "unknown"})`,
      {
        advice: there ? "choose another name, or move it away" : "choose a folder that is yours and has room",
        cause: error,
      },
    );
  }
}

/** A test that says what is to be told; whoever changes the plugin changes it, too. */
const testOf = (file: string): string => `#!/bin/sh
# The test of ${file}: sh ${file.replace(/\.\w+$/, ".test.sh")}
set -eu
cd "$(dirname "$0")"
# It keeps the contract, with its defaults and with a setting.
sheepdog plugin test ./${file} >/dev/null
# Few files are few, and any are too many for a limit of none.
sheepdog plugin test ./${file} warn=0 --json | grep -q '"level": "warning"'
# A folder that is not there is no folder without files.
sheepdog plugin test ./${file} folder=/nowhere --json | grep -q '"level": "unknown"'
echo "ok"
`;
