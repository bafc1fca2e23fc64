import type { Bark } from "../bark.ts";
import { bounded } from "../process/bounded.ts";
import { SYSEXITS } from "../sysexits.ts";
import { seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { parseActions } from "./actions.ts";
import { MEMORY, OUTPUT, statusOf } from "./executable.ts";
import { complaint } from "./program.ts";

/** How long a program may take to receive a bark. */
export const TIMEOUT = seconds(30);

/** What came of handing a bark to a program. */
export type Received =
  | { readonly kind: "actions"; readonly actions: readonly unknown[] }
  /** It says that it receives nothing. */
  | { readonly kind: "nothing" }
  | { readonly kind: "later" };

/** Hands a bark to a program: `FILE receive`, the bark as JSON on stdin, actions on stdout.
 * @throws Trouble, or Error, with what it did wrong */
export async function receive(file: string, bark: Bark, pipes: string): Promise<Received> {
  const ended = await bounded([file, "receive"], {
    timeout: TIMEOUT,
    output: OUTPUT,
    memory: MEMORY,
    input: JSON.stringify(bark),
    environment: {},
    pipes,
  });
  const status = statusOf(ended);
  if (status === SYSEXITS.again[0]) return { kind: "later" };
  if (status === SYSEXITS.usage[0]) return { kind: "nothing" };
  if (status !== 0) throw new Trouble(`exit ${status}${complaint(ended)}`);
  return { kind: "actions", actions: parseActions(ended.stdout) };
}
