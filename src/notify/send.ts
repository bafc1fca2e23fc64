import { now } from "../time.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { type Post, post } from "./post.ts";

/** Posts something. That there is no answer is an outcome, too: nobody there has it.
 * @param secrets  are masked in what is said of it */
export async function send(what: Post, secrets: readonly string[]): Promise<Outcome> {
  try {
    return judge(await post(what), secrets, now());
  } catch (error) {
    return { kind: "later", reason: (error as Error).message, whose: "receiver" };
  }
}
