import type { Policy } from "../config/policy.ts";
import type { Batch } from "../history/batch.ts";
import type { Ranked, Waiting } from "../history/people.ts";
import { makeId } from "../id.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { lastOfHour, leaves, WINDOW } from "../policy/gather.ts";
import { NOTIFY } from "../policy/recipients.ts";
import { tail } from "../tail.ts";
import { type Epoch, epoch, iso, milliseconds } from "../time.ts";

/** Notices that one parcel shows at the most of what is bad, and of what is well again. */
const SHOWN = 50;
/** Bytes of each stream where there are several. */
const SHORT = 2048;

/** Sends people what was gathered for them and is due.
 * @param hasty  do not wait for what may come yet
 * @returns when there will be something again (undefined: nothing waits), and whether anything was posted */
export function release(
  batch: Batch,
  policy: Policy,
  now: Epoch,
  hasty = false,
): { readonly next: Epoch | undefined; readonly posted: boolean } {
  let next: Epoch | undefined;
  let posted = false;
  for (const waiting of batch.people.waiting()) {
    const sent = batch.people.parcels(waiting.recipient, epoch(now - milliseconds(WINDOW)), now);
    // What waits since a time that is yet to come was decided by a clock that was ahead.
    const since = waiting.since > now ? epoch(0) : waiting.since;
    const at = leaves(since, sent, policy);
    if (now < at && !hasty) {
      next = epoch(Math.min(next ?? at, at));
      continue;
    }
    send(batch, waiting, policy, sent.count + 1, now);
    posted = true;
  }
  return { next, posted };
}

function send(batch: Batch, waiting: Waiting, policy: Policy, number: number, now: Epoch): void {
  const { recipient, count, since } = waiting;
  // Where nothing is to be gathered each gets a mail of its own, in the order in which they were decided; but not what
  // the cap has held back.
  const apart = policy.gather === 0 && since >= now;
  const ranked = batch.people.notices(recipient, apart ? count : SHOWN);
  const groups = apart ? inOrder(ranked).map((one) => [one]) : [ranked];
  const [to, queue] = recipient.startsWith(NOTIFY)
    ? [recipient.slice(NOTIFY.length), recipient]
    : [recipient, "mail"];
  for (const [at, group] of groups.entries()) {
    const notices = group.map(({ notice }) => notice);
    const parcel: Parcel = {
      id: notices.length === 1 && notices[0] !== undefined ? notices[0].id : makeId(now),
      to,
      time: iso(now),
      notices: notices.length === 1 ? notices : notices.map(shortened),
      ...(apart || count === notices.length ? {} : { more: count - notices.length }),
      ...(number + at === policy.cap ? { remarks: [lastOfHour(policy.cap)] } : {}),
    };
    batch.post(queue, JSON.stringify(parcel));
  }
  batch.people.sent(waiting, now, groups.length);
}

const inOrder = (all: readonly Ranked[]): readonly Ranked[] =>
  [...all].sort((one, other) => one.seq - other.seq);

/** Of many that come together each says less. */
function shortened(notice: Notice): Notice {
  const { content, ...without } = notice.bark;
  if (content === undefined) return notice;
  if (notice.kind === "well") return { ...notice, bark: without };
  const short = Object.entries(content).map(([key, value]) => [
    key,
    typeof value === "string" ? tail(value, SHORT).text : JSON.stringify(value).length > SHORT ? null : value,
  ]);
  return { ...notice, bark: { ...notice.bark, content: Object.fromEntries(short) } };
}
