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

/** What is refused, and what of it could be read. Nothing of that is proved. */
export interface Refused {
  readonly why: string;
  readonly asked?: Request;
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
    const approved = await approve(plausible, law, ledger, moment);
    return approved.ok ? approved : bad({ why: approved.fault, asked });
  } catch (error) {
    return bad({ why: explain(error), asked });
  }
}

async function approve(
  { asked, request: text, signature }: Plausible,
  { jobs, signers }: Law,
  ledger: Ledger,
  moment: Epoch | undefined,
): Promise<Result<Approved, string>> {
  const signer = signerOf(signature);
  if (!signer.ok) return signer;
  const entry = asked.kind === "cancel" ? ledger.find(asked.run) : undefined;
  if (asked.kind === "cancel" && entry === undefined) return bad(`nothing is known here of ${asked.run}`);
  // Whether there is such a job, and what may stand in it, is not for everybody to find out: first who asks.
  const found = jobOr(asked.kind === "cancel" ? (entry as Entry).job : asked.job, jobs);
  // Whoever has asked for it may end it, also when its file is gone.
  const may = (name: string): boolean =>
    name === entry?.principal || (found.ok && found.value.allow.some((pattern) => matches(pattern, name)));
  const principal = await scratch(ledger.home, (folder) =>
    whose(
      { text, signature, signer: signer.value },
      { ...listOf(signers), ...(moment && { moment }) },
      folder,
      may,
    ),
  );
  if (!principal.ok) return principal;
  if (asked.kind === "cancel" && principal.value === entry?.principal)
    return good({ kind: "cancel", asked, principal: principal.value, entry });
  if (!found.ok) return found;
  const job = found.value;
  if (!may(principal.value))
    return bad(
      `${principal.value} may not ask for ${job.name} here; its file allows ${job.allow.join(", ")}`,
    );
  if (asked.kind === "cancel")
    return good({ kind: "cancel", asked, principal: principal.value, entry: entry as Entry });
  const odd = Object.keys(asked.args).find((name) => !Object.hasOwn(job.arguments, name));
  if (odd !== undefined)
    return bad(
      `${job.name} takes no argument ${odd}; ${Object.keys(job.arguments).length === 0 ? "it takes none" : `it takes ${Object.keys(job.arguments).join(", ")}`}`,
    );
  const vector = fill(job.run, job.arguments, asked.args);
  if (!vector.ok) return vector;
  const undo = job.undo && fill(job.undo, job.arguments, asked.args);
  if (undo?.ok === false) return undo;
  return good({
    kind: "start",
    asked,
    principal: principal.value,
    job,
    vector: vector.value,
    undo: undo?.value,
  });
}

function jobOr(name: string, folder: string): Result<Job, string> {
  try {
    return good(jobNamed(name, folder));
  } catch (error) {
    return bad(explain(error));
  }
}
