import { LIMITS } from "../bark.ts";
import { iso } from "../time.ts";
import type { Dead, Message, Queue } from "./contract.ts";

/** What the queue `dead` keeps of a message. A body longer than any bark may be is cut, so that it is not as hard
 * to carry there as it was before.
 * @param aside  the name of the file that could not be read as a message */
export function obituary(queue: Queue, message: Message, reason: string, aside?: string): Dead {
  const whole = message.body.length <= LIMITS.bark;
  return {
    queue,
    id: message.id,
    time: iso(message.time),
    reason: whole
      ? reason
      : `${reason} (its first ${LIMITS.bark} of ${message.body.length} characters are kept)`,
    body: whole ? message.body : message.body.slice(0, LIMITS.bark),
    ...(message.stranger === undefined ? {} : { stranger: message.stranger }),
    ...(aside === undefined ? {} : { aside }),
  };
}
