import { printable } from "../printable.ts";
import { errno, Trouble } from "../trouble.ts";

interface Cure {
  readonly retry: "later" | "never";
  readonly says: string;
  readonly advice: string;
}

/** Who is fenced in knows nothing of it: what is sent to another machine is dropped, and nothing comes back. */
const FENCE =
  "sheepdog-handler.service reaches no machine but this one until its IPAddressAllow= says so (sheepdog-handler(8))";
const cure = (retry: "later" | "never", says: string, advice: string): Cure => ({ retry, says, advice });
const AWAY = cure("later", "is away", "check that it runs: `systemctl status redis-server`");
const LOST = cure("later", "hung up", "see its log for why; it may be restarting");
const PASSWORD = cure(
  "never",
  "refuses the password",
  "check `user`, and `secret` or the credential `redis`",
);
const NAME = cure("later", "cannot be found by that name", "check `host`, and the name service");
const SILENT = cure("later", "is silent", "check the network, and whether it is overloaded or stopped");
const TRUST = cure(
  "never",
  "shows a certificate that is not trusted",
  "check `ca`, and that the certificate names this `host`",
);
const TLS = cure(
  "never",
  "does not speak TLS, or asks for a certificate",
  "check `tls`, `port`, `cert` and `key`",
);
const ROUTE = cure("later", "cannot be reached", "check the network and `host`");

/** By the first word of its answer, or the code of the system's or TLS's error. */
const CURES: Readonly<Record<string, Cure>> = {
  ECONNREFUSED: AWAY,
  ENOENT: AWAY,
  EACCES: cure(
    "never",
    "cannot be reached by this user",
    "check the mode of `socket`, or join the group of Redis",
  ),
  ECONNRESET: LOST,
  EPIPE: LOST,
  ECLOSED: LOST,
  ETIMEDOUT: SILENT,
  EHOSTUNREACH: ROUTE,
  ENETUNREACH: ROUTE,
  ENOTFOUND: NAME,
  EAI_AGAIN: NAME,
  ENOREDIS: cure(
    "never",
    "does not speak as Redis does",
    "check `host` and `port`, and whether it wants `tls`",
  ),
  EPROTO: TLS,
  NOAUTH: cure("never", "wants a password", "set `user`, and `secret` or the credential `redis`"),
  WRONGPASS: PASSWORD,
  NOPERM: cure("never", "does not permit that to this user", "check `user`, and its line in users.acl"),
  DENIED: cure("never", "runs in protected mode", "give it a password, or let it listen on loopback only"),
  OOM: cure("later", "is full", "raise maxmemory, and check that sheepdog-handler runs"),
  LOADING: cure("later", "is still loading its data", "wait"),
  READONLY: cure("later", "is a replica and takes nothing", "check `host`, or name `sentinels`"),
  MASTERDOWN: cure("later", "is a replica that lost its master", "check the master"),
  NOREPLICAS: cure("later", "has too few replicas to take anything", "check the replicas"),
  MISCONF: cure("later", "cannot save, so it takes nothing", "check its disk and its log"),
  CLUSTERDOWN: cure("later", "is a cluster that is down", "check its nodes"),
  MOVED: cure("never", "is a cluster", "a cluster is not supported; name a single server, or `sentinels`"),
  BUSY: cure("later", "is busy with a script", "wait, or SCRIPT KILL"),
  WRONGTYPE: cure("never", "has something else under that name", "choose another `prefix`"),
  UNBLOCKED: cure("later", "changed its role", "wait"),
  NOGROUP: cure(
    "later",
    "lost the consumer group, and perhaps its data",
    "check its `appendonly`; the group is made again",
  ),
};

/** Of a Redis on this machine. */
const HERE = /^redis (\/|localhost:|127\.|::1:)/;

/** What an error of Redis, of the way to it, or of the client, means for a person. The password is in no text.
 * @param place  "redis 127.0.0.1:6379" */
export function refusal(place: string, error: unknown, password: string | undefined): Trouble {
  if ((error as Error).name === "Trouble") return error as Trouble;
  const said = (error as Error).message;
  const code = errno(error) ?? /^-?([A-Z]+)\b/.exec(said)?.[1] ?? "";
  const found = CURES[code] ?? byFamily(code) ?? bySaying(said) ?? unknown(said, password);
  const { retry, says } = found;
  const fenced = (found === NAME || found === SILENT) && !HERE.test(place);
  const advice = fenced ? `${found.advice}; ${FENCE}` : found.advice;
  // The socket's mode aside, what does not pass by itself is mended in the configuration.
  if (code === "EACCES") return new Trouble(`${place} ${says}`, { advice, cause: error });
  return new Trouble(`${place} ${says}`, {
    retry,
    advice,
    kind: retry === "never" ? "configuration" : undefined,
    // The code alone: what was said may hold what was sent.
    cause: code === "" ? undefined : Object.assign(new Error(code), { code }),
  });
}

/** Whether Redis wants to know who is there, and was not told. */
export const wantsPassword = (trouble: unknown): boolean =>
  ["NOAUTH", "WRONGPASS"].includes(errno((trouble as Error).cause) ?? "");

function bySaying(said: string): Cure | undefined {
  if (/invalid password/i.test(said)) return PASSWORD;
  if (/connection is closed|connection closed|aborted due to connection close|isn't writeable/i.test(said))
    return LOST;
  if (/max number of clients/.test(said))
    return cure("later", "has too many clients", "raise its maxclients");
  if (/sentinels are unreachable/i.test(said))
    return cure("later", "cannot be found: no sentinel knows", "check `sentinels` and `master`");
  if (/DB index/.test(said)) return cure("never", "has no database of that number", "check `db`");
  if (/timed out/.test(said)) return CURES["ETIMEDOUT"];
  if (said.startsWith("Protocol error")) return CURES["ENOREDIS"];
  return undefined;
}

/** OpenSSL has a hundred codes. Those with ERR_SSL are about the conversation, the others about the certificate. */
function byFamily(code: string): Cure | undefined {
  if (code.startsWith("ERR_SSL")) return TLS;
  return /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|ISSUER/.test(code) ? TRUST : undefined;
}

/** What we have no word for is shown, but a server that is none may send back what it was sent. */
function unknown(said: string, password: string | undefined): Cure {
  const masked = password === undefined ? said : said.replaceAll(password, "***");
  return cure("later", `answers: ${printable(masked.slice(0, 200))}`, "see its log");
}

/** A fault of the conversation, for which neither the system nor Redis has a code. */
export function fault(code: "ETIMEDOUT" | "ECLOSED" | "ENOREDIS"): Error {
  return Object.assign(new Error(code), { code });
}
