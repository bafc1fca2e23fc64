import type { Syntax } from "./deed.ts";
import { named } from "./ids.ts";
import { OPERATING, operating } from "./key.ts";
import { text } from "./options.ts";
import { reason } from "./silence.ts";

export const ack: Syntax = (all, choose) =>
  void all.command("ack", "Say that you are at it: no reminders until it is well", (own) => {
    for (const add of [begin, ...Object.values(ACK)]) add(own, choose);
    return own.usage(
      `$0 ack HOST TAG|ID --why REASON [OPTION…]

Says that somebody is at it: nobody is reminded of this trouble until it is well, which is told as ever. ID is that of a bark about it, or its beginning, where the history is.

sheepdog ack nas SCRUB --why "the disk is ordered"

On the handler's machine ask as root; elsewhere it is signed with an SSH key, and the handler obeys those of \`signers\` in [operators]. What it refuses it barks.`,
    );
  });

/** Where no other word follows. */
const begin: Syntax = (ack, choose) =>
  void ack.command(
    "$0 [what..]",
    false,
    (own) =>
      own
        .positional("what", { type: "string", array: true, describe: "HOST TAG, or the id of a bark" })
        .option("why", { ...text("What is being done, for the others"), coerce: reason })
        .options(OPERATING)
        .example("$0 ack 019aa0d1 --why restoring", "what that bark told of"),
    ({ what, why, ...how }) => {
      const [first, tag, ...rest] = (what ?? []).map(named);
      if (first === undefined || rest.length > 0)
        throw new Error("what? give HOST TAG, or the id of a bark; see `sheepdog status`");
      if (why === undefined) throw new Error('why? give --why "…", for those who wonder who is at it');
      choose(async () => {
        const { ack, ackBark } = await import("../ack.ts");
        return tag === undefined
          ? ackBark(first, why, operating(how))
          : ack({ host: first, tag, why }, operating(how));
      });
    },
  );

const end: Syntax = (ack, choose) =>
  void ack.command(
    "end <host> <tag>",
    "Let people be reminded again",
    (own) =>
      own
        .usage("$0 ack end HOST TAG [OPTION…]\n\nLets people be reminded of it again, until it is well.")
        .positional("host", { type: "string", demandOption: true, coerce: named, describe: "Its host" })
        .positional("tag", { type: "string", demandOption: true, coerce: named, describe: "Its tag" })
        .options(OPERATING)
        .example("$0 ack end nas SCRUB", "nobody is at it any more"),
    ({ host, tag, ...how }) =>
      choose(async () => (await import("../ack.ts")).ackEnd(host, tag, operating(how))),
  );

export const ACK = { end } as const;
