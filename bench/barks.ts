import { makeId } from "../src/id.ts";
import { epoch, iso } from "../src/time.ts";

const START = Date.UTC(2026, 0, 1);

/** The text of a bark of 300 bytes: 200 hosts with 10 tags each, all well, a millisecond apart. */
export function barkText(at: number): string {
  const time = epoch(START + at);
  const bark = {
    id: makeId(time),
    time: iso(time),
    host: `host${at % 200}.example.org`,
    tag: `JOB-${Math.floor(at / 200) % 10}`,
    monitor: "error",
    level: "ok",
    summary: "done after 12s",
    elapsed: 12.4,
    content: { command: "" },
  };
  bark.content.command = "x".repeat(Math.max(0, 300 - JSON.stringify(bark).length));
  return JSON.stringify(bark);
}
