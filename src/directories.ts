import { accessSync, constants, existsSync } from "node:fs";

// On the quick path of a wrapped job: every module of node's that is imported costs half a millisecond of its
// start, so node:path and node:os are left alone here.

type Environment = Readonly<Record<string, string | undefined>>;

/** Who asks. A unit takes what systemd gives it. A client must not: wrapped into somebody's backup.service
 * it would write into the state directory of that service. */
export type Asker = "unit" | "client";

/** Where the history is, and what must be remembered between two runs. */
export function stateDirectory(asker: Asker, environment: Environment = process.env): string {
  const given = asker === "unit" ? environment["STATE_DIRECTORY"]?.split(":")[0] : undefined;
  return (
    given ||
    environment["SHEEPDOG_STATE"] ||
    system("/var/lib/sheepdog", "/var/lib/sheepdog") ||
    own(environment)
  );
}

/** Where barks wait, and, with no broker configured, where every queue is. */
export function spoolDirectory(environment: Environment = process.env): string {
  // Where anybody may leave a bark but only the handler may list them, the way in is what has to be usable.
  return (
    environment["SHEEPDOG_SPOOL"] ||
    system("/var/spool/sheepdog", "/var/spool/sheepdog/barks/new") ||
    `${own(environment)}/spool`
  );
}

/** For locks and pipes: what need not outlive a boot. In memory where the machine has such a place: a rename on
 * a busy disk can take longer than a short job. */
export function runtimeDirectory(environment: Environment = process.env): string {
  if (environment["SHEEPDOG_STATE"]) return `${environment["SHEEPDOG_STATE"]}/run`;
  const user = process.getuid?.() ?? 0;
  // cron sets no XDG_RUNTIME_DIR, but the folder is often there. Root's own is nobody else's to write to.
  const base = environment["XDG_RUNTIME_DIR"] || `/run/user/${user}`;
  if (existsSync(base)) return `${base}/sheepdog`;
  return user === 0 ? "/run/sheepdog-root" : `${own(environment)}/run`;
}

function own(environment: Environment): string {
  const state = environment["XDG_STATE_HOME"];
  if (state) return `${state}/sheepdog`;
  return `${environment["HOME"] || process.getBuiltinModule("node:os").homedir()}/.local/state/sheepdog`;
}

/** The system's folder where this user may use it: it is there and may be written to, or may be made. */
function system(folder: string, entrance: string): string | undefined {
  const probe = existsSync(entrance) ? entrance : existsSync(folder) ? folder : `${folder}/..`;
  try {
    accessSync(probe, constants.W_OK | constants.X_OK);
    return folder;
  } catch {
    return undefined; // not for this user: the next place is asked
  }
}
