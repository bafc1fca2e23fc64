import * as z from "zod/mini";
import { plugin } from "../plugin/contract.ts";

/** An alarm of the diary (src/diary/bark.ts): a person is told once, and nothing is in trouble. */
export default plugin({
  name: "diary",
  about: "alarms of what is planned in the files of [diary]; made by the rounds",
  content: z.object({ planned: z.string(), text: z.string(), where: z.string() }),
  receiver: ({ summary, content: { planned, text, where } }) => [
    { notice: { summary, text: [planned, ...(text === "" ? [] : ["", text]), "", where].join("\n") } },
  ],
});
