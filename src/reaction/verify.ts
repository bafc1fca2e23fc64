import type { Bark } from "../bark.ts";
import { type Allowance, allowance } from "../ssh/allowance.ts";
import { scratch } from "../ssh/scratch.ts";
import { signerOf } from "../ssh/signature.ts";
import { ofOne } from "../ssh/whose.ts";
import { type Epoch, seconds } from "../time.ts";
import { bad, explain, type Result } from "../trouble.ts";
import { reactionsKey, reactionsSigner } from "./key.ts";
import { frame, NAMESPACE, parseStatement, PRINCIPAL, type Statement } from "./statement.ts";

/** Whom the handler believes what rules say: itself. */
export interface Own {
  /** Folder of its state. */
  readonly state: string;
  /** What this machine is called. */
  readonly name: string;
  /** How many signatures are checked. */
  readonly allowance: Allowance;
}

export const own = (state: string, name: string): Own => ({
  state,
  name,
  allowance: allowance(300, seconds(60)),
});

/** Whether a bark of the monitor `reaction` is what the rounds of this machine have said, word for word. Costs a process
 * where the signature says that it is of our key. Never throws: what cannot be checked is refused, and said again.
 * @returns why it is refused */
export async function verify(
  bark: Bark,
  { state, name, allowance }: Own,
  now: Epoch,
): Promise<Result<Statement, string>> {
  const { said, signature } = bark.content ?? {};
  if (typeof said !== "string" || typeof signature !== "string")
    return bad(
      "it is not signed; only sheepdog-rounds on the handler's machine says what rules have machines do",
    );
  const statement = parseStatement(said);
  if (!statement.ok) return statement;
  const signer = signerOf(signature);
  if (!signer.ok) return signer;
  const ours = reactionsSigner(state);
  if (!ours.ok) return bad(`this machine's own key cannot be used: ${ours.fault}`);
  if (ours.value.split(" ")[1] !== signer.value.key)
    return bad(
      `it is signed by the key ${signer.value.fingerprint}, which is not the one of this machine's rounds`,
    );
  if (!allowance(now)) return bad("too many were signed within a minute to check them all");
  try {
    const believed = { name: PRINCIPAL, key: ours.value, namespace: NAMESPACE };
    const whose = await scratch(state, (folder) => ofOne({ text: said, signature }, believed, folder));
    if (!whose.ok) return whose;
    const { secret } = reactionsKey(state);
    return asSaid(bark, statement.value, { name, secret })
      ? statement
      : bad("it was said before, in other words, or under another id");
  } catch (error) {
    return bad(`its signature cannot be checked: ${explain(error)}`);
  }
}

/** What is signed is in a bark that is not: whoever has seen it could put it into another coat. */
function asSaid(bark: Bark, statement: Statement, whose: Parameters<typeof frame>[1]): boolean {
  const meant = frame(statement, whose);
  const parts = ["id", "time", "host", "tag", "monitor", "level", "summary"] as const;
  return (
    parts.every((part) => bark[part] === meant[part]) &&
    bark.user === undefined &&
    bark.facts === undefined &&
    bark.mailto === undefined &&
    bark.expect === undefined &&
    bark.due === undefined
  );
}
