import type { Bark } from "../bark.ts";
import type { Plugin } from "./contract.ts";

/** A bark for the receiver of its plugin: with the content that the plugin says it has.
 * @throws Error that says where it has another */
export function received(bark: Bark, { content }: Plugin): Bark {
  if (content === undefined) return { ...bark, content: bark.content ?? {} };
  const parsed = content.safeParse(bark.content ?? {});
  if (parsed.success) return { ...bark, content: parsed.data as NonNullable<Bark["content"]> };
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new Error(`the content of the bark is not as the plugin says: ${wrong}`);
}

/** Whether a bark only says that there was nothing to read: then there is nothing to receive. A receiver would stumble
 * over what is not there, and that would be told besides. */
export const unread = ({ level, content }: Bark): boolean => level === "unknown" && content === undefined;
