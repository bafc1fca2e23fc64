import * as z from "zod/mini";
import { plugin } from "../plugin/contract.ts";

/** By this name the owners of machines list the key by which rules have something done (src/reaction/statement.ts). */
const HANDLER = "handler";

/** What has become of something that was asked of a machine. A failure is a state, and told as one. Nobody waits for what
 * rules have asked, so that it was done is told, too; and a refusal always is: who asked is not proved, so it is no state
 * of any job. */
export default plugin({
  name: "job",
  about: "what became of what was asked of a machine; made by sheepdog-agent",
  content: z.object({
    phase: z._default(z.string(), ""),
    by: z._default(z.string(), ""),
  }),
  receiver({ level, summary, content: { phase, by } }) {
    if (level !== "ok" || (phase !== "refused" && by !== HANDLER)) return [];
    return [{ notice: { summary } }];
  },
});
