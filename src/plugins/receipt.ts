import * as z from "zod/mini";
import { type Action, plugin } from "../plugin/contract.ts";

/** What came of a bark that a program has received: sheepdog-receiver barks it, so that the handler remains the only
 * one that writes the history. */
export default plugin({
  name: "receipt",
  about: "what a receiver in another language wants done; made by sheepdog-receiver",
  content: z.object({ actions: z.array(z.unknown()) }),
  receiver: ({ content }) => content.actions as readonly Action[],
});
