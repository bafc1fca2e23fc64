import type { State } from "../bark.ts";
import type { Ntfy } from "../config/receiver.ts";
import type { Way } from "./outcome.ts";
import { send } from "./send.ts";
import { wording } from "./wording.ts";

/** Signs that an ntfy app shows before the title (docs.ntfy.sh/emojis). */
const SIGNS: Readonly<Record<State, string>> = {
  fail: "rotating_light",
  missing: "hourglass",
  unknown: "grey_question",
  warning: "warning",
  ok: "white_check_mark",
};

/** UTF-8 bytes: from 4,096 on a message would become a file that is attached (docs.ntfy.sh/publish). */
const LONGEST = 3500;

/** A message to a topic of ntfy. As JSON, not in headers: those hold no other letters than ASCII as they are, and
 * whoever makes a bark has a say in them. It is posted to the server, which is what is above the topic. */
export function openNtfy({ url, priorities, timeout, ca }: Ntfy, token: string | undefined): Way {
  const target = new URL(".", url);
  const topic = url.slice(url.lastIndexOf("/") + 1);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const secrets = token === undefined ? [] : [token];
  return {
    place: `ntfy ${target.origin}`,
    tell(parcel) {
      const { title, text, level } = wording(parcel);
      const message = shortened(text);
      const body = JSON.stringify({
        topic,
        title,
        message,
        priority: priorities[level],
        tags: [SIGNS[level]],
      });
      return send({ url: target, headers, body, timeout, ca }, secrets);
    },
  };
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST) return text;
  let end = LONGEST;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // not in the middle of a character
  return `${bytes.toString("utf8", 0, end)}\n…`;
}
