/** Whether a text fits a pattern in which `*` stands for anything, also nothing. Case does not matter.
 * Two marks and one way back instead of a regular expression: `*a*a*a*b` costs no more than its length times
 * the text's. */
export function fits(pattern: string, text: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()];
  let at = 0;
  let star = -1;
  let retry = 0;
  let read = 0;
  while (read < given.length) {
    if (wanted[at] === "*") {
      star = at++;
      retry = read;
    } else if (wanted[at] === given[read]) {
      at++;
      read++;
    } else if (star >= 0) {
      at = star + 1;
      read = ++retry;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}
