import { send } from "../broker/send.ts";
import { loadConfig } from "../config/load.ts";
import { stateDirectory } from "../directories.ts";
import { deedBark, sentence } from "../operator/bark.ts";
import { FRESH, type Wish } from "../operator/deed.ts";
import { ownKey } from "../operator/local.ts";
import { printable } from "../printable.ts";
import { chooseKey } from "../ssh/key.ts";
import { formatSpan, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { asker } from "./asker.ts";
import { say, sayJson } from "./say.ts";

/** What every command line of an operator may say. */
export interface Operating {
  readonly config: string | undefined;
  /** File of the key to sign with. */
  readonly key: string | undefined;
  readonly json: boolean;
}

/** Signs what somebody wants of the handler, and hands it over as a bark.
 * @returns the exit code: 0 when it is handed over, which is not yet that it holds
 * @throws Trouble when there is nothing to sign with, or it cannot be handed over */
export async function operate(wish: Wish, { config: given, key: named, json }: Operating): Promise<number> {
  const { config } = loadConfig(given);
  const key = await chooseKey({
    given: named,
    own: ownKey(stateDirectory("reader")),
    configured: config.operators.key,
    table: "operators",
  });
  const moment = now();
  const by = `${asker()}@${config.name}`;
  const bark = await deedBark(wish, { by, host: config.name, now: moment, key });
  const { safe, where } = await send(bark, config);
  if (!safe)
    throw new Trouble(where, { retry: "later", advice: "make room or mend the broker, and ask again" });
  if (json) await sayJson({ ...wish, by, bark: bark.id, key: key.words, where });
  else await say(`asked for ${printable(sentence(wish, moment))}\n${means(wish, key.words, where)}`);
  return 0;
}

const means = ({ kind }: Wish, key: string, where: string): string =>
  printable(
    `signed with ${key}; ${where}\nwithin ${formatSpan(FRESH)} the handler obeys it, and \`sheepdog ${kind === "halt" || kind === "resume" ? "job" : "silence"} list\` and \`status\` there show it; or it refuses and barks that\n`,
    "\n",
  );
