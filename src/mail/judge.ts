import { printable } from "../printable.ts";
import { clip } from "./headline.ts";
import type { Outcome } from "./outcome.ts";

/** The fields of nodemailer's errors that tell what happened. */
interface Fault extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** What an error while sending means: whose fault it is, and whether trying again may help (RFC 5321, 4.2.1).
 * @param secret  the password, masked in whatever the server says back */
export function judge(error: unknown, secret: string | undefined): Outcome {
  const fault = error as Fault;
  const reason = describe(fault, secret);
  const later = (whose: "server" | "connection" | "letter"): Outcome => ({
    kind: "refused-for-now",
    reason,
    whose,
  });
  const { code = "", responseCode: reply = 0, command = "" } = fault;
  // Never reached, not trusted, or it does not know us: ours or the server's fault, and every letter's fate.
  if (["EDNS", "ETLS", "EAUTH", "ENOAUTH", "EPROTOCOL", "ECONFIG", "EPROXY"].includes(code))
    return later("server");
  if (unreachable(fault) || reply === 421 || reply === 530) return later("server");
  // The sender is our own setting, so it is not held against the recipient; 552 and 523 are about the size.
  if (command === "MAIL FROM" && reply >= 500 && reply !== 552 && reply !== 523) return later("server");
  if (reply === 503) return later("connection"); // out of step: another connection starts over
  if (reply >= 500) return { kind: "refused", reason };
  if (reply >= 400) return later("letter");
  // Refused before a word was said: not an address, or larger than the server takes.
  if (code === "EENVELOPE" || code === "EMESSAGE") return { kind: "refused", reason };
  return later("connection");
}

const unreachable = ({ code, originalCode = "", message }: Fault): boolean =>
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ENOENT|EACCES|EADDRNOTAVAIL)$/.test(
    originalCode,
  ) ||
  /CERT|SIGNATURE|_TLS_|_SSL_|^EPROTO$/.test(originalCode) ||
  (code === "ETIMEDOUT" && /greeting|connection/i.test(message));

function describe(fault: Fault, secret: string | undefined): string {
  const words =
    fault.response ?? `${fault.message}${fault.originalCode === undefined ? "" : ` (${fault.originalCode})`}`;
  const from = fault.command === undefined || fault.command === "CONN" ? "" : ` (to ${fault.command})`;
  return clip(printable(mask(words, secret)).trim(), 300) + from;
}

/** Servers have been seen to repeat what they were told. */
function mask(words: string, secret: string | undefined): string {
  if (secret === undefined || secret === "") return words;
  const masked = words.replaceAll(secret, "***").replaceAll(Buffer.from(secret).toString("base64"), "***");
  return masked;
}
