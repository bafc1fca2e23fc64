import { printable } from "../printable.ts";
import { clip } from "./clip.ts";
import type { Outcome } from "./outcome.ts";

/** The fields of nodemailer's errors that tell what happened. */
interface Fault extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** Who we say we are to the server. */
export interface Login {
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** What an error while sending means: whose fault it is, and whether trying again may help (RFC 5321, 4.2.1).
 * @param login  its password is masked in whatever the server says back */
export function judge(error: unknown, login: Login): Outcome {
  const fault = error as Fault;
  const reason = describe(fault, login);
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

function describe(fault: Fault, login: Login): string {
  const words =
    fault.response ?? `${fault.message}${fault.originalCode === undefined ? "" : ` (${fault.originalCode})`}`;
  const from = fault.command === undefined || fault.command === "CONN" ? "" : ` (to ${fault.command})`;
  return clip(printable(mask(words, login)).trim(), 300) + from;
}

/** Servers have been seen to repeat what they were told: as it is, or as AUTH PLAIN (RFC 4616) or LOGIN wraps it. */
function mask(words: string, { user = "", password = "" }: Login): string {
  if (password === "") return words;
  const told = [
    base64(`\0${user}\0${password}`),
    base64(`${user}\0${user}\0${password}`),
    base64(password),
    password,
  ];
  return told.reduce((rest, one) => rest.replaceAll(one, "***"), words);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
