import { existsSync } from "node:fs";
import { slurp } from "./slurp.ts";

/** Where systems keep the authorities they trust: node brings its own, which know nothing of what was added here. */
const SYSTEM = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
/** Bytes; the file of a system has 0.3 MiB. */
const LARGEST = 4 * 1024 * 1024;

/** Whom to trust on the network, in PEM, for `ca` of node:tls.
 * @param own  files with authorities besides those of the system
 * @returns undefined where node's own are the best there is
 * @throws Trouble when a file cannot be read */
export async function authorities(own: readonly string[]): Promise<string[] | undefined> {
  const system = SYSTEM.find((file) => existsSync(file));
  if (system === undefined && own.length === 0) return undefined;
  const base = system === undefined ? [...(await import("node:tls")).rootCertificates] : [read(system)];
  return [...base, ...own.map(read)];
}

const read = (file: string): string => slurp(file, LARGEST).bytes.toString("latin1");
