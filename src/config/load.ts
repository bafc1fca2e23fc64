import { isUtf8 } from "node:buffer";
import { Trouble } from "../trouble.ts";
import { readAlist } from "./alist.ts";
import { type Document, mistake, type Path } from "./document.ts";
import { findConfig } from "./find.ts";
import { readJson } from "./json.ts";
import { loose } from "./private.ts";
import { dotted, type Problem } from "./problem.ts";
import { Config } from "./schema.ts";
import { slurp } from "./slurp.ts";
import { respell } from "./spelling.ts";
import { readToml } from "./toml.ts";
import { problems } from "./wording.ts";

export interface Loaded {
  readonly config: Config;
  /** undefined when there is no file: the defaults hold. */
  readonly file: string | undefined;
  /** Where a key stands, for a person: "FILE:12", or "FILE". */
  readonly place: (path: Path) => string;
}

/** 1 MiB: whoever gives us more has named the wrong file. */
const LIMIT = 1024 * 1024;

/** Finds, reads and checks the configuration.
 * @param given  the file named by the user, if any
 * @throws Trouble with all problems, one a line, each with file, line, key and remedy; never with a value */
export function loadConfig(
  given: string | undefined,
  environment?: Readonly<Record<string, string | undefined>>,
): Loaded {
  const file = findConfig(given, environment);
  if (file === undefined) return { config: Config.parse({}), file, place: () => "no file" };
  const { bytes, stats } = slurp(file, LIMIT);
  const document = readDocument(decode(bytes, file), file);
  const config = check(document, file);
  const mode = loose(stats);
  const held = secrets(config);
  if (mode !== undefined && stats.isFile() && held.length > 0)
    throw new Trouble(`${file} may be read by others (mode ${mode}) and holds ${held.join(" and ")}`, {
      kind: "configuration",
      advice: `run \`chmod 600 ${file}\`, or move the secret to a file of its own, named by ${held.map((key) => key.replace(/\.\w+$/, ".secret")).join(" and ")}`,
    });
  return { config, file, place: (path) => at(file, document.line(path)) };
}

const at = (file: string, line: number | undefined): string =>
  line === undefined ? file : `${file}:${line}`;

function decode(bytes: Buffer, file: string): string {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (isUtf8(bytes)) return text;
  throw mistake(file, text, text.indexOf("\uFFFD"), "not UTF-8; save the file as UTF-8");
}

/** The content decides, not the name: Scheme begins with a bracket, JSON with a brace, all else is TOML. */
function readDocument(text: string, file: string): Document {
  const start = text.replace(/^(?:\s+|;[^\n]*|#\|[^]*?\|#)*/, "");
  if (start === "" && !/^\s*#/.test(text)) return { value: {}, line: () => undefined };
  if (/^'?\(/.test(start)) return readAlist(text, file);
  return text.trimStart().startsWith("{") ? readJson(text, file) : readToml(text, file);
}

function check(document: Document, file: string): Config {
  const { value, problems: early, written } = respell(document.value);
  const parsed = Config.safeParse(value);
  if (parsed.success && early.length === 0) return parsed.data;
  const late = parsed.success
    ? []
    : problems(parsed.error.issues).map((one) => ({ ...one, path: written(one.path) }));
  const all = [...early, ...late].map((problem) => ({ ...problem, line: document.line(problem.path) }));
  const lines = all
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
    .map((problem) => sentence(problem, document, file));
  throw new Trouble(lines.join("\n"), { kind: "configuration" });
}

function sentence(
  { path, text, other, line }: Problem & { readonly line: number | undefined },
  document: Document,
  file: string,
): string {
  const beside = other === undefined ? undefined : document.line(other);
  return `${at(file, line)}: ${dotted(path)}: ${text}${beside === undefined ? "" : ` (it is on line ${beside})`}`;
}

/** The keys that hold a secret in the file itself. */
function secrets({ redis, mail }: Config): readonly string[] {
  const named = mail.uri !== undefined && /^[a-z]+:\/\/[^@]*:[^@]*@/.test(mail.uri);
  return [...(redis?.password === undefined ? [] : ["redis.password"]), ...(named ? ["mail.uri"] : [])];
}
