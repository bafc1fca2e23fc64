const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes as people write them: "4096", "64KiB", "1.5 GiB"; "64K" and "64kB" are 64 KiB too, as df(1) has it.
 * @returns undefined when the text is no size */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:i?B)?\s*$/i.exec(text) ?? [];
  if (amount === undefined || amount.length > 20) return undefined;
  const power = unit ? "KMGTP".indexOf(unit.toUpperCase()) + 1 : 0;
  return Math.round(Number(amount) * 1024 ** power);
}

/** Bytes for people, in three digits: "812MiB", "1.46TiB". */
export function formatSize(bytes: number): string {
  let value = Math.abs(bytes);
  let at = 0;
  while (value >= 999.5 && at < UNITS.length - 1) {
    value /= 1024;
    at++;
  }
  const sign = bytes < 0 ? "-" : "";
  return `${sign}${at === 0 ? value : Number(value.toPrecision(3))}${UNITS[at]}`;
}
