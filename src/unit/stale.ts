import { errno } from "../trouble.ts";

/** Whether a folder that is needed went away. What a unit sees of the machine's files is what was there as it was
 * started: a folder that is made anew, be it that of its state, the spool, or that of Redis' socket (which goes and
 * comes with Redis), is there for it only once it is started again. */
export const stale = (why: unknown): boolean =>
  ["ENOENT", "EROFS"].includes(errno((why as Error).cause) ?? "");
