import { explain } from "./trouble.ts";

/** Does what may fail without any harm to the job.
 * @returns what went wrong, for a person */
export function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return explain(error);
  }
}
