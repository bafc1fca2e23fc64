import { type Bark, LIMITS } from "./bark.ts";

/** Makes a bark that is not too long: escapes in JSON can make six bytes of one, so less is captured until it fits.
 * @param make  the bark with at most so many bytes of each stream
 * @param capture  how many there may be */
export function fitting(make: (capture: number) => Bark, capture: number): Bark {
  const bark = make(capture);
  const fits = Buffer.byteLength(JSON.stringify(bark)) <= LIMITS.bark;
  return fits || capture <= 256 ? bark : fitting(make, Math.floor(capture / 2));
}
