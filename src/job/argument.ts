import { lstatSync, realpathSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { dirname, normalize } from "node:path";
import * as z from "zod/mini";
import { interrupted } from "../interrupt.ts";
import { bad, errno, good, type Result } from "../trouble.ts";

/** What may stand in a hole of a vector. A value is one argument, whatever is in it: there is no shell to read it. */

/** Characters of a value. */
export const LONGEST_VALUE = 1024;

const about = z.optional(z.string().check(z.maxLength(200)));
const fallback = z.optional(z.string().check(z.maxLength(LONGEST_VALUE)));
const NETWORK = 'addresses and networks are needed, such as "192.0.2.7" or "2001:db8::/32"';
const network = z.string().check(z.refine((given) => networkOf(given) !== undefined, { error: NETWORK }));
const networks = z._default(z.array(network), []);
const whole = z.int({ error: "a whole number is needed" });
const pattern = z.string().check(
  z.maxLength(500),
  z.refine((given) => regexOf(given) !== undefined, { error: "a JavaScript regular expression is needed" }),
);
const folder = z.string().check(
  z.refine((given) => given.startsWith("/") && tidy(given), {
    error: "an absolute path without . and .. is needed",
  }),
);

/** The types, by `type`. */
export const Argument = z.discriminatedUnion("type", [
  /** An address, of one family where that is said, within one of some networks, and in none of others. */
  z.strictObject({
    type: z.literal("ip"),
    family: z.optional(z.union([z.literal(4), z.literal(6)], { error: "4 or 6 is needed" })),
    within: networks,
    except: networks,
    about,
    default: fallback,
  }),
  z.strictObject({ type: z.literal("int"), least: whole, most: whole, about, default: fallback }),
  z.strictObject({
    type: z.literal("enum"),
    values: z.array(z.string().check(z.minLength(1), z.maxLength(LONGEST_VALUE))).check(z.minLength(1)),
    about,
    default: fallback,
  }),
  /** A path below a folder, also when all links are followed. */
  z.strictObject({ type: z.literal("path"), under: folder, about, default: fallback }),
  /** What fits from its first character to its last. */
  z.strictObject({ type: z.literal("regex"), pattern, about, default: fallback }),
]);
export type Argument = Readonly<z.output<typeof Argument>>;

/** Whether somebody may put this there.
 * @returns the value as the program gets it, or what is wrong with it: "is no address" */
export function check(argument: Argument, given: string): Result<string, string> {
  if (given.length > LONGEST_VALUE) return bad(`is longer than ${LONGEST_VALUE} characters`);
  if (given === "") return bad("is empty");
  if (/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(given)) return bad("holds control characters");
  switch (argument.type) {
    case "ip":
      return address(argument, given);
    case "int":
      return number(argument, given);
    case "enum":
      return argument.values.includes(given) ? good(given) : bad(`is none of ${argument.values.join(", ")}`);
    case "path":
      return path(argument.under, given);
    case "regex":
      return fits(argument.pattern, given);
    default:
      return argument satisfies never;
  }
}

/** Milliseconds that a pattern may take: there are such as go back and forth for ages. */
const PATIENCE = 200;

function fits(pattern: string, given: string): Result<string, string> {
  try {
    if (interrupted(PATIENCE, () => regexOf(pattern)?.test(given) === true)) return good(given);
    return bad(`does not fit ${pattern}`);
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    return bad(`cannot be held against ${pattern} in time; let root write it so that it goes forth only`);
  }
}

type Of<Type extends Argument["type"]> = Extract<Argument, { readonly type: Type }>;

function address({ family, within, except }: Of<"ip">, given: string): Result<string, string> {
  const found = isIP(given);
  // One that names an interface, or an IPv4 address in IPv6's clothes, would pass by what is excepted.
  if (found === 0 || given.includes("%") || /^::(ffff:)?[^:]*\./i.test(given))
    return bad("is no address, such as 192.0.2.7 or 2001:db8::7");
  if (found === 6 && mapped(given)) return bad("is an IPv4 address as IPv6 writes it; give it as IPv4");
  if (family !== undefined && family !== found) return bad(`is no IPv${family} address`);
  const kind = found === 4 ? "ipv4" : "ipv6";
  if (within.length > 0 && !blocks(within).check(given, kind))
    return bad(`is not within ${within.join(", ")}`);
  if (blocks(except).check(given, kind)) return bad("is one of those that are excepted");
  return good(given);
}

/** ::ffff:0:0/96, however it is written. */
function mapped(given: string): boolean {
  const block = new BlockList();
  block.addSubnet("::ffff:0:0", 96, "ipv6");
  return block.check(given, "ipv6");
}

function blocks(all: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of all) {
    const found = networkOf(one);
    if (found !== undefined) list.addSubnet(found.address, found.bits, found.kind);
  }
  return list;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly kind: "ipv4" | "ipv6";
}

function networkOf(text: string): Network | undefined {
  const [, address = "", prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  return family === 0 || bits > most ? undefined : { address, bits, kind: family === 4 ? "ipv4" : "ipv6" };
}

function number({ least, most }: Of<"int">, given: string): Result<string, string> {
  if (!/^(0|-?[1-9]\d{0,14})$/.test(given)) return bad("is no whole number");
  const value = Number(given);
  return value >= least && value <= most ? good(given) : bad(`is not between ${least} and ${most}`);
}

function path(under: string, given: string): Result<string, string> {
  if (!given.startsWith("/") || !tidy(given)) return bad("is no absolute path without . and ..");
  if (!below(given, under)) return bad(`is not below ${under}`);
  // Whoever owns a folder in between may have made a link of it.
  const [top, real] = [existing(under), existing(given)];
  return top !== undefined && real !== undefined && (real === top || below(real, top))
    ? good(given)
    : bad(`is not below ${under} when links are followed`);
}

const tidy = (path: string): boolean => normalize(path) === path && (path === "/" || !path.endsWith("/"));
const below = (path: string, top: string): boolean => path.startsWith(top === "/" ? top : `${top}/`);

/** Where a path really leads, as far as there is something. */
function existing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errno(error) !== "ENOENT" || path === "/") return undefined;
    // A link to where nothing is yet: whoever writes to it makes that.
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? existing(dirname(path)) : undefined;
  }
}

function regexOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    return undefined; // what is needed is said where it is read
  }
}

/** What a value is to be, for people. */
export function wanted(argument: Argument): string {
  switch (argument.type) {
    case "ip":
      return `an ${argument.family === undefined ? "IP" : `IPv${argument.family}`} address`;
    case "int":
      return `${argument.least} to ${argument.most}`;
    case "enum":
      return argument.values.join("|");
    case "path":
      return `a path below ${argument.under}`;
    case "regex":
      return argument.pattern;
    default:
      return argument satisfies never;
  }
}
