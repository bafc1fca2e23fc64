import { readFileSync } from "node:fs";
import { locked } from "../job/desk.ts";
import { recover } from "../job/recover.ts";
import { settle } from "../job/settle.ts";
import { take } from "../job/take.ts";
import { endedOf, monitored } from "../job/ended.ts";
import { units } from "../job/systemd.ts";
import { Trouble } from "../trouble.ts";
import { command, type Order } from "./command.ts";
import { deskOf, homeOf } from "./desk.ts";
import { print } from "./print.ts";
import { served } from "./served.ts";

const HELP = `sheepdog-job: decide on what was asked of this machine, and have it run

  sheepdog-job take          one request, on stdin: {"letter": "ID", "body": "…"}, or {"recover": true}
  sheepdog-job RUN           tell of a run that is over: run:ID:well, run:ID:ill, undo:ID:well or undo:ID:ill

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

Meant for systemd: \`take\` for sheepdog-job.socket, where sheepdog-agent hands requests in, the other for the units of
jobs, sheepdog-job-ID.service. It runs as root, and believes nobody but the signatures of \`signers\` in [jobs] and the
files in its folder, which say what may be run, by whom, as which user, and for how long.

Exit codes: 0 it is decided (a refusal is told by a bark), 64 usage, 70 a bug, 75 not now, try again, 78 configuration.
`;

/** Bytes of what is handed in at the most. */
const MOST = 512 * 1024;

async function work({ config, words: [what = ""] }: Order): Promise<void> {
  const desk = deskOf(config, homeOf(), units);
  if (what !== "take") {
    const seen = monitored(what);
    const entry = desk.ledger.find(seen.id);
    if (entry === undefined) throw new Trouble(`nothing is known here of ${seen.id}`);
    const ended = await endedOf(entry, seen);
    using _ = await locked(desk.ledger);
    // Once more: it may have been cancelled meanwhile.
    return await settle(desk.ledger.find(seen.id) ?? entry, seen.phase, ended, desk);
  }
  const { letter, body, recover: again } = handed();
  const answer = await served(async () => {
    if (again === true) return await recover(desk);
    if (typeof letter !== "string" || typeof body !== "string") throw new Trouble("no request");
    return await take(body, letter, desk);
  });
  print("stdout", `${JSON.stringify(answer)}\n`);
}

/** What stands on stdin; nothing where that is no JSON. */
function handed(): Handed {
  try {
    return JSON.parse(readFileSync(0).subarray(0, MOST).toString("utf8")) as Handed;
  } catch {
    return {};
  }
}

interface Handed {
  readonly letter?: unknown;
  readonly body?: unknown;
  readonly recover?: unknown;
}

/** The command `sheepdog-job`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-job", help: HELP, words: ["take|RUN"], lasting: false, work },
    process.argv.slice(2),
  );
}
