/** A login name gets the domain of this machine, as sendmail(8) would do it. */
export const qualify = (address: string, domain: string): string =>
  address.includes("@") ? address : `${address}@${domain}`;

/** The address alone, of "Sheepdog <a@x.org>". */
export const bare = (from: string): string => (/<([^<>]*)>\s*$/.exec(from)?.[1] ?? from).trim();

/** A name of a machine as the right-hand side of an address or a Message-ID (RFC 5322 dot-atom). */
export function domainOf(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/\.\.+/g, ".")
    .replace(/^[.-]+|[.-]+$/g, "");
  return safe === "" ? "localhost" : safe.slice(0, 200).replace(/[.-]+$/, "");
}
