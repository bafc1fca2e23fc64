import type { SMTPPoolOptions } from "nodemailer/lib/smtp-pool";
import type { Mail } from "../config/mail.ts";
import { printable } from "../printable.ts";
import { Trouble } from "../trouble.ts";
import { bare, domainOf, qualify } from "./address.ts";
import { judge, type Login } from "./judge.ts";
import { type Letter, render } from "./letter.ts";
import type { Outcome, Transport } from "./outcome.ts";

/** What a SMTP server is spoken to with. */
interface Account extends Login {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** At the most so many letters are on their way to the server at once. */
const CONNECTIONS = 5;
/** Milliseconds that one letter may take in all: a server that trickles its answers is silent to no timeout. */
const PATIENCE = 5 * 60_000;

/** Mail by SMTP, over a few connections that are kept while there is work and closed after it.
 * @param uri       smtp://user:password@host:port or smtps://…; the port is 465 for smtps, else 587 with a user and 25 without
 * @param password  where the uri has none
 * @throws Trouble when a password would travel in the clear, or is missing */
export function openSmtp(
  uri: string,
  starttls: Mail["starttls"],
  password: string | undefined,
  name: string,
): Transport {
  const account = read(uri, password);
  const options = settings(account, starttls, domainOf(name));
  let pool: Promise<Pool> | undefined;
  const send = async (letter: Letter, to: string): Promise<Outcome> => {
    const envelope = { from: bare(letter.from), to: [qualify(to, domainOf(name))] };
    try {
      const raw = await render(letter);
      const transport = await (pool ??= connect(options));
      const sent = await transport.sendMail({ envelope, raw, signal: AbortSignal.timeout(PATIENCE) });
      return { kind: "accepted", said: printable(sent.response.slice(0, 300)) };
    } catch (error) {
      return judge(error, account);
    }
  };
  return {
    place: `smtp ${account.host}:${account.port}`,
    send,
    [Symbol.asyncDispose]: async () => (await pool)?.close(),
  };
}

type Pool = Awaited<ReturnType<typeof connect>>;

// Loaded when the first mail goes out: an idle mailer is small.
async function connect(options: SMTPPoolOptions) {
  const { createTransport } = await import("nodemailer");
  return createTransport({ ...options, pool: true });
}

function read(uri: string, given: string | undefined): Account {
  const at = new URL(uri); // the schema has seen to it that it is one
  const secure = at.protocol === "smtps:";
  const user = at.username === "" ? undefined : decode(at.username);
  const password = at.password === "" ? given : decode(at.password);
  if (user !== undefined && password === undefined)
    throw wrong(
      `mail.uri names a user for ${at.hostname} but there is no password`,
      "put it into the file that mail.secret names (mode 0600), or give the credential `smtp`",
    );
  return {
    host: at.hostname.replace(/^\[|\]$/g, ""),
    port: Number(at.port) || (secure ? 465 : user === undefined ? 25 : 587),
    secure,
    user,
    password: user === undefined ? undefined : password,
  };
}

function settings(account: Account, starttls: Mail["starttls"], name: string): SMTPPoolOptions {
  const { host, port, secure, user, password } = account;
  const near = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  const secret = user !== undefined && !near;
  if (secret && !secure && starttls === "never")
    throw wrong(
      `the password for ${host} would travel in the clear`,
      'set mail.starttls to "must", or use smtps://',
    );
  const must = !secure && (starttls === "must" || (secret && starttls === "may"));
  return {
    host,
    port,
    secure,
    name,
    requireTLS: must,
    ignoreTLS: starttls === "never",
    // Where TLS is a bonus, a certificate that nobody signed is better than no TLS: whoever could forge it
    // could take STARTTLS away as well (RFC 7435).
    opportunisticTLS: !must && !secure,
    tls: { rejectUnauthorized: must || secure },
    // A server that forgets to offer AUTH must not be asked to relay for a stranger: its 550 would be final.
    ...(user === undefined ? {} : { auth: { user, pass: password ?? "" }, forceAuth: true }),
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    dnsTimeout: 30_000,
    socketTimeout: 60_000,
    maxConnections: CONNECTIONS,
    maxRequeues: 1,
    idleTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % means itself
  }
}

const wrong = (message: string, advice: string): Trouble =>
  new Trouble(message, { kind: "configuration", advice });
