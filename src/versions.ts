/** Compares versions as Debian's dpkg does (deb-version(7)), which does for the versions of other distributions, too:
 * an epoch first; digits by their number, letters before other signs, and `~` before all, even the end.
 * @returns negative, 0 or positive, as `one` is older, the same or newer */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [take(one), take(other)];
  return (
    left.epoch - right.epoch || parts(left.upstream, right.upstream) || parts(left.revision, right.revision)
  );
}

function take(version: string): {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
} {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version.trim()) ?? [];
  const dash = rest.lastIndexOf("-");
  return {
    epoch: Number(epoch),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? "0" : rest.slice(dash + 1),
  };
}

/** Signs that are no digits, then digits, and again. */
function parts(one: string, other: string): number {
  let [left, right] = [0, 0];
  while (left < one.length || right < other.length) {
    for (;;) {
      const [here, there] = [one[left], other[right]];
      const ends = (sign: string | undefined): boolean => sign === undefined || digit(sign);
      if (ends(here) && ends(there)) break;
      const difference = rank(here) - rank(there);
      if (difference !== 0) return difference;
      left++;
      right++;
    }
    const [first, second] = [number(one, left), number(other, right)];
    const difference = first.digits.length - second.digits.length || order(first.digits, second.digits);
    if (difference !== 0) return difference;
    [left, right] = [first.end, second.end];
  }
  return 0;
}

/** The digits from there on, without zeros before them: there may be more of them than a number holds. */
function number(text: string, from: number): { readonly digits: string; readonly end: number } {
  let end = from;
  while (digit(text[end] ?? "")) end++;
  return { digits: text.slice(from, end).replace(/^0+/, ""), end };
}

const digit = (sign: string): boolean => sign >= "0" && sign <= "9" && sign.length === 1;
const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function rank(sign: string | undefined): number {
  if (sign === "~") return -1;
  if (sign === undefined || digit(sign)) return 0;
  return /[A-Za-z]/.test(sign) ? sign.charCodeAt(0) : sign.charCodeAt(0) + 256;
}
