import { counter, type Lines, note, type Path } from "./document.ts";

const TOKEN =
  /"""[^"\\]*(?:(?:\\[^]|"{1,2}(?!"))[^"\\]*)*"{3,5}|'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*'|#[^\n]*|\n|[[\]{},.=]|[^\s"'#[\]{},.=]+/g;

interface Token {
  readonly text: string;
  readonly line: number;
}

interface Walk {
  readonly tokens: readonly Token[];
  readonly lines: Lines;
  at: number;
}

/** On which line each key of a TOML text stands. The text has been parsed before: it is known to be right and
 * not deep, so brackets and commas tell all. (No TOML library at hand keeps the places of what it read.) */
export function locate(toml: string): Lines {
  const walk: Walk = { tokens: tokenize(toml), lines: new Map(), at: 0 };
  let table: Path = [];
  for (let token = here(walk); token !== undefined; token = here(walk)) {
    if (token.text === "\n") walk.at++;
    else if (token.text === "[") table = header(walk, token.line);
    else pair(walk, table);
  }
  return walk.lines;
}

function tokenize(toml: string): readonly Token[] {
  const line = counter(toml);
  const all = [...toml.matchAll(TOKEN)].map((found) => ({ text: found[0], line: line(found.index) }));
  return all.filter((token) => !token.text.startsWith("#"));
}

const here = (walk: Walk): Token | undefined => walk.tokens[walk.at];

/** [a.b] or [[a.b]]. */
function header(walk: Walk, line: number): Path {
  while (here(walk)?.text === "[") walk.at++;
  const path = keys(walk, "]");
  while (here(walk)?.text === "]") walk.at++;
  note(walk.lines, path, line);
  return path;
}

/** a.b = value */
function pair(walk: Walk, table: Path): void {
  const line = here(walk)?.line ?? 1;
  const path = [...table, ...keys(walk, "=")];
  note(walk.lines, path, line);
  value(walk, path);
}

function keys(walk: Walk, end: string): string[] {
  const found: string[] = [];
  for (let token = here(walk); token !== undefined; token = here(walk)) {
    walk.at++;
    if (token.text === end) break;
    if (token.text !== ".") found.push(token.text.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return found;
}

function value(walk: Walk, path: Path): void {
  const start = here(walk)?.text;
  if (start === "[" || start === "{") {
    walk.at++;
    return start === "[" ? list(walk, path) : inline(walk, path);
  }
  while (!/^(?:[,\n\]}]|)$/.test(here(walk)?.text ?? "")) walk.at++;
}

function list(walk: Walk, path: Path): void {
  let index = 0;
  for (let token = here(walk); token !== undefined; token = here(walk)) {
    if (token.text === "]") return void walk.at++;
    if (token.text === ",") index++;
    if (token.text === "," || token.text === "\n") walk.at++;
    else {
      note(walk.lines, [...path, index], token.line);
      value(walk, [...path, index]);
    }
  }
}

function inline(walk: Walk, path: Path): void {
  for (let token = here(walk); token !== undefined; token = here(walk)) {
    if (token.text === "}") return void walk.at++;
    if (token.text === "," || token.text === "\n") walk.at++;
    else pair(walk, path);
  }
}
