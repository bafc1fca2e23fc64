import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type Owner, ownerOf } from "../denied.ts";
import { type Epoch, epoch, now } from "../time.ts";
import { bad, errno, good, type Result } from "../trouble.ts";
import { adviceOn } from "./mishap.ts";

export interface Letter {
  /** When it was written. */
  readonly time: Epoch;
  readonly body: string;
  /** Its owner, where that is neither root nor this user. */
  readonly stranger?: number;
}

/** Why a file in the spool is no message. `gone`: somebody took it meanwhile. */
export interface Unfit {
  readonly kind: "gone" | "unreadable" | "foreign" | "large";
  readonly reason: string;
}

/** Bytes of one message at the most. */
export const LARGEST = 1024 * 1024;

const CAREFULLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Reads one message of the spool, where anybody may have put anything: a link is not followed, a pipe is not
 * waited for, a device is not read.
 * @param largest  bytes */
export function readLetter(path: string, largest = LARGEST): Result<Letter, Unfit> {
  let descriptor: number;
  try {
    descriptor = openSync(path, CAREFULLY);
  } catch (error) {
    return bad(unopened(path, errno(error) ?? "unknown"));
  }
  try {
    const about = fstatSync(descriptor);
    if (!about.isFile()) return bad({ kind: "foreign", reason: "not a regular file" });
    if (about.size > largest)
      return bad({
        kind: "large",
        reason: `a message is at most ${largest} bytes, this file has ${about.size}`,
      });
    const letter = { time: written(about.mtimeMs), body: read(descriptor, about.size) };
    const trusted = about.uid === 0 || about.uid === process.geteuid?.();
    return good(trusted ? letter : { ...letter, stranger: about.uid });
  } catch (error) {
    return bad({ kind: "unreadable", reason: `cannot be read ${cure(errno(error) ?? "unknown")}` });
  } finally {
    closeSync(descriptor);
  }
}

/** When a file was written. Whoever left it may have set that: a moment yet to come, or before 1970, is none. */
const written = (mtime: number): Epoch => epoch(Math.max(0, Math.min(Math.trunc(mtime), now())));

function unopened(path: string, code: string): Unfit {
  if (code === "ENOENT") return { kind: "gone", reason: "no longer there" };
  if (code === "ELOOP") return { kind: "foreign", reason: "a symbolic link" };
  if (code === "ENXIO") return { kind: "foreign", reason: "a socket, or a pipe" };
  const found = code === "EACCES" ? ownerOf(path) : undefined;
  const why = found === undefined ? cure(code) : closed(found);
  return { kind: "unreadable", reason: `cannot be opened ${why}` };
}

const cure = (code: string): string =>
  `(${code})${adviceOn(code) === undefined ? "" : `: ${adviceOn(code)}`}`;
const closed = ({ owner, mode }: Owner): string =>
  `(EACCES): it is ${owner}'s alone (mode ${mode}); leave such with mode 0640, and retry this one as root`;

/** No more than was there at first: the file may still grow. */
function read(descriptor: number, size: number): string {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const more = readSync(descriptor, bytes, filled, size - filled, null);
    if (more === 0) break;
    filled += more;
  }
  return bytes.toString("utf8", 0, filled);
}
