import { join } from "node:path";
import type { Bark } from "../bark.ts";
import { leave } from "../broker/leave.ts";
import type { Config } from "../config/schema.ts";
import type { Desk } from "../job/desk.ts";
import type { Law } from "../job/judge.ts";
import { Ledger } from "../job/ledger.ts";
import type { Starter } from "../job/starter.ts";

/** The folder of root's where requests are remembered, and where what has become of them waits for the agent. */
export const HOME = "/var/lib/sheepdog-job";

/** The queue of that, below the folder. */
export const RESULTS = "results";

/** What requests are held against here. */
export const lawOf = ({ name, jobs: { folder, signers } }: Config): Law => ({ name, jobs: folder, signers });

/** The desk of this machine.
 * @param home  folder of the ledger and of the queue of results */
export const deskOf = (config: Config, home: string, starter: Starter): Desk => ({
  law: lawOf(config),
  terms: config,
  ledger: new Ledger(home),
  starter,
  tell: async (bark: Bark) => void leave(home, RESULTS, bark.id, JSON.stringify(bark)),
});

/** Where the desk is, as the unit that stands behind it knows. */
export const homeOf = (environment = process.env): string =>
  environment["STATE_DIRECTORY"]?.split(":")[0] ||
  (environment["SHEEPDOG_STATE"] ? join(environment["SHEEPDOG_STATE"], "jobs") : HOME);
