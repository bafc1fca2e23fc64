import { Fault } from "./fault.ts";

/** Characters of a program. */
const LONGEST = 256 * 1024;
/** How deep it may be nested: whoever reads it is not to run out of stack. */
const DEEPEST = 200;

/** Says what is wrong with a text before anybody tries to understand it: what has no end, or is too much.
 * @throws Fault */
export function scan(text: string): void {
  if (text.length > LONGEST)
    throw new Fault(LONGEST, `the text is longer than ${LONGEST} characters`, "leave rules out, or facts");
  let depth = 0;
  for (const { 0: sign, index: at } of text.matchAll(SIGNS)) {
    const [first = ""] = sign;
    if (first === "(" && ++depth > DEEPEST)
      throw new Fault(at, `more than ${DEEPEST} brackets in one another`, "give parts of it names: rules");
    if (first === ")") depth--;
    else if (first === "'" || first === '"') quoted(sign, at);
    else if (sign.startsWith("/*") && !/^\/\*.*\*\/$/s.test(sign))
      throw new Fault(at, "this comment has no end", "write */ where it ends");
    const odd = CONTROL.exec(sign);
    if (odd !== null) throw new Fault(at + odd.index, `U+${hex(odd[0])} is no sign of a text`, "take it out");
  }
}

// What can hide brackets comes whole: comments, and what is quoted.
const SIGNS =
  /%[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?|'(?:[^'\\\n]|\\[^\n]|'')*'?|"(?:[^"\\\n]|\\[^\n]|"")*"?|[()]|(?![\t\r\n])\p{Cc}/gu;
const CONTROL = /(?![\t\r\n])\p{Cc}/u;
const WHOLE = /^(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")$/u;

function quoted(sign: string, at: number): void {
  const escape = /^(?:[^\\]|\\[nt\\'"])*(\\[^nt\\'"])/u.exec(sign);
  if (escape?.[1] !== undefined)
    throw new Fault(
      at + escape[0].length - 2,
      `${escape[1]} stands for nothing in a text`,
      "write \\\\ for a backslash; besides that there are \\n, \\t, \\' and \\\"",
    );
  if (!WHOLE.test(sign))
    throw new Fault(
      at,
      "this text has no end on its line",
      `write ${sign[0]} behind it, or \\n for a new line`,
    );
}

const hex = (sign: string): string => sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
