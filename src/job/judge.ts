import type { Allowance } from "../ssh/allowance.ts";
import { matches } from "../glob.ts";
import { scratch } from "../ssh/scratch.ts";
import { signerOf } from "../ssh/signature.ts";
import { type List, unlisted, whose } from "../ssh/whose.ts";
import type { Epoch } from "../time.ts";
import { bad, explain, good, type Result } from "../trouble.ts";
import { jobNamed, type Job } from "./file.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { type Envelope, misplaced, NAMESPACE, open, parseRequest, type Request } from "./request.ts";
import { fill } from "./vector.ts";

/** What a request is held against: the word of this machine's owner. */
export interface Law {
  /** What this machine is called. */
  readonly name: string;
  /** Folder of what may be run here. */
  readonly jobs: string;
  /** Whose signature counts: a list of ssh-keygen's. */
  readonly signers: string;
}

/** A request whose form is right, that is for this machine and for now. Who has made it is not yet known. */
export interface Plausible extends Envelope {
  readonly asked: Request;
}

/** What is refused, and what of it could be read. Nothing of that is proved where it says no principal. */
export interface Refused {
  readonly why: string;
  readonly asked?: Request;
  /** Who asked, where that is proved. */
  readonly principal?: string;
}

/** Looks at what costs next to nothing: form, machine, time, and whether there is such a key.
 * @param allowance  how many may go on to be checked in earnest */
export function glance(
  body: string,
  { name, signers }: Law,
  now: Epoch,
  allowance: Allowance = () => true,
): Result<Plausible, Refused> {
  const opened = open(body);
  if (!opened.ok) return bad({ why: opened.fault });
  const parsed = parseRequest(opened.value.request);
  if (!parsed.ok) return bad({ why: parsed.fault });
  const asked = parsed.value;
  const refused = (why: string): Result<Plausible, Refused> => bad({ why, asked });
  const off = misplaced(asked, name, now);
  if (off !== undefined) return refused(off);
  const signer = signerOf(opened.value.signature);
  if (!signer.ok) return refused(signer.fault);
  const unknown = unlisted(signer.value, listOf(signers));
  if (unknown !== undefined) return refused(unknown);
  if (!allowance(now)) return refused("too many came within a minute to check them all; ask again later");
  return good({ ...opened.value, asked });
}

const listOf = (file: string): List => ({
  file,
  called: "the list of signers",
  namespace: NAMESPACE,
});

/** What may be done. */
export type Approved =
  | {
      readonly kind: "start";
      readonly asked: Exclude<Request, { readonly kind: "cancel" }>;
      readonly principal: string;
      readonly job: Job;
      readonly vector: readonly string[];
      readonly undo: readonly string[] | undefined;
    }
  | {
      readonly kind: "cancel";
      readonly asked: Extract<Request, { readonly kind: "cancel" }>;
      readonly principal: string;
      readonly entry: Entry;
    };

/** Whether it is asked by somebody who may. Costs two or three processes. Never throws: what cannot be checked is
 * refused, and can be asked again.
 * @param moment  when it was asked, where that was long ago */
export async function judge(
  plausible: Plausible,
  law: Law,
  ledger: Ledger,
  moment?: Epoch,
): Promise<Result<Approved, Refused>> {
  const { asked } = plausible;
  try {
    const named = nameIn(asked, law, ledger);
    if (!named.ok) return bad({ why: named.fault, asked });
    const principal = await asker(plausible, named.value, law, ledger, moment);
    if (!principal.ok) return bad({ why: principal.fault, asked });
    const approved = allowed(asked, named.value, principal.value);
    return approved.ok ? approved : bad({ why: approved.fault, asked, principal: principal.value });
  } catch (error) {
    return bad({ why: explain(error), asked });
  }
}

/** What a request is about. */
interface Named {
  /** What is to be ended. */
  readonly entry: Entry | undefined;
  readonly job: Result<Job, string>;
}

function nameIn(asked: Request, { jobs }: Law, ledger: Ledger): Result<Named, string> {
  if (asked.kind !== "cancel") return good({ entry: undefined, job: jobOr(asked.job, jobs) });
  const entry = ledger.find(asked.run);
  return entry === undefined
    ? bad(`nothing is known here of ${asked.run}`)
    : good({ entry, job: jobOr(entry.job, jobs) });
}

/** Whoever has asked for something may end it, also when its file is gone. */
const may = ({ entry, job }: Named, name: string): boolean =>
  name === entry?.principal || (job.ok && job.value.allow.some((pattern) => matches(pattern, name)));

/** Whose request it is. That comes first: whether there is such a job, and what may stand in it, is not for everybody to
 * find out. */
async function asker(
  { request: text, signature }: Plausible,
  named: Named,
  { signers }: Law,
  { home }: Ledger,
  moment: Epoch | undefined,
): Promise<Result<string, string>> {
  const signer = signerOf(signature);
  if (!signer.ok) return signer;
  const signed = { text, signature, signer: signer.value };
  const list = { ...listOf(signers), ...(moment && { moment }) };
  return await scratch(home, (folder) => whose(signed, list, folder, (name) => may(named, name)));
}

/** Whether that is for them to ask. */
function allowed(asked: Request, named: Named, principal: string): Result<Approved, string> {
  const { entry, job: found } = named;
  if (asked.kind === "cancel" && principal === entry?.principal)
    return good({ kind: "cancel", asked, principal, entry });
  if (!found.ok) return found;
  const job = found.value;
  if (!may(named, principal))
    return bad(`${principal} may not ask for ${job.name} here; its file allows ${job.allow.join(", ")}`);
  if (asked.kind === "cancel") return good({ kind: "cancel", asked, principal, entry: entry as Entry });
  const odd = Object.keys(asked.args).find((name) => !Object.hasOwn(job.arguments, name));
  if (odd !== undefined)
    return bad(
      `${job.name} takes no argument ${odd}; ${Object.keys(job.arguments).length === 0 ? "it takes none" : `it takes ${Object.keys(job.arguments).join(", ")}`}`,
    );
  const vector = fill(job.run, job.arguments, asked.args);
  if (!vector.ok) return vector;
  const undo = job.undo && fill(job.undo, job.arguments, asked.args);
  if (undo?.ok === false) return undo;
  return good({ kind: "start", asked, principal, job, vector: vector.value, undo: undo?.value });
}

function jobOr(name: string, folder: string): Result<Job, string> {
  try {
    return good(jobNamed(name, folder));
  } catch (error) {
    return bad(explain(error));
  }
}
