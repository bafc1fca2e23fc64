import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import { milliseconds, type Seconds } from "../time.ts";
import { errno } from "../trouble.ts";
import type { Endpoint } from "./endpoint.ts";

/** How a server is spoken to. */
export interface Manner {
  /** Authorities in PEM; those of node where it is undefined. */
  readonly trusted: string[] | undefined;
  readonly within: Seconds;
  readonly signal: AbortSignal;
}

/** What a server that speaks TLS says of itself. */
export interface Shown {
  /** Its own certificate first. */
  readonly chain: readonly X509Certificate[];
  /** Why it is not trusted, in words for a person. */
  readonly distrust: string | undefined;
}

/** Speaks TLS with a server, and refuses no certificate.
 * @throws what keeps them from speaking it; never what is wrong with a certificate */
export async function shown(server: Endpoint, manner: Manner): Promise<Shown> {
  const socket = await handshake(server, manner);
  try {
    return { chain: chainOf(socket), distrust: distrust(socket) };
  } finally {
    socket.destroy();
  }
}

async function handshake({ host, port }: Endpoint, { trusted, within, signal }: Manner): Promise<TLSSocket> {
  const { connect } = await import("node:tls");
  return new Promise((resolve, reject) => {
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ...named,
      ...(trusted === undefined ? {} : { ca: trusted }),
    });
    const stop = (why: string) => socket.destroy(new Error(why));
    socket.setTimeout(milliseconds(within), () => stop("no answer in time"));
    signal.addEventListener("abort", () => stop("no answer in time"), { once: true });
    socket.once("secureConnect", () => resolve(socket));
    socket.on("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
  });
}

/** What the server has sent, its own certificate first, without the authority at the end: whether that is trusted is
 * asked elsewhere, and that is not the server's to renew. */
function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < LONGEST) {
    const own = next.subject === next.issuer;
    if (!own || chain.length === 0) chain.push(next);
    next = own ? undefined : next.issuerCertificate;
  }
  return chain;
}
const LONGEST = 10;

function distrust({ authorizationError }: TLSSocket): string | undefined {
  const code = errno(authorizationError) ?? String(authorizationError ?? "");
  // These two are told in better words elsewhere.
  if (code === "" || code === "CERT_HAS_EXPIRED" || code === "ERR_TLS_CERT_ALTNAME_INVALID") return undefined;
  return `the chain is not trusted: ${UNTRUSTED[code] ?? code}`;
}

const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is its own authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is unknown here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is unknown here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its authority is unknown here, or the server does not send the certificates in between",
};
