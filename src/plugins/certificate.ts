import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { slurp } from "../config/slurp.ts";
import { authorities as trust } from "../config/authorities.ts";
import { because } from "../because.ts";
import { plugin } from "../plugin/contract.ts";
import { type Endpoint, endpoint } from "../plugin/endpoint.ts";
import { glob } from "../plugin/glob.ts";
import { type Manner, shown } from "../plugin/handshake.ts";
import { below } from "../plugin/judge.ts";
import { list, number, span } from "../plugin/setting.ts";
import { type Finding, tally } from "../plugin/tally.ts";
import type { Epoch } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";

export default plugin({
  name: "certificate",
  about: "certificates in files and of TLS servers: days left, name, chain",
  rhythm: { every: "6h" },
  settings: {
    files: list([], "files with certificates in PEM, `*` and `?` as in a shell"),
    hosts: list([], 'servers that speak TLS at once: "host:port", port 443 where none is written'),
    warn: number(21, "days left, and fewer, that are a warning", { min: 0 }),
    fail: number(7, "days left, and fewer, that are trouble", { min: 0 }),
    authorities: list([], "files with authorities to trust besides those of the system"),
    within: span("10s", "how long a server may take"),
  },
  async monitor({ files, hosts, warn, fail, authorities, within }, { now, signal }) {
    if (files.length + hosts.length === 0)
      throw new Trouble("there is nothing to look at", { advice: "set `files` or `hosts`" });
    const servers = hosts.map((host) => endpoint(host, 443));
    const trusted = servers.length === 0 ? undefined : await trust(authorities);
    const seen = [
      ...(await Promise.all(files.map((file) => inFiles(file)))).flat(),
      ...(await Promise.all(servers.map((server) => ofServer(server, { trusted, within, signal })))).flat(),
    ];
    const limits = { warn, fail, now };
    const found = seen.filter((one): one is Found => "certificate" in one);
    const findings = seen.flatMap((one) => ("certificate" in one ? findingsOf(one, limits) : [one]));
    const [first] = [...found].sort((one, other) => endOf(one) - endOf(other));
    const fine =
      first === undefined
        ? "there is no certificate"
        : `${found.length === 1 ? "the certificate holds" : `all ${found.length} certificates hold`}; ${found.length === 1 ? "" : "the first to end is "}${nameOf(first)}, ${daysLeft(first, now)} days left`;
    return {
      ...tally(findings, fine),
      facts: found.map(
        (one) => ["certificate", one.where, subjectOf(one.certificate), notAfter(one)] as const,
      ),
      content: {
        certificates: found.map((one) => ({
          where: one.where,
          subject: subjectOf(one.certificate),
          issuer: one.certificate.issuer.replaceAll("\n", ", "),
          until: notAfter(one),
          names: one.certificate.subjectAltName ?? "",
        })),
      },
    };
  },
});

interface Found {
  readonly where: string;
  readonly certificate: X509Certificate;
  /** What else is wrong with it, where it is used. */
  readonly wrong?: readonly string[];
}

interface Limits {
  readonly warn: number;
  readonly fail: number;
  readonly now: Epoch;
}

const DAY = 86_400_000;
const endOf = ({ certificate }: Found): number => Date.parse(certificate.validTo);
const notAfter = (one: Found): string => new Date(endOf(one)).toISOString().replace(".000Z", "Z");
const daysLeft = (one: Found, now: Epoch): number => Math.floor((endOf(one) - now) / DAY);
const nameOf = ({ where, certificate }: Found): string => {
  const subject = subjectOf(certificate);
  return where.startsWith(`${subject}:`) ? where : `${subject} (${where})`;
};

/** The common name; a certificate without one is called by its first name. */
function subjectOf({ subject, subjectAltName }: X509Certificate): string {
  const common = /^CN=(.*)$/m.exec(subject ?? "")?.[1];
  return common ?? subjectAltName?.split(", ")[0]?.replace(/^[A-Za-z ]+:/, "") ?? "(no name)";
}

function findingsOf(one: Found, { now, ...limits }: Limits): readonly Finding[] {
  const { certificate, wrong = [] } = one;
  const name = nameOf(one);
  const left = daysLeft(one, now);
  const level = endOf(one) <= now ? "fail" : below(left, limits);
  const begins = Date.parse(certificate.validFrom);
  return [
    ...wrong.map((text) => ({ level: "fail" as const, text: `${one.where}: ${text}` })),
    ...(begins > now ? [{ level: "fail" as const, text: `${name} is not valid yet` }] : []),
    {
      level,
      text:
        endOf(one) <= now
          ? `${name} has expired ${counted(Math.floor((now - endOf(one)) / DAY))} ago`
          : `${name} expires in ${counted(left)}`,
    },
  ];
}

const counted = (days: number): string =>
  days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;

/** Bytes of a file with certificates: those of a system with all its authorities have 0.3 MiB. */
const LARGEST = 4 * 1024 * 1024;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

async function inFiles(pattern: string): Promise<readonly (Found | Finding)[]> {
  const paths = await glob(pattern);
  if (paths.length === 0) return [unknown(`there is no file ${pattern}`)];
  const { X509Certificate } = await import("node:crypto");
  return paths.flatMap((where): readonly (Found | Finding)[] => {
    try {
      const blocks = slurp(where, LARGEST).bytes.toString("latin1").match(PEM) ?? [];
      return blocks.length === 0
        ? [unknown(`${where} holds no certificate`)]
        : blocks.map((block) => ({ where, certificate: new X509Certificate(block) }));
    } catch (error) {
      return [
        unknown((error as Error).name === "Trouble" ? explain(error) : `${where} holds a broken certificate`),
      ];
    }
  });
}

const unknown = (text: string): Finding => ({ level: "unknown", text });

async function ofServer(server: Endpoint, manner: Manner): Promise<readonly (Found | Finding)[]> {
  try {
    const { chain, distrust } = await shown(server, manner);
    const [certificate] = chain;
    if (certificate === undefined) return [unknown(`${server.where} shows no certificate`)];
    const wrong = [...mismatch(certificate, server), ...(distrust === undefined ? [] : [distrust])];
    return chain.map((certificate, at) => ({
      where: server.where,
      certificate,
      ...(at === 0 ? { wrong } : {}),
    }));
  } catch (error) {
    return [unknown(`${server.where} does not speak TLS: ${because(error)}`)];
  }
}

function mismatch(certificate: X509Certificate, { host }: Endpoint): readonly string[] {
  const fits = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (fits !== undefined) return [];
  const names = (certificate.subjectAltName ?? subjectOf(certificate)).slice(0, 100);
  return [`the certificate is for another name (${names})`];
}
