import { isIP } from "node:net";
import type { Entry } from "./journal.ts";

/** Where something may be said of logins, as matches of journalctl(1). The fields with an underscore are the journal's
 * own word on who has written a line. A user of this machine can write any line and any other field, but is never root,
 * and no process of a mail server's. */
export const LOGINS: readonly string[] = [
  ...["sshd", "sshd-session", "sshd-auth"].map((name) => ["_UID=0", `SYSLOG_IDENTIFIER=${name}`]),
  // auth and authpriv: what PAM says in programs of root's.
  ["_UID=0", "SYSLOG_FACILITY=4"],
  ["_UID=0", "SYSLOG_FACILITY=10"],
  ...["dovecot", "postfix", "postfix@-"].map((unit) => [`_SYSTEMD_UNIT=${unit}.service`]),
].flatMap((fields, at) => (at === 0 ? fields : ["+", ...fields]));

/** What a line of the journal says of a login that failed. */
export interface Sign {
  readonly address: string;
  /** Attempts that are told of here, or one for all of a process where there is no "failed". */
  readonly kind: "failed" | "others";
  readonly count: number;
}

// A name may be anything that whoever comes has typed, "a from 192.0.2.1 port 2" too: each pattern is held at the
// beginning and at the end of the line, and what is greedy in between takes the last address.
const SSHD: readonly (readonly [Sign["kind"], RegExp])[] = [
  ["failed", /^Failed \S+ for .* from (\S+) port \d+(?: ssh2(?:: .*)?)?$/],
  ["others", /^Invalid user .* ?from (\S+) port \d+$/],
  [
    "others",
    /^(?:Connection (?:closed|reset) by|Disconnected from) (?:authenticating|invalid) user .* (\S+) port \d+ \[preauth\]$/,
  ],
  ["others", /^error: maximum authentication attempts exceeded for .* from (\S+) port \d+ ssh2 \[preauth\]$/],
];
const PAM =
  /^pam_\w+\([^)]*:auth\): authentication failure; logname=\S* uid=\d+ euid=\d+ tty=\S* ruser=\S* rhost=(\S+)(?: +user=.*)?$/;
/** Of dovecot 2.2 to 2.4, and of postfix. */
const MAIL: readonly RegExp[] = [
  /^[\w-]+: (?:Info: )?(?:Login aborted|Disconnected|Aborted login)\b.*?\(auth failed, (?<count>\d{1,3}) attempts?\b.*, rip=(?<address>[^,\s]+), lip=[^,\s]+(?:, [^,]*)*$/,
  /^warning: [^[\s]*\[(?<address>[^\]\s]+)\]: SASL \S+ authentication failed\b/,
];

/** @returns undefined where it says nothing of that, or may be somebody else's word */
export function signOf(entry: Entry): Sign | undefined {
  const message = entry["MESSAGE"] ?? "";
  const uid = Number(entry["_UID"] ?? Number.NaN);
  if (/^(postfix|dovecot)/.test(entry["_SYSTEMD_UNIT"] ?? "")) {
    // A mail server also runs what a user has in .forward, as that user.
    if (!(uid < 1000)) return undefined;
    for (const pattern of MAIL) {
      const { address: text, count = 1 } = pattern.exec(message)?.groups ?? {};
      const address = addressOf(text);
      if (address !== undefined) return { address, kind: "failed", count: Number(count) };
    }
    return undefined; // what PAM says there dovecot says itself, once more
  }
  if (uid !== 0) return undefined;
  const ssh = (entry["SYSLOG_IDENTIFIER"] ?? "").startsWith("sshd");
  const pam = addressOf(PAM.exec(message)?.[1]);
  if (pam !== undefined) return { address: pam, kind: ssh ? "others" : "failed", count: 1 };
  if (!ssh) return undefined;
  for (const [kind, pattern] of SSHD) {
    const address = addressOf(pattern.exec(message)?.[1]);
    if (address !== undefined) return { address, kind, count: 1 };
  }
  return undefined;
}

/** An address without its zone; of IPv4 in IPv6 the IPv4. Names are none: whoever comes may have chosen them. */
function addressOf(text = ""): string | undefined {
  const bare = text.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(bare) === 0 ? undefined : bare;
}
