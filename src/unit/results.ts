import { type Bark, parseBark } from "../bark.ts";
import type { Broker } from "../broker/contract.ts";
import type { Spool } from "../broker/spool.ts";
import { iso, now } from "../time.ts";
import { RESULTS } from "./desk.ts";

/** Sends on what has become of requests, as barks, and to whoever waits for it. It stays until the broker has it. */
export async function carry(
  results: Spool,
  broker: Broker,
  how: { readonly once: boolean; readonly signal: AbortSignal },
): Promise<void> {
  await results.consume(RESULTS, { batch: 32, ...how }, async (messages) => {
    await broker.publish(
      "barks",
      messages.map(({ body }) => body),
    );
    for (const { body } of messages) {
      const bark = parseBark(body, { id: "", time: iso(now()) });
      if (bark.ok) await answer(bark.value, broker);
    }
    return messages.map(() => ({ kind: "done" }));
  });
}

/** Tells whoever waits. That nobody can be told is no reason not to go on: the bark says the same. */
export async function answer(bark: Bark, broker: Broker): Promise<void> {
  const { run, waits } = bark.content ?? {};
  if (waits !== true || typeof run !== "string" || !/^[0-9a-f-]{36}$/.test(run)) return;
  await broker.publish(`answers:${run}`, [JSON.stringify(bark)]).catch(() => undefined);
}
