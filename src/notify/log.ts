import type { State } from "../bark.ts";
import type { Way } from "./outcome.ts";
import { lines } from "./wording.ts";

/** How journald takes them: the priorities of sd-daemon(3). */
const PRIORITIES: Readonly<Record<State, number>> = { fail: 3, missing: 3, unknown: 4, warning: 4, ok: 6 };

/** A line a notice, to stdout: systemd puts it into the journal, with a priority by which `journalctl -p` finds it.
 * @param write  takes a line with its line break */
export const openLog = (write: (line: string) => void): Way => ({
  place: "log",
  tell(parcel) {
    const journal = process.env["JOURNAL_STREAM"] !== undefined;
    for (const { level, text } of lines(parcel)) write(`${journal ? `<${PRIORITIES[level]}>` : ""}${text}\n`);
    return Promise.resolve({ kind: "told", said: undefined });
  },
});
