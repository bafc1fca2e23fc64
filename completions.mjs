// Writes the completions for bash, zsh and fish into dist/completions/, from what the commands say of themselves
// (--help). Called by build.mjs once the commands are there.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const out = join(dirname(fileURLToPath(import.meta.url)), "dist/completions");

/** The options that a help explains: their names, what they are for, what they take. */
function options(text) {
  const block = text.split(/^Options:$/m)[1]?.split(/^$/m)[0] ?? "";
  const entries = block.split(/\n(?= {2,6}-)/).filter((entry) => entry.trim() !== "");
  return entries.map((entry) => {
    const [, names, about] = /^\s*((?:-[\w-]+, )*--?[\w-]+)\s+([^]*)$/.exec(entry) ?? [];
    const said = about.replace(/\s+/g, " ").trim();
    const choices = /\[choices: ([^\]]*)\]/.exec(said)?.[1].match(/\w+/g) ?? [];
    return {
      names: names.split(", "),
      describe: said.replace(/(?: \[[^\]]*\])+$/, ""),
      takes: !/\[boolean\]|\[\w+(\|\w+)+\]$/.test(said), // --lock stands alone, or with its value behind =
      choices,
    };
  });
}

const key = ({ words }) => words.join(" ");
const known = (all) =>
  all
    .filter(({ words }) => words.length > 0)
    .map((one) => `"${key(one)}"`)
    .join("|");
const offered = ({ below, options }) => [...below, ...options.flatMap(({ names }) => names)].join(" ");
/** Options with a fixed choice, once each. */
const chosen = (all) => [
  ...new Map(
    all
      .flatMap(({ options }) => options)
      .filter(({ choices }) => choices.length > 0)
      .map((one) => [one.names.join("|"), one]),
  ).entries(),
];

/** What bash and zsh have in common: which command is meant by the words so far. */
const where = (all, words) => `  local at="" word
  for word in ${words}; do
    case "$at\${at:+ }$word" in ${known(all)}) at="$at\${at:+ }$word" ;; esac
  done`;

const bash = (all) => `# Completion of sheepdog for bash.
_sheepdog() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} i
  for ((i = 1; i < COMP_CWORD; i++)); do
    # Behind -- stands the job.
    if [[ \${COMP_WORDS[i]} == -- ]]; then
      if declare -F _command_offset >/dev/null; then _command_offset $((i + 1)); else mapfile -t COMPREPLY < <(compgen -c -f -- "$cur"); fi
      return
    fi
  done
${where(all, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  case "$prev" in
    -c|--config) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    -e|--exec|-a|--action) mapfile -t COMPREPLY < <(compgen -c -- "$cur"); return ;;
${chosen(all)
  .map(
    ([names, { choices }]) =>
      `    ${names}) mapfile -t COMPREPLY < <(compgen -W "${choices.join(" ")}" -- "$cur"); return ;;`,
  )
  .join("\n")}
  esac
  case "$at" in
${all.map((one) => `    "${key(one)}") mapfile -t COMPREPLY < <(compgen -W "${offered(one)}" -- "$cur") ;;`).join("\n")}
  esac
}
complete -o filenames -F _sheepdog sheepdog
`;

const zsh = (all) => `#compdef sheepdog
# Completion of sheepdog for zsh.
_sheepdog() {
  # Behind -- stands the job.
  local dashes=\${words[(i)--]}
  if ((dashes < CURRENT)); then shift $dashes words; ((CURRENT -= dashes)); _normal; return; fi
${where(all, '"${(@)words[2,CURRENT-1]}"')}
  case "\${words[CURRENT-1]}" in
    -c|--config) _files; return ;;
    -e|--exec|-a|--action) _command_names; return ;;
${chosen(all)
  .map(([names, { choices }]) => `    ${names}) compadd -- ${choices.join(" ")}; return ;;`)
  .join("\n")}
  esac
  case "$at" in
${all.map((one) => `    "${key(one)}") compadd -- ${offered(one)} ;;`).join("\n")}
  esac
}
if [ "$funcstack[1]" = "_sheepdog" ]; then _sheepdog "$@"; else compdef _sheepdog sheepdog; fi
`;

const quote = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
/** Where a command of its own stands already, what belongs to others is not offered. */
const fish = (all) =>
  `# Completion of sheepdog for fish.\n${all
    .flatMap((one) => {
      const seen = one.words.map((word) => `__fish_seen_subcommand_from ${word}`);
      const others = one.below.length > 0 ? [`not __fish_seen_subcommand_from ${one.below.join(" ")}`] : [];
      // `list` is a command, and one of `dead`.
      const namesakes = all.filter(({ words }) => one.words.length === 1 && words[1] === one.words[0]);
      others.push(...namesakes.map(({ words }) => `not __fish_seen_subcommand_from ${words[0]}`));
      const when = ` -n ${quote([...seen, ...others].join("; and "))}`;
      return [
        ...one.below.map((name) => `complete -c sheepdog${when} -f -a ${name}`),
        ...one.options.map(({ names, describe, takes, choices }) => {
          const flags = names
            .map((name) => (name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`))
            .join("");
          const value = choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : takes ? " -r" : "";
          return `complete -c sheepdog${when}${flags}${value} -d ${quote(describe)}`;
        }),
      ];
    })
    .join("\n")}\n`;

/** @param lines  of `sheepdog`, see helps.mjs */
export function completions(lines) {
  const all = lines.map(({ words, text, below }) => ({ words, below, options: options(text) }));
  mkdirSync(out, { recursive: true });
  for (const [name, write] of Object.entries({
    "sheepdog.bash": bash,
    _sheepdog: zsh,
    "sheepdog.fish": fish,
  }))
    writeFileSync(join(out, name), write(all));
}
