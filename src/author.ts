import { execFileSync } from "node:child_process";
import { bad, errno, good, type Result } from "./trouble.ts";

/** Whoever may leave a bark in a spool that many users share can write into it what they like. The owner of the file
 * is who they are. */

/** What units that failed are told under (systemd/invocation.ts). Who could take such an id beforehand could keep a
 * failure from being told. */
const RESERVED = /0000000[012]$/;

/** The text of a bark that an ordinary user left: it is that user's, whatever it says.
 * @param name  of its file, which the user chose, too: the id where the text has none
 * @param stranger  the user's number
 * @returns why it cannot be taken, where it cannot */
export function attributed(text: string, name: string, stranger: number): Result<string, string> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return good(text); // whoever handles it says what is wrong with it
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return good(text);
  const { id } = raw as { readonly id?: unknown };
  const called = id ?? name;
  if (typeof called === "string" && RESERVED.test(called))
    return bad("its `id`, or the name of its file, is one of those that failed units have; make a UUID");
  return good(JSON.stringify({ ...raw, user: nameOf(stranger) }));
}

/** Milliseconds for which an answer counts: users come and go, and their numbers are given to others (DynamicUser=). */
const FRESH = 60_000;
const names = new Map<number, string>();
let since = -Infinity;
/** The name service did not answer. Whoever asks stands still meanwhile, with all barks, so it is not asked again soon. */
let silent = false;

/** The name of a user, or the number where it has none. */
export function nameOf(uid: number): string {
  if (performance.now() - since > FRESH) {
    names.clear();
    silent = false;
    since = performance.now();
  }
  const known = names.get(uid);
  if (known !== undefined) return known;
  const name = silent ? String(uid) : ask(uid);
  names.set(uid, name);
  return name;
}

/** Node has no word for this. id(1) asks whatever name service the machine has, which may hang. */
function ask(uid: number): string {
  try {
    return execFileSync("id", ["-nu", "--", String(uid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 2000,
    }).trim();
  } catch (error) {
    silent = errno(error) === "ETIMEDOUT";
    return String(uid);
  }
}
