import { type Fact, type Json, LIMITS } from "../bark.ts";
import { tail } from "../tail.ts";
import type { Reading } from "./contract.ts";
import { type Measure, readPerfdata } from "./perfdata.ts";

const LEVELS = ["ok", "warning", "fail", "unknown"] as const;
/** Bytes of long output that are kept. */
const OUTPUT = 64 * 1024;
const MEASURES = 500;

/** What a plugin made for Nagios says, as a reading: its first line, then more lines, performance data behind a bar on
 * the first line and again behind a bar further down.
 * @param status  its exit code: 0 to 3 are its levels, anything else is `unknown`
 * @see https://www.monitoring-plugins.org/doc/guidelines.html */
export function readNagios(status: number, stdout: string): Reading {
  const [first = "", ...rest] = stdout.trimEnd().split("\n");
  const [line, perf] = halves(first);
  const bar = rest.findIndex((one) => one.includes("|"));
  const [last, more] = bar < 0 ? ["", ""] : halves(rest[bar] ?? "");
  const long = bar < 0 ? rest : [...rest.slice(0, bar), last];
  const { measures, malformed } = readPerfdata(
    [perf, more, ...(bar < 0 ? [] : rest.slice(bar + 1))].join(" "),
  );
  const level = LEVELS[status] ?? "unknown";
  const odd = LEVELS[status] === undefined ? ` (exit ${status}, which means nothing to Nagios)` : "";
  const output = tail(long.join("\n").trim(), OUTPUT).text;
  return {
    level,
    summary: `${line.trim() === "" ? level : line.trim().slice(0, LIMITS.summary - 100)}${odd}`,
    content: {
      status,
      ...(output === "" ? {} : { output }),
      perf: measures.slice(0, MEASURES) as unknown as readonly Json[],
      ...(malformed.length === 0 ? {} : { malformed: malformed.slice(0, 20) }),
    },
    facts: measures.slice(0, MEASURES).flatMap(fact),
  };
}

function halves(line: string): readonly [string, string] {
  const bar = line.indexOf("|");
  return bar < 0 ? [line, ""] : [line.slice(0, bar), line.slice(bar + 1)];
}

/** Three digits: what has hardly changed is the same fact. */
const fact = ({ label, value, unit }: Measure): readonly Fact[] =>
  value === null || !Number.isFinite(value) ? [] : [["perf", label, Number(value.toPrecision(3)), unit]];
