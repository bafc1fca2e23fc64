import * as z from "zod/mini";
import { type Bark, LIMITS } from "../bark.ts";
import { text } from "../config/kind.ts";
import { derivedId } from "../id.ts";
import { tagOf } from "../job/bark.ts";
import { Args, MOST_HOSTS } from "../job/request.ts";
import { REACTION } from "../monitors.ts";
import { NAME } from "../name.ts";
import { printable } from "../printable.ts";
import { bad, good, type Result } from "../trouble.ts";

/** What the rounds say of something that standing rules have machines do: one subject for each job with its arguments.
 * It travels as text in a bark, and what is signed is that text: whoever may bark may not therefore have machines do
 * something, nor keep them from it. */

/** What a signature over one is made for. */
export const NAMESPACE = "sheepdog-reaction";
/** What the handler is called on lists of signers. */
export const PRINCIPAL = "handler";
/** Bytes of the text: it holds the request, and its bark has a limit. */
export const LONGEST_STATEMENT = 240 * 1024;

const hosts = z.array(text.check(z.maxLength(LIMITS.host))).check(z.minLength(1), z.maxLength(MOST_HOSTS));
const about = {
  job: z.string().check(z.regex(NAME)),
  args: Args,
  /** Id of the bark before this one: on another one it says nothing new. "" for the first. */
  before: z.string().check(z.maxLength(LIMITS.id)),
  /** When it was said. */
  time: z.string().check(z.refine((given) => !Number.isNaN(Date.parse(given)))),
};
const Statement = z.discriminatedUnion("kind", [
  /** These are asked, by this request. */
  z.strictObject({ kind: z.literal("ask"), hosts, request: z.string(), signature: z.string(), ...about }),
  /** These would be. */
  z.strictObject({
    kind: z.literal("held"),
    hosts,
    why: z.enum(["dry", "halted", "limited"]),
    /** The limit. */
    most: z.number(),
    ...about,
  }),
  /** No rule says so any more. */
  z.strictObject({ kind: z.literal("over"), ...about }),
]);
export type Statement = Readonly<z.output<typeof Statement>>;

/** Reads the text of a statement, whoever wrote it.
 * @returns what is wrong with it, where it is none */
export function parseStatement(given: string): Result<Statement, string> {
  if (Buffer.byteLength(given) > LONGEST_STATEMENT)
    return bad(`it is longer than ${LONGEST_STATEMENT} bytes`);
  try {
    const parsed = Statement.safeParse(JSON.parse(given));
    return parsed.success
      ? good(parsed.data)
      : bad(`its \`${String(parsed.error.issues[0]?.path[0])}\` is not as it should be`);
  } catch {
    return bad("it is no JSON");
  }
}

/** What its barks are about. */
export const subjectOf = ({ job, args }: Pick<Statement, "job" | "args">): string =>
  tagOf(job, args, "react");

/** The id of its bark: said again while nobody has heard it, it is the same. Nobody foresees it who does not have the
 * key, so nothing can be barked under it beforehand.
 * @param secret  the private key */
export const idOf = (statement: Statement, secret: string): string =>
  derivedId(
    REACTION,
    secret,
    statement.kind,
    subjectOf(statement),
    statement.before,
    ...(statement.kind === "held" ? [statement.why] : []),
    ...(statement.kind === "over" ? [] : statement.hosts),
  );

/** The id of the request in it. */
export const requestId = (bark: string): string => derivedId("request", bark);

/** What its bark says, but for what is signed.
 * @param name  what the handler's machine is called */
export const frame = (
  statement: Statement,
  { name, secret }: { readonly name: string; readonly secret: string },
): Omit<Bark, "content"> => ({
  id: idOf(statement, secret),
  time: statement.time,
  host: name,
  tag: subjectOf(statement),
  monitor: REACTION,
  level: statement.kind === "over" ? "ok" : "warning",
  summary: printable(summaryOf(statement)).slice(0, LIMITS.summary),
});

function summaryOf(statement: Statement): string {
  if (statement.kind === "over") return "is no more so";
  const machines = listed(statement.hosts);
  if (statement.kind === "ask") return `asked of ${machines}`;
  switch (statement.why) {
    case "dry":
      return `would be asked of ${machines}; this is a dry run`;
    case "halted":
      return `halted, not asked of ${machines}`;
    case "limited":
      return `not asked of ${machines}: more than ${statement.most} an hour`;
    default:
      return statement.why satisfies never;
  }
}

/** Machines that are named. */
const SHOWN = 5;
const listed = (hosts: readonly string[]): string =>
  hosts.length <= SHOWN
    ? hosts.join(", ")
    : `${hosts.slice(0, SHOWN).join(", ")}, and ${hosts.length - SHOWN} more`;
