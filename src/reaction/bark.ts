import { type Bark, LIMITS } from "../bark.ts";
import type { Held } from "../history/reactions.ts";
import { REACTION } from "../monitors.ts";
import type { Key } from "../ssh/key.ts";
import { seal } from "../job/seal.ts";
import { sign } from "../ssh/sign.ts";
import { type Epoch, iso, type Seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { frame, idOf, NAMESPACE, requestId, type Statement } from "./statement.ts";

/** Something that rules have machines do. */
export interface Deed {
  readonly job: string;
  readonly args: Readonly<Record<string, string>>;
}

/** By whom, and under what, it is said. */
export interface Saying {
  /** What the handler's machine is called. */
  readonly name: string;
  readonly key: Key;
  readonly secret: string;
  readonly now: Epoch;
  /** How long a request is good for. */
  readonly expires: Seconds;
  /** How often an hour. */
  readonly limit: number;
}

/** Machines are asked.
 * @param before  id of the bark that was the last one about it; "" where there was none
 * @throws Trouble when it cannot be asked or signed */
export async function askBark(
  deed: Deed,
  hosts: readonly string[],
  before: string,
  saying: Saying,
): Promise<Bark> {
  const about = {
    kind: "ask" as const,
    job: deed.job,
    args: { ...deed.args },
    hosts: [...hosts],
    before,
    time: iso(saying.now),
  };
  const id = requestId(idOf({ ...about, request: "", signature: "" }, saying.secret));
  const { now: from, expires: life, key } = saying;
  const by = `${REACTION}@${saying.name}`;
  const envelope = await seal(
    { kind: "run", job: deed.job, args: { ...deed.args } },
    { id, hosts, by, from, life, waits: false, key },
  );
  return await signed({ ...about, ...envelope }, saying);
}

/** Machines would be asked, but for a reason. */
export const heldBark = (
  deed: Deed,
  hosts: readonly string[],
  why: Held,
  before: string,
  saying: Saying,
): Promise<Bark> =>
  signed(
    {
      kind: "held",
      job: deed.job,
      args: { ...deed.args },
      hosts: [...hosts],
      why,
      most: saying.limit,
      before,
      time: iso(saying.now),
    },
    saying,
  );

/** No rule says so any more. */
export const overBark = (deed: Deed, before: string, saying: Saying): Promise<Bark> =>
  signed({ kind: "over", job: deed.job, args: { ...deed.args }, before, time: iso(saying.now) }, saying);

async function signed(statement: Statement, saying: Saying): Promise<Bark> {
  const said = JSON.stringify(statement);
  const { job, args } = statement;
  const content = {
    job,
    args,
    ...(statement.kind === "over" ? {} : { hosts: statement.hosts }),
    ...(statement.kind === "held" ? { held: statement.why } : {}),
    said,
    signature: await sign(said, saying.key, NAMESPACE),
  };
  const bark = { ...frame(statement, saying), content };
  if (Buffer.byteLength(JSON.stringify(bark)) > LIMITS.bark)
    throw new Trouble(`${bark.tag} is to be asked of more machines than one bark can name`, {
      advice: "let a rule ask fewer at once",
    });
  return bark;
}
