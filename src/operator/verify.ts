import { type Allowance, allowance } from "../ssh/allowance.ts";
import { scratch } from "../ssh/scratch.ts";
import { signerOf } from "../ssh/signature.ts";
import { type List, type Signed, ofOne, unlisted, whose } from "../ssh/whose.ts";
import { type Epoch, seconds } from "../time.ts";
import { bad, explain, good, type Result } from "../trouble.ts";
import { type Deed, idOf, NAMESPACE, parseDeed, stale } from "./deed.ts";
import { localSigner } from "./local.ts";

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

/** @returns the principal */
async function authenticate(
  signed: Signed,
  { state, signers, own: ownAllowance, allowance }: Operators,
  now: Epoch,
): Promise<Result<string, string>> {
  const own = localSigner(state);
  const local = own.ok && own.value.split(" ")[1] === signed.signer.key;
  const list: List = { file: signers, called: "the list of operators", namespace: NAMESPACE };
  const unknown = local ? undefined : unlisted(signed.signer, list);
  if (unknown !== undefined)
    return bad(own.ok ? unknown : `${unknown}; this machine's own cannot be used: ${own.fault}`);
  const allowed = local ? ownAllowance : allowance;
  if (!allowed(now)) return bad("too many were signed within a minute to check them all; ask again later");
  return await scratch(state, async (folder) => {
    if (!local) return await whose(signed, list, folder);
    return await ofOne(signed, { name: LOCAL, key: own.value, namespace: NAMESPACE }, folder);
  });
}
