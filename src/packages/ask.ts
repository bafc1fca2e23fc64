import { exitOf } from "../plugin/program.ts";
import { Trouble } from "../trouble.ts";
import type { Run } from "./keeper.ts";

interface Manners {
  /** Exit codes that are no failure; 0 where it is not said. */
  readonly fine?: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a program says that knows of updates.
 * @returns undefined where it is not there
 * @throws Trouble when it fails */
export async function ask(
  run: Run,
  vector: readonly string[],
  { fine = [0], environment = {} }: Manners = {},
): Promise<string | undefined> {
  const ended = await run(vector, { environment });
  if (ended.outcome.kind === "never-started") return undefined;
  const [program = ""] = vector;
  const status = exitOf(program, ended);
  if (fine.includes(status)) return ended.stdout;
  const lines = ended.stderr.trim().split("\n");
  const why = lines.find((line) => /^E:|error/i.test(line)) ?? lines[0];
  throw new Trouble(`${program} cannot say what waits: ${why || `it leaves with ${status}`}`);
}
