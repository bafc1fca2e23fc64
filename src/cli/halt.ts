import { when } from "../clock.ts";
import { stateDirectory } from "../directories.ts";
import type { Reader } from "../history/reader.ts";
import { printable } from "../printable.ts";
import { shownSigner } from "../reaction/key.ts";
import { PRINCIPAL } from "../reaction/statement.ts";
import { NAMESPACE } from "../job/request.ts";
import { errno, Trouble } from "../trouble.ts";
import { type Operating, operate } from "./operate.ts";
import { say } from "./say.ts";

/** `sheepdog job halt`. @returns the exit code, as `operate` does */
export const halt = (why: string, how: Operating): Promise<number> => operate({ kind: "halt", why }, how);

/** `sheepdog job resume`. @returns the exit code, as `operate` does */
export const resume = (how: Operating): Promise<number> => operate({ kind: "resume" }, how);

/** A line that says that reactions are halted; "" where they are not. */
export function halted(reader: Reader): string {
  const found = reader.halted();
  return found === undefined
    ? ""
    : printable(
        `reactions are halted since ${when(found.since, "minute")}, by ${found.by}: ${found.why}; \`sheepdog job resume\` ends that`,
      );
}

/** `sheepdog job key`: by which key this machine's handler asks. @returns the exit code: 0
 * @throws Trouble where there is none */
export async function key(): Promise<number> {
  const state = stateDirectory("reader");
  let signer: string;
  try {
    signer = shownSigner(state);
  } catch (error) {
    throw new Trouble(`there is no key in ${state} (${errno(error) ?? "unknown"})`, {
      advice:
        "ask on the handler's machine, as root or as a member of the group that owns it; sheepdog-handler makes it",
      cause: error,
    });
  }
  const [type, base64] = signer.split(" ");
  await say(`${PRINCIPAL} namespaces="${NAMESPACE}" ${type} ${base64} ${PRINCIPAL}\n`);
  return 0;
}
