import { readdirSync, unlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { attempt } from "../attempt.ts";
import { type Bark, LIMITS, named } from "../bark.ts";
import { redisPassword } from "../config/password.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { iso, now } from "../time.ts";
import { explain, type Result } from "../trouble.ts";
import { leave } from "./leave.ts";
import { readLetter } from "./letter.ts";
import { placeOf } from "./place.ts";
import { wantsPassword } from "./refusal.ts";

export interface Sent {
  /** Whether the bark is durable somewhere. */
  readonly safe: boolean;
  /** For a person. */
  readonly where: string;
}

/** The spool first, Redis from there: a bark is in one of them at any moment, and in both after a crash between. */
export async function send(bark: Bark, config: Config): Promise<Sent> {
  const spool = spoolDirectory();
  const left = spooled(spool, bark);
  if (config.redis === undefined)
    return left.ok
      ? { safe: true, where: `bark in ${spool}` }
      : { safe: false, where: `bark LOST: ${left.fault}` };
  const waiting = left.ok ? others(left.value) : [];
  let password: string | undefined;
  try {
    password = redisPassword(config.redis);
    const bodies = [...waiting.map(({ body }) => body), JSON.stringify(bark)];
    const { deliver } = await import("./wire.ts"); // where there is a Redis to speak to
    await deliver(config.redis, password, bodies);
    // What cannot be taken away is sent again, and known there by its id.
    for (const { file } of waiting) attempt(() => unlinkSync(file));
    if (left.ok) attempt(() => unlinkSync(left.value));
    return { safe: true, where: `bark sent to ${placeOf(config.redis)}` };
  } catch (error) {
    // The password is the business of sheepdog-flush, on purpose: then there is nothing to mend.
    if (left.ok && password === undefined && wantsPassword(error))
      return { safe: true, where: `bark in ${spool}, for sheepdog-flush to send` };
    const why = explain(error);
    return left.ok
      ? { safe: true, where: `bark waits in ${spool} (${why})` }
      : { safe: false, where: `bark LOST: ${why}, and ${left.fault}` };
  }
}

function spooled(spool: string, bark: Bark): Result<string, string> {
  try {
    return { ok: true, value: leave(spool, "barks", makeId(now()), JSON.stringify(bark)) };
  } catch (error) {
    return { ok: false, fault: explain(error) };
  }
}

interface Waiting {
  readonly file: string;
  readonly body: string;
}

/** Barks of earlier runs that wait beside ours, oldest first: who reaches the broker takes some along. Where
 * the spool may not be listed (the system's), sheepdog-flush does it. */
function others(mine: string): readonly Waiting[] {
  const folder = dirname(mine);
  let size = 0;
  try {
    return readdirSync(folder)
      .filter((name) => name < basename(mine))
      .sort()
      .slice(0, ALONG.barks)
      .flatMap((name) => {
        const letter = readLetter(join(folder, name), LIMITS.bark);
        // One that is no message stays: flush says what is wrong with it. So does another user's, as flush sees to it that
        // it says whose it is. And our own must not wait for a long line.
        if (
          !letter.ok ||
          letter.value.stranger !== undefined ||
          (size += letter.value.body.length) > ALONG.size
        )
          return [];
        return [
          {
            file: join(folder, name),
            body: named(letter.value.body, { id: name, time: iso(letter.value.time) }),
          },
        ];
      });
  } catch {
    return []; // not ours to list
  }
}
/** What one bark takes along at the most, so that a slow line has time for it: barks, and characters. */
const ALONG = { barks: 100, size: 256 * 1024 } as const;
