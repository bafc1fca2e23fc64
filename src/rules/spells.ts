import type { Epoch } from "../time.ts";
import { type Alert, summed } from "./alert.ts";

/** From when until when a rule has said something of a subject. */
export interface Said {
  readonly since: Epoch;
  /** undefined while it lasts. */
  readonly until: Epoch | undefined;
  readonly host: string;
  readonly tag: string;
  /** What was said first. */
  readonly summary: string;
}

/** Makes spells of what there is to say at one moment after the other. */
export class Spells {
  readonly #over: Said[] = [];
  readonly #open = new Map<string, Said>();

  /** @param at  after all moments before */
  add(at: Epoch, alerts: readonly Alert[]): void {
    const now = new Set<string>();
    for (const alert of alerts) {
      const { host, tag } = alert;
      const key = `${host}\0${tag}`;
      now.add(key);
      if (!this.#open.has(key))
        this.#open.set(key, { since: at, until: undefined, host, tag, summary: summed(alert) });
    }
    for (const [key, one] of this.#open) {
      if (now.has(key)) continue;
      this.#over.push({ ...one, until: at });
      this.#open.delete(key);
    }
  }

  /** All there were, those that began first first. */
  all(): readonly Said[] {
    return [...this.#over, ...this.#open.values()].sort(
      (one, other) => one.since - other.since || (one.host < other.host ? -1 : 1),
    );
  }
}
