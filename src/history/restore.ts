import { type Bark, parseBark } from "../bark.ts";
import { shifted } from "../skew.ts";
import { epoch, iso } from "../time.ts";

/** A bark as it is kept. */
export interface Stored {
  readonly id: string;
  /** Under which it is filed, ms. */
  readonly time: number;
  readonly body: string;
}

/** The time that it claims. */
export const claimed = ({ id, time, body }: Stored): string =>
  parse(body, { id, time: iso(epoch(time)) }).time;

/** A bark from the text that came, under the time it is filed under: what it claims was by its machine's clock. */
export const restore = ({ id, time, body }: Stored): Bark => {
  const bark = parse(body, { id, time: iso(epoch(time)) });
  const skew = Date.parse(bark.time) - time;
  return skew === 0 ? bark : shifted(bark, skew);
};

function parse(body: string, arrival: { readonly id: string; readonly time: string }): Bark {
  const parsed = parseBark(body, arrival);
  if (!parsed.ok) throw new Error(`the history holds what is no bark (${arrival.id}): ${parsed.fault}`);
  return parsed.value;
}
