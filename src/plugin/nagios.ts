import { type Fact, type Json, LIMITS } from "../bark.ts";
import { tail } from "../tail.ts";
import type { Reading } from "./contract.ts";
import { type Measure, readPerfdata } from "./perfdata.ts";

const LEVELS = ["ok", "warning", "fail", "unknown"] as const;
/** Bytes of long output that are kept; as JSON it may have a few more, for the signs that are escaped there. */
const OUTPUT = 64 * 1024;
const ESCAPED = 80 * 1024;
/** Measurements that are kept, and their bytes as JSON. They are told twice, also as facts. */
const MEASURES = 500;
const MEASURED = 64 * 1024;
const MALFORMED = 20;

/** What a plugin made for Nagios says, as a reading: its first line, then more lines, performance data behind a bar on
 * the first line and again behind a bar further down. However much it says, it fits into a bark.
 * @param status  its exit code: 0 to 3 are its levels, anything else is `unknown`
 * @see https://www.monitoring-plugins.org/doc/guidelines.html */
export function readNagios(status: number, stdout: string): Reading {
  const [first = "", ...rest] = stdout.trim().split("\n");
  const [line, perf] = halves(first);
  const bar = rest.findIndex((one) => one.includes("|"));
  const [last, more] = bar < 0 ? ["", ""] : halves(rest[bar] ?? "");
  const long = bar < 0 ? rest : [...rest.slice(0, bar), last];
  const { measures, malformed, cut } = readPerfdata(
    [perf, more, ...(bar < 0 ? [] : rest.slice(bar + 1))].join(" "),
  );
  const kept = fitting(measures);
  const level = LEVELS[status] ?? "unknown";
  const odd = LEVELS[status] === undefined ? ` (exit ${status}, which means nothing to Nagios)` : "";
  const output = shortened(long.join("\n").trim());
  return {
    level,
    summary: `${line.trim() === "" ? level : line.trim().slice(0, LIMITS.summary - 100)}${odd}`,
    content: {
      status,
      ...(output === "" ? {} : { output }),
      perf: kept as unknown as readonly Json[],
      ...(malformed.length === 0 ? {} : { malformed: malformed.slice(0, MALFORMED) }),
      ...(cut || kept.length < measures.length ? { cut: true } : {}),
    },
    facts: kept.flatMap(fact),
  };
}

function halves(line: string): readonly [string, string] {
  const bar = line.indexOf("|");
  return bar < 0 ? [line, ""] : [line.slice(0, bar), line.slice(bar + 1)];
}

function shortened(long: string): string {
  const { text } = tail(long, OUTPUT);
  // A control character has 6 bytes in JSON.
  return Buffer.byteLength(JSON.stringify(text)) <= ESCAPED ? text : tail(text, ESCAPED / 8).text;
}

function fitting(measures: readonly Measure[]): readonly Measure[] {
  let room = MEASURED;
  const end = measures.findIndex((one, at) => {
    room -= Buffer.byteLength(JSON.stringify(one));
    return room < 0 || at === MEASURES;
  });
  return end < 0 ? measures : measures.slice(0, end);
}

/** Three digits: what has hardly changed is the same fact. */
const fact = ({ label, value, unit }: Measure): readonly Fact[] =>
  value === null ? [] : [["perf", label, Number(value.toPrecision(3)), unit]];
