import type { Bark } from "../../src/bark.ts";
import { makeId } from "../../src/id.ts";
import type { Notice } from "../../src/notice.ts";
import type { Parcel } from "../../src/parcel.ts";
import { now } from "../../src/time.ts";

/** The bark of a backup that failed on penguin2. */
export function bark(changes: Partial<Bark> = {}): Bark {
  return {
    id: "0193f0a1-0000-7000-8000-000000000001",
    time: "2026-11-22T18:50:02.500Z",
    host: "penguin2",
    user: "backup",
    tag: "BORG-ETC",
    monitor: "error",
    level: "fail",
    summary: "borg create … exited 2",
    elapsed: 12.4,
    content: {
      command: "borg create --stats /export/backup/borg::stamp /export/ipfs",
      start: "2026-11-22T18:49:50.100Z",
      end: "2026-11-22T18:50:02.500Z",
      status: 2,
      signal: null,
      timeout: null,
      stdout: "12 files\n",
      stderr: "Repository /export/backup/borg does not exist.\n",
      truncated: false,
    },
    ...changes,
  };
}

export function notice(changes: Partial<Notice> = {}): Notice {
  return {
    id: makeId(now()),
    kind: "bad",
    level: changes.bark?.level ?? "fail",
    everyone: ["admin@myhost.eu"],
    time: new Date().toISOString(),
    bark: bark(),
    ...changes,
  };
}

/** What carries one notice to the first of those who are told. */
export function parcel(one: Notice = notice(), changes: Partial<Parcel> = {}): Parcel {
  return { id: one.id, to: one.everyone[0] ?? "", time: one.time, notices: [one], ...changes };
}

/** The same, for somebody. */
export const parcelTo = (to: string): Parcel => parcel(notice({ everyone: [to] }));
