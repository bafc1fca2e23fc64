import { connect } from "node:net";
import { join } from "node:path";
import type { Message } from "../broker/contract.ts";
import type { Config } from "../config/schema.ts";
import type { Desk } from "../job/desk.ts";
import { direct } from "../job/direct.ts";
import { recover } from "../job/recover.ts";
import { settle } from "../job/settle.ts";
import { take } from "../job/take.ts";
import { deskOf } from "./desk.ts";
import { type Served, served } from "./served.ts";

/** Where requests are handed in. */
export const SOCKET = "/run/sheepdog-job/socket";

/** What becomes of requests. */
export interface Decider {
  take(message: Message): Promise<Served>;
  recover(): Promise<Served>;
}

/** Root's, behind the socket. */
export const behind: Decider = {
  take: ({ id, body }) => hand({ letter: id, body }),
  recover: () => hand({ recover: true }),
};

/** Our own, where there is no systemd. */
export function own(desk: Desk): Decider {
  return {
    take: ({ id, body }) => served(() => take(body, id, desk)),
    recover: () => served(() => recover(desk)),
  };
}

async function hand(request: object): Promise<Served> {
  return await new Promise((resolve) => {
    const failed = (why: string): void => resolve({ done: false, why: `${SOCKET}: ${why}` });
    const link = connect(SOCKET);
    let said = "";
    link.setEncoding("utf8").setTimeout(120_000, () => link.destroy(new Error("no answer")));
    link.on("data", (chunk: string) => (said = (said + chunk).slice(0, 64 * 1024)));
    link.on("error", (error) => failed(error.message));
    link.on("close", () => {
      try {
        resolve(JSON.parse(said) as Served);
      } catch {
        failed("who should have decided was ended");
      }
    });
    link.end(JSON.stringify(request));
  });
}

/** The desk of an agent that has no systemd beside it. */
export function ownDesk(config: Config, home: string): Desk {
  const starter = direct(
    (entry, run) => settle(desk.ledger.find(entry.id) ?? entry, "run", run, desk),
    join(home, "run"),
  );
  const desk = deskOf(config, home, starter);
  return desk;
}
