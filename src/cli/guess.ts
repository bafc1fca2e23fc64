import { edits } from "../edits.ts";

/** What somebody may have meant who typed a word that is none of ours.
 * @returns the nearest word, or undefined when none is near: a wrong guess is worse than none */
export function guess(typed: string, known: readonly string[]): string | undefined {
  const word = typed.slice(0, 40); // none of ours is so long
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: candidate.startsWith(word) && word.length > 1 ? 0.5 : edits(word, candidate),
    }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, word.length / 3) ? best.candidate : undefined;
}
