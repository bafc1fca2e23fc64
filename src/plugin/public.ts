/** What a plugin imports, as "sheepdog/plugin". Plugins of Sheepdog's own import the very same from where it is
 * defined; those from elsewhere have this one door, so that what is behind it can move. */
export * as z from "zod/mini";
export { plugin } from "./contract.ts";
export type { Action, Context, JobRequest, Plugin, Reading, Telling } from "./contract.ts";
export {
  choice,
  command,
  flag,
  list,
  maybeNumber,
  maybeSize,
  maybeSpan,
  maybeText,
  needed,
  number,
  percent,
  size,
  span,
  text,
} from "./setting.ts";
export { formatSize } from "../size.ts";
export { formatSpan } from "../time.ts";
export type { Bark, Fact, Json, Level } from "../bark.ts";
export { above, below, worst } from "./judge.ts";
