/** A request as Redis reads it: an array of bulk strings (RESP2).
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export function request(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

/** One answer: its text, or what was refused. Null is a nil. */
export type Answer =
  | { readonly kind: "said"; readonly text: string | null }
  | { readonly kind: "refused"; readonly text: string };

/** Characters in one line, and in one string, at the most: what is longer is no answer to what we ask. */
const LONGEST = 64 * 1024;

/** Reads what arrived so far.
 * @param heard  one character a byte (latin1)
 * @returns the answers that are whole and what is left over; undefined when this is not Redis */
export function answers(
  heard: string,
): { readonly whole: readonly Answer[]; readonly rest: string } | undefined {
  const whole: Answer[] = [];
  let at = 0;
  for (;;) {
    const end = heard.indexOf("\r\n", at);
    if (end === -1) break;
    const [sign, line] = [heard[at], heard.slice(at + 1, end)];
    if (line.length > LONGEST) return undefined;
    if (sign === "+" || sign === ":") whole.push({ kind: "said", text: line });
    else if (sign === "-") whole.push({ kind: "refused", text: line });
    else if (sign === "$" && line === "-1") whole.push({ kind: "said", text: null });
    else if (sign === "$" && /^\d{1,5}$/.test(line)) {
      const start = end + 2;
      const stop = start + Number(line);
      if (heard.length < stop + 2) break;
      if (!heard.startsWith("\r\n", stop)) return undefined;
      whole.push({ kind: "said", text: heard.slice(start, stop) });
      at = stop + 2;
      continue;
    } else return undefined;
    at = end + 2;
  }
  const rest = heard.slice(at);
  if (rest !== "" && !"+-:$".includes(rest[0] as string)) return undefined;
  return rest.length > 2 * LONGEST ? undefined : { whole, rest };
}
