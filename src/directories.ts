import { accessSync, constants, existsSync, statSync } from "node:fs";

// On the quick path of a wrapped job: every module of node's that is imported costs half a millisecond of its
// start, so node:path and node:os are left alone here.

type Environment = Readonly<Record<string, string | undefined>>;

/** Who asks. A unit takes what systemd gives it. A client must not: wrapped into somebody's backup.service
 * it would write into the state directory of that service. A reader looks for a history, and writes nothing. */
export type Asker = "unit" | "client" | "reader";

const STATE = "/var/lib/sheepdog";
/** What root's jobs remember. Not in STATE, which belongs to the user of the units: who may write there must not be
 * able to lead root elsewhere. */
const ROOTS = "/var/lib/sheepdog-root";

/** Where the history is, and what must be remembered between two runs. */
export function stateDirectory(asker: Asker, environment: Environment = process.env): string {
  const given = asker === "unit" ? environment["STATE_DIRECTORY"]?.split(":")[0] : undefined;
  return (
    given ||
    environment["SHEEPDOG_STATE"] ||
    (asker === "reader" ? written(environment) : system(...whose(asker))) ||
    own(environment)
  );
}

function whose(asker: Asker): readonly [folder: string, entrance: string] {
  const folder = asker === "client" && process.geteuid?.() === 0 ? ROOTS : STATE;
  return [folder, folder];
}

/** The folder whose history this user may read. Where there is none, the one to speak of in the error: the
 * machine's if it is there, for then the way is to be let in, else the user's own. */
function written(environment: Environment): string | undefined {
  if (may(`${STATE}/history.db`, constants.R_OK)) return STATE;
  return existsSync(STATE) && !existsSync(`${own(environment)}/history.db`) ? STATE : undefined;
}

/** For the locks of jobs. Not in the runtime directory: systemd takes that away at the user's last logout, and
 * who locks a file that is gone locks nobody out. */
export const lockDirectory = (environment: Environment = process.env): string =>
  `${stateDirectory("client", environment)}/locks`;

/** Where barks wait, and, with no broker configured, where every queue is. */
export function spoolDirectory(environment: Environment = process.env): string {
  // Where anybody may leave a bark but only the handler may list them, the way in is what has to be usable.
  return (
    environment["SHEEPDOG_SPOOL"] ||
    system("/var/spool/sheepdog", "/var/spool/sheepdog/barks/new") ||
    `${own(environment)}/spool`
  );
}

/** For pipes: what need not outlive the process that made it. In memory where the machine has such a place: a
 * rename on a busy disk can take longer than a short job. */
export function runtimeDirectory(environment: Environment = process.env): string {
  if (environment["SHEEPDOG_STATE"]) return `${environment["SHEEPDOG_STATE"]}/run`;
  const user = process.geteuid?.() ?? 0;
  // cron sets no XDG_RUNTIME_DIR, but the folder is often there. After su or `sudo -E` the variable still names
  // somebody else's: what root makes there would stand in that user's way.
  const base = [environment["XDG_RUNTIME_DIR"], `/run/user/${user}`].find((folder) => belongs(folder, user));
  if (base !== undefined) return `${base}/sheepdog`;
  // Root's own is nobody else's to write to.
  return user === 0 ? "/run/sheepdog-root" : `${own(environment)}/run`;
}

function belongs(folder: string | undefined, user: number): folder is string {
  try {
    return !!folder && statSync(folder).uid === user;
  } catch {
    return false; // it is not there, or not for this user
  }
}

function own(environment: Environment): string {
  const state = environment["XDG_STATE_HOME"];
  return state ? `${state}/sheepdog` : `${environment["HOME"] || home()}/.local/state/sheepdog`;
}

/** A user without an entry in passwd (a container's) has no home: then nothing can be kept, and whoever tries says
 * so. Not /tmp, where somebody else could have been first. */
export function home(): string {
  try {
    return process.getBuiltinModule("node:os").homedir();
  } catch {
    return "/nonexistent";
  }
}

/** The system's folder where this user may use it: it is there and may be written to, or may be made. */
function system(folder: string, entrance: string): string | undefined {
  const probe = existsSync(entrance)
    ? entrance
    : existsSync(folder)
      ? folder
      : folder.slice(0, folder.lastIndexOf("/"));
  return may(probe, constants.W_OK | constants.X_OK) ? folder : undefined;
}

function may(file: string, how: number): boolean {
  try {
    accessSync(file, how);
    return true;
  } catch {
    return false; // not for this user, or not there: the next place is asked
  }
}
