import { createContext, Script } from "node:vm";
import { Trouble } from "./trouble.ts";

const context = createContext({ work: (): unknown => undefined });
const script = new Script("work()");

/** Does something, and ends it when its time is over, even in the midst of one regular expression, which may go back and
 * forth for ages. It costs a fifth of a millisecond.
 * @param span  milliseconds
 * @throws Trouble then */
export function interrupted<Value>(span: number, work: () => Value): Value {
  context["work"] = work;
  try {
    return script.runInContext(context, { timeout: Math.ceil(span) }) as Value;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Trouble("it takes too long", { advice: "ask for less", cause: error });
  } finally {
    context["work"] = undefined;
  }
}
