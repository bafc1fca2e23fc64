/** Whether a text fits a pattern in which `*` stands for anything, also nothing. Case does not matter. */
export const fits = (pattern: string, text: string): boolean =>
  matches(pattern.toLowerCase(), text.toLowerCase());

/** The same to the letter.
 * Two marks and one way back instead of a regular expression: `*a*a*a*b` costs no more than its length times
 * the text's.
 * @param one  a sign that stands for any one, where there is such */
export function matches(pattern: string, text: string, one?: "?"): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let read = 0;
  while (read < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      retry = read;
    } else if (pattern[at] === text[read] || (one !== undefined && pattern[at] === one)) {
      at++;
      read++;
    } else if (star >= 0) {
      at = star + 1;
      read = ++retry;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
