import type { Bark } from "../bark.ts";
import { Lock } from "../lock.ts";
import { Trouble } from "../trouble.ts";
import type { Terms } from "./bark.ts";
import type { Law } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Starter } from "./starter.ts";

/** Where requests are decided on: the only place that has something run. */
export interface Desk {
  readonly law: Law;
  readonly terms: Terms;
  readonly ledger: Ledger;
  readonly starter: Starter;
  /** Keeps what is to be barked. It is durable when this resolves. */
  readonly tell: (bark: Bark) => Promise<void>;
}

/** One at a time: what overlaps is seen, and what is known stays known. */
export async function locked({ home }: Ledger): Promise<Lock> {
  const lock = await Lock.wait(`${home}/desk.lock`);
  if (lock === undefined) throw new Trouble("the desk is not to be had", { retry: "later" });
  return lock;
}
