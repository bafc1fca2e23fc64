// Writes the completions for bash, zsh and fish into dist/completions/, from what the commands say of themselves
// (--help). Called by build.mjs once the commands are there.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { options } from "./helps.mjs";

const out = join(dirname(fileURLToPath(import.meta.url)), "dist/completions");

/** A line of `sheepdog` that begins with an option wraps a job: no command can follow. */
const WRAPS = "sheepdog -";

/** What is offered where: `at` is the words that say where we are, `below` those that may stand next. */
function places(lines, units) {
  const [top, ...rest] = lines.map(({ words, text, below }) => ({
    at: ["sheepdog", ...words].join(" "),
    below,
    options: options(text),
  }));
  const wraps = { ...top, at: WRAPS, below: [] };
  return [
    top,
    wraps,
    ...rest,
    ...units.map(({ name, text }) => ({ at: name, below: [], options: options(text) })),
  ];
}

const programs = (all) => all.map(({ at }) => at).filter((at) => !at.includes(" "));
const further = (all) => all.map(({ at }) => at).filter((at) => at.includes(" ") && at !== WRAPS);
const offered = ({ below, options }) => [...below, ...options.flatMap(({ names }) => names)].join(" ");

const FILES = ["--config", "--prefix", "--key"];

/** What completes a value: "files", "commands", the choices there are, or nothing. */
function source({ names, value, choices }) {
  if (choices.length > 0) return choices;
  if (FILES.some((name) => names.includes(name))) return "files";
  return value === "COMMAND" ? "commands" : [];
}

/** Branches of a case upon what takes a value: the option as the word before, or =--option where = joins them.
 * @param write  what a shell does with a source */
function branches(all, write) {
  const taking = all.flatMap((place) => place.options).filter(({ value }) => value !== "");
  const lines = taking.map((option) => {
    const joined = option.names.filter((name) => name.startsWith("--")).map((name) => `"=${name}"`);
    const pattern = [...(option.joined ? [] : option.names), ...joined].join("|");
    return `    ${pattern}) ${write(source(option))}return ;;`;
  });
  return [...new Set(lines)].join("\n");
}

/** What bash and zsh have in common: where we are, by the words so far. */
const where = (all, words) => `  for word in ${words}; do
    case "$at $word" in
      "sheepdog "-*) at="${WRAPS}" ;;
      ${further(all)
        .map((at) => `"${at}"`)
        .join("|")}) at="$at $word" ;;
    esac
  done`;

const bash = (all) => `# Completion of Sheepdog's commands for bash.
_sheepdog() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at=\${1##*/} head= joined= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    # Behind -- stands the job.
    if [[ \${COMP_WORDS[i]} == -- ]]; then
      if declare -F _command_offset >/dev/null; then _command_offset $((i + 1)); else mapfile -t COMPREPLY < <(compgen -c -f -- "$cur"); fi
      return
    fi
  done
  # For readline --level=wa is three words, and one where COMP_WORDBREAKS has no =.
  if [[ $cur == = && $prev == --* ]]; then joined="=$prev" cur=
  elif [[ $prev == = ]]; then joined="=\${COMP_WORDS[COMP_CWORD-2]}"
  elif [[ $cur == --*=* ]]; then joined="=\${cur%%=*}" head=\${cur%%=*}= cur=\${cur#*=}
  fi
${where(all, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  case "\${joined:-$prev}" in
${branches(all, (from) => {
  if (from === "files")
    return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -P "$head" -f -- "$cur"); `;
  if (from === "commands") return `mapfile -t COMPREPLY < <(compgen -P "$head" -c -- "$cur"); `;
  return from.length > 0
    ? `mapfile -t COMPREPLY < <(compgen -P "$head" -W "${from.join(" ")}" -- "$cur"); `
    : "";
})}
    "="*) return ;;
  esac
  case "$at" in
${all.map((one) => `    "${one.at}") mapfile -t COMPREPLY < <(compgen -W "${offered(one)}" -- "$cur") ;;`).join("\n")}
  esac
}
complete -F _sheepdog ${programs(all).join(" ")}
`;

const zsh = (all) => `#compdef ${programs(all).join(" ")}
# Completion of Sheepdog's commands for zsh.
_sheepdog() {
  # Behind -- stands the job.
  local dashes=\${words[(i)--]}
  if ((dashes < CURRENT)); then shift $dashes words; ((CURRENT -= dashes)); _normal; return; fi
  local at=\${words[1]:t} joined= word
  if [[ $PREFIX == --*=* ]]; then joined="=\${PREFIX%%=*}"; compset -P '*='; fi
${where(all, '"${(@)words[2,CURRENT-1]}"')}
  case "\${joined:-\${words[CURRENT-1]}}" in
${branches(all, (from) => {
  if (from === "files") return "_files; ";
  if (from === "commands") return "_command_names; ";
  return from.length > 0 ? `compadd -- ${from.join(" ")}; ` : "";
})}
    "="*) return ;;
  esac
  case "$at" in
${all.map((one) => `    "${one.at}") compadd -- ${offered(one)} ;;`).join("\n")}
  esac
}
if [ "$funcstack[1]" = "_sheepdog" ]; then _sheepdog "$@"; else compdef _sheepdog ${programs(all).join(" ")}; fi
`;

const quote = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const fish = (all) => `# Completion of Sheepdog's commands for fish.
# Whether we are at one of these places, by the words so far.
function __sheepdog_at
    set -l words (commandline -opc)
    set -l at (string replace -r '.*/' '' -- $words[1])
    set -e words[1]
    for word in $words
        if test "$word" = --
            set at --
            break
        end
        switch "$at $word"
            case 'sheepdog -*'
                set at ${quote(WRAPS)}
            case ${further(all).map(quote).join(" ")}
                set at "$at $word"
        end
    end
    contains -- $at $argv
end
# Behind -- stands the job.
function __sheepdog_job
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- -- $words)]
    set -l line (string join ' ' -- (string escape -- $words) (commandline -ct))
    complete -C "$line"
end
${programs(all)
  .map((name) => `complete -c ${name} -e\ncomplete -c ${name} -f`)
  .join("\n")}
complete -c sheepdog -n '__sheepdog_at --' -a '(__sheepdog_job)'
${all.flatMap(rules).join("\n")}
`;

function rules({ at, below, options }) {
  const [program] = at.split(" ");
  const rule = `complete -c ${program} -n ${quote(`__sheepdog_at ${quote(at)}`)}`;
  return [
    ...below.map((name) => `${rule} -a ${name}`),
    ...options.map((option) => {
      const flags = option.names.map((name) =>
        name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      return `${rule} ${flags.join(" ")}${taken(option)} -d ${quote(option.describe)}`;
    }),
  ];
}

/** What an option of fish takes. One without -x may stand alone, or have its value behind =. */
function taken(option) {
  if (option.value === "") return "";
  const from = source(option);
  if (from === "files") return " -r -F";
  if (from === "commands") return " -x -a '(__fish_complete_command)'";
  return `${option.joined ? "" : " -x"}${from.length > 0 ? ` -a ${quote(from.join(" "))}` : ""}`;
}

/** @param lines  of `sheepdog`, @param units  the other commands; see helps.mjs */
export function completions(lines, units) {
  const all = places(lines, units);
  mkdirSync(out, { recursive: true });
  for (const [name, write] of Object.entries({
    "sheepdog.bash": bash,
    _sheepdog: zsh,
    "sheepdog.fish": fish,
  }))
    writeFileSync(join(out, name), write(all));
}
