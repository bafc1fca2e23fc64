import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Epoch, seconds } from "../time.ts";
import { bad, errno, explain, good, type Result } from "../trouble.ts";
import { type Allowance, allowance } from "./allowance.ts";
import { type Deed, idOf, NAMESPACE, parseDeed, stale } from "./deed.ts";
import { unreliable } from "./list.ts";
import { localSigner } from "./local.ts";
import { complaint, openssh } from "./openssh.ts";
import { scratch } from "./scratch.ts";
import { type Signer, signerOf } from "./signature.ts";

/** What the administrators of the handler's machine are called. */
const LOCAL = "local";

/** Whom a handler believes. */
export interface Operators {
  /** Folder of its state: the local key is there, and what lives as long as one check. */
  readonly state: string;
  /** The list of operators: ssh-keygen(1), ALLOWED SIGNERS. It need not be there. */
  readonly signers: string;
  /** How many signatures are checked: of the local key, which few can make and a maintenance of many hosts needs, and of
   * all others. */
  readonly own: Allowance;
  readonly allowance: Allowance;
}

/** @param state  folder of the handler's state
 * @param signers  `operators.signers` of the configuration */
export const operators = (state: string, signers: string): Operators => ({
  state,
  signers,
  own: allowance(300, seconds(60)),
  allowance: allowance(30, seconds(60)),
});

export interface Verified {
  readonly deed: Deed;
  /** The id that its bark must have: under another one it is an old deed in a new coat. */
  readonly id: string;
  /** Who has signed it, as the list calls them; "local" for the administrators of the handler's machine. What the deed
   * says itself of who asks (`by`) is theirs to say. */
  readonly principal: string;
}

/** Whether the content of a bark of the monitor `operator` is what somebody asks who may.
 * Costs two or three processes where the signature is of a key that is known, else nothing. Never throws: what cannot be
 * checked is refused, and can be asked again.
 * @param now  by the handler's clock
 * @returns why it is refused, with the cure, for whoever asked */
export async function verify(
  content: Readonly<Record<string, unknown>> | undefined,
  whom: Operators,
  now: Epoch,
): Promise<Result<Verified, string>> {
  const { deed: text, signature } = content ?? {};
  if (typeof text !== "string") return bad("it says no `deed`; use `sheepdog silence` or `sheepdog ack`");
  const deed = parseDeed(text);
  if (!deed.ok) return deed;
  const late = stale(deed.value, now);
  if (late !== undefined) return bad(late);
  if (typeof signature !== "string")
    return bad("it is not signed; use `sheepdog silence` or `sheepdog ack`, which sign");
  const signer = signerOf(signature);
  if (!signer.ok) return signer;
  try {
    const principal = await authenticate({ text, signature, signer: signer.value }, whom, now);
    return principal.ok ? good({ deed: deed.value, id: idOf(text), principal: principal.value }) : principal;
  } catch (error) {
    return bad(`its signature cannot be checked: ${explain(error)}`);
  }
}

interface Signed {
  readonly text: string;
  readonly signature: string;
  readonly signer: Signer;
}

/** @returns the principal */
async function authenticate(
  signed: Signed,
  { state, signers, own: ownAllowance, allowance }: Operators,
  now: Epoch,
): Promise<Result<string, string>> {
  const own = localSigner(state);
  const local = own.ok && own.value.split(" ")[1] === signed.signer.key;
  const unknown = local ? undefined : unlisted(signed.signer, signers, own);
  if (unknown !== undefined) return bad(unknown);
  const allowed = local ? ownAllowance : allowance;
  if (!allowed(now)) return bad("too many were signed within a minute to check them all; ask again later");
  return await scratch(state, async (folder) => {
    const sig = join(folder, "signature");
    writeFileSync(sig, signed.signature, { mode: 0o600 });
    if (!local) return await among({ list: signers, names: await namesOf(signers, sig), sig, ...signed });
    const list = join(folder, "signers");
    writeFileSync(list, `${LOCAL} namespaces="${NAMESPACE}" ${own.value}\n`, { mode: 0o600 });
    return await among({ list, names: good([LOCAL]), sig, ...signed });
  });
}

/** Why a key need not be asked about: no list that can be relied on has it. A certificate has the key of its authority
 * there, and that is for ssh-keygen to find. */
function unlisted(
  { type, key, fingerprint }: Signer,
  signers: string,
  own: Result<string, string>,
): string | undefined {
  const about = `it is signed by the key ${fingerprint}`;
  const local = own.ok ? "" : `; this machine's own cannot be used: ${own.fault}`;
  try {
    const why = unreliable(signers);
    if (why !== undefined) return `${about}, and the list of operators ${signers} is not used: ${why}`;
    if (type.includes("-cert-") || readFileSync(signers, "utf8").includes(key)) return undefined;
    return `${about}, which is not in the list of operators ${signers}; let root add its line there${local}`;
  } catch (error) {
    const code = errno(error) ?? "unknown";
    return `${about}, and there is no list of operators ${signers} (${code}); let root make it, one line a person: NAME namespaces="${NAMESPACE}" and the public key${local}`;
  }
}

/** Whose signature it is, as far as the list says. */
async function namesOf(list: string, sig: string): Promise<Result<readonly string[], string>> {
  const found = await openssh("ssh-keygen", ["-Y", "find-principals", "-f", list, "-s", sig]);
  const names = found.stdout.split("\n").filter((name) => name !== "");
  return found.status === 0 && names.length > 0
    ? good(names)
    : bad(`its signature is not accepted by the list of operators ${list}: ${complaint(found)}`);
}

interface Claim extends Signed {
  readonly list: string;
  readonly names: Result<readonly string[], string>;
  readonly sig: string;
}

/** @returns the first of these names whose signature it is */
async function among({ list, names, sig, text }: Claim): Promise<Result<string, string>> {
  if (!names.ok) return names;
  let why = "";
  for (const name of names.value) {
    const words = ["-Y", "verify", "-f", list, "-I", name, "-n", NAMESPACE, "-s", sig];
    const checked = await openssh("ssh-keygen", words, { input: text });
    if (checked.status === 0) return good(name);
    why ||= complaint(checked);
  }
  return bad(`its signature is not right: ${why}`);
}
