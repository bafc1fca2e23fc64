import { setFlagsFromString } from "node:v8";

let hurried = false;

/** There is more to do than one batch holds. A unit is started with V8 set for little memory (build.mjs), which is
 * what counts while it idles for days; from now on it may optimize, which halves the time a bark takes. The limits
 * of the heap stay as they are. */
export function hurry(): void {
  if (!hurried) setFlagsFromString("--no-optimize-for-size");
  hurried = true;
}
