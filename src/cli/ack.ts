import { printable } from "../printable.ts";
import { history } from "./history.ts";
import { type Operating, operate } from "./operate.ts";

/** `sheepdog ack HOST TAG`. @returns the exit code, as `operate` does */
export const ack = (
  about: { readonly host: string; readonly tag: string; readonly why: string },
  how: Operating,
): Promise<number> => operate({ kind: "ack", ...about }, how);

/** `sheepdog ack ID`: what that bark is about.
 * @returns the exit code: 0, or 1 when no bark or more than one begins like this */
export async function ackBark(id: string, why: string, how: Operating): Promise<number> {
  const found = history((reader) => reader.show(id));
  if (found?.kind === "one") return ack({ host: found.bark.host, tag: found.bark.tag, why }, how);
  const fault =
    found === undefined
      ? `no bark has the id ${id}: see \`sheepdog status\`, or give HOST TAG`
      : `several barks begin with ${id}: give more of the id`;
  process.stderr.write(`sheepdog: ${printable(fault)}\n`);
  return 1;
}

/** `sheepdog ack end HOST TAG`. @returns the exit code, as `operate` does */
export const ackEnd = (host: string, tag: string, how: Operating): Promise<number> =>
  operate({ kind: "unack", host, tag }, how);
