import { secretFile } from "../config/secret.ts";
import { Trouble } from "../trouble.ts";

/** Variables for a program from a file that nobody else may read, a line each, as systemd's EnvironmentFile= has them:
 * NAME=value, the value perhaps in quotes; lines with a # before them count for nothing.
 * @throws Trouble that says which line is none, and never what stands in it */
export function variablesIn(file: string | undefined): Readonly<Record<string, string>> {
  if (file === undefined) return {};
  const lines = secretFile(file).split(/\r?\n/);
  return Object.fromEntries(
    lines.flatMap((line, at) => {
      if (/^\s*(?:[#;]|$)/.test(line)) return [];
      const [, name, value = ""] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      if (name === undefined)
        throw new Trouble(`line ${at + 1} of ${file} is no variable`, {
          kind: "configuration",
          advice: "write NAME=value, without `export`",
        });
      return [[name, value.trim().replace(/^(["'])(.*)\1$/, "$2")]];
    }),
  );
}
