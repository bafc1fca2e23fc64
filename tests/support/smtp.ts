import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";

/** A letter as it came over the wire. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly secure: boolean;
  readonly user: string | undefined;
}

/** What the server answers instead of "250": a code and words, or the connection is cut. */
export type Refusal = { readonly code: number; readonly text: string } | "cut" | undefined;

/** How the server behaves; may be changed while it runs. */
export interface Manners {
  sender?: (from: string) => Refusal;
  recipient?: (to: string) => Refusal;
  /** Asked after the last byte of DATA, before the answer. */
  data?: (letter: Received) => Refusal | Promise<Refusal>;
}

export interface Smtp {
  readonly port: number;
  readonly uri: string;
  readonly manners: Manners;
  /** What was accepted, in order. */
  readonly letters: readonly Received[];
  /** How many connections there were. */
  readonly connections: () => number;
  /** Resolves once this many letters were accepted. */
  readonly received: (count: number) => Promise<readonly Received[]>;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

interface Setting extends Manners {
  /** Key and certificate: TLS from the start, or after STARTTLS. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly from: "start" | "starttls" };
  readonly login?: { readonly user: string; readonly password: string };
}

/** A real SMTP server on a free port of the loopback; ends with the test. */
export async function smtp(t: TestContext, setting: Setting = {}): Promise<Smtp> {
  const letters: Received[] = [];
  const waiting = new Set<() => void>();
  const manners: Manners = { ...setting };
  let connections = 0;
  const keep = (letter: Received): void => {
    letters.push(letter);
    for (const wake of waiting) wake();
  };
  const cut = (session: SMTPServerSession): void => {
    for (const one of inside(server)) if (one.session.id === session.id) one._socket.destroy();
  };
  const options = optionsOf(setting, { manners, keep, cut, count: () => connections++ });
  let server = new SMTPServer(options);
  options.port = await listen(server, 0);
  const stop = async (): Promise<void> => {
    // Its own close waits for clients to leave; a machine that goes down does not.
    for (const one of inside(server)) one._socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  t.after(stop);
  return {
    port: options.port,
    uri: `smtp${setting.tls?.from === "start" ? "s" : ""}://127.0.0.1:${options.port}`,
    manners,
    letters,
    connections: () => connections,
    stop,
    start: async () => {
      server = new SMTPServer(options);
      await listen(server, options.port);
    },
    received: (count) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`only ${letters.length} of ${count} letters came`)),
          20_000,
        );
        const look = (): void => {
          if (letters.length < count) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve(letters);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** What smtp-server knows of its connections and does not tell: needed to cut one. */
const inside = (
  server: SMTPServer,
): Iterable<{ readonly session: SMTPServerSession; readonly _socket: { destroy(): void } }> =>
  (server as unknown as { connections: Set<never> }).connections;

async function listen(server: SMTPServer, port: number): Promise<number> {
  server.on("error", () => undefined); // a client that leaves in the middle is what some tests are about
  server.listen(port, "127.0.0.1");
  if (!server.server.listening) await once(server.server, "listening");
  return (server.server.address() as AddressInfo).port;
}

interface Hooks {
  readonly manners: Manners;
  readonly keep: (letter: Received) => void;
  readonly cut: (session: SMTPServerSession) => void;
  readonly count: () => void;
}

type Done = (error?: Error | null) => void;

function optionsOf(
  { tls, login }: Setting,
  { manners, keep, cut, count }: Hooks,
): SMTPServerOptions & { port: number } {
  const answer = (session: SMTPServerSession, refusal: Refusal, done: Done): void => {
    if (refusal === "cut") cut(session);
    else
      done(
        refusal === undefined
          ? undefined
          : Object.assign(new Error(refusal.text), { responseCode: refusal.code }),
      );
  };
  const finish = async (session: SMTPServerSession, raw: Buffer, done: Done): Promise<void> => {
    const letter = letterOf(session, raw);
    const refusal = await manners.data?.(letter);
    if (refusal === undefined) keep(letter);
    answer(session, refusal, done);
  };
  return {
    port: 0,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    closeTimeout: 100,
    disableReverseLookup: true,
    disabledCommands: [
      ...(tls?.from === "starttls" ? [] : ["STARTTLS"]),
      ...(login === undefined ? ["AUTH"] : []),
    ],
    secure: tls?.from === "start",
    ...(tls === undefined ? {} : { key: tls.key, cert: tls.cert }),
    onConnect: (_session, done) => {
      count();
      done();
    },
    onAuth: ({ username, password }, _session, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(
            Object.assign(new Error(`no such login: ${username} with ${password}`), { responseCode: 535 }),
          ),
    onMailFrom: ({ address }, session, done) => answer(session, manners.sender?.(address), done),
    onRcptTo: ({ address }, session, done) => answer(session, manners.recipient?.(address), done),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => void finish(session, Buffer.concat(chunks), done));
    },
  };
}

function letterOf({ envelope, secure, user }: SMTPServerSession, raw: Buffer): Received {
  return {
    from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    raw,
    secure,
    user: typeof user === "string" ? user : undefined,
  };
}
