import type { Bark, Level } from "../bark.ts";
import { printable } from "../printable.ts";

/** One line of logfmt for a bark: `level=fail host=penguin2 tag=BORG-ETC id=… elapsed=12.4 summary="exit 2"`.
 * What a terminal or a log reader would obey is shown instead; a backslash is doubled, so that nothing reads as
 * something it is not.
 * @param journal  whether to put the priority before it, as sd-daemon(3) has it */
export function logLine(bark: Bark, journal: boolean): string {
  const { level, host, tag, id, elapsed, summary } = bark;
  const took = elapsed === undefined ? "" : ` elapsed=${elapsed}`;
  return `${journal ? PRIORITY[level] : ""}level=${level} host=${value(host)} tag=${value(tag)} id=${value(id)}${took} summary=${value(summary)}\n`;
}

const PRIORITY: Readonly<Record<Level, string>> = { fail: "<3>", warning: "<4>", unknown: "<4>", ok: "<6>" };

function value(text: string): string {
  if (PLAIN.test(text)) return text;
  if (HARMLESS.test(text)) return `"${text}"`;
  return `"${printable(text.replaceAll("\\", "\\\\")).replaceAll('"', '\\"')}"`;
}
const PLAIN = /^[A-Za-z0-9_.:/@+,-]+$/;
/** ASCII without controls, quote and backslash: most summaries, and nothing to look for in them. */
const HARMLESS = /^[ !#-[\]-~]*$/;
