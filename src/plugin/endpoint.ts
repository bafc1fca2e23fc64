import { Trouble } from "../trouble.ts";

/** Where something listens. */
export interface Endpoint {
  /** As it was written, for people and facts. */
  readonly where: string;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads "host:port"; the address of IPv6 stands in brackets.
 * @param fallback  the port where none is written; without it one is needed
 * @throws Trouble that says what is wrong */
export function endpoint(where: string, fallback?: number): Endpoint {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(where) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? fallback : Number(digits);
  if (host === undefined || port === undefined || port < 1 || port > 65_535)
    throw new Trouble(`"${where}" is no host and port`, {
      kind: "configuration",
      advice: 'write "host:port", such as "www.example.org:443" or "[::1]:25"',
    });
  return { where, host, port };
}
