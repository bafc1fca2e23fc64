import type { State } from "../bark.ts";
import type { Expectation, Policy, Route } from "../config/policy.ts";
import { matches } from "../glob.ts";
import { type Hours, readHours, within } from "../hours.ts";
import type { Epoch, Seconds } from "../time.ts";

/** How what is heard of one subject is judged: [policy], and what [routes] and [expect] say of it. */
export interface Way {
  readonly after: number;
  readonly for: Seconds;
  readonly reminders: readonly Seconds[];
  readonly flapping: number;
  readonly within: Seconds;
  readonly stable: Seconds;
  /** How late an expected bark may be. */
  readonly grace: Seconds;
  readonly expect: Omit<Expectation, "host" | "tag" | "grace">;
  /** Whom to tell, by level and hour; the first that fits counts, key by key. */
  readonly routes: readonly Direction[];
}

export interface Direction {
  readonly levels: readonly string[] | undefined;
  readonly hours: Hours | undefined;
  readonly to: readonly string[] | undefined;
  readonly by: readonly string[] | undefined;
}

export interface Rules {
  readonly policy: Policy;
  readonly routes: Readonly<Record<string, Route>>;
  readonly expect: Readonly<Record<string, Expectation>>;
}

/** Ways that are remembered; with a thousand rules it takes longer to find one than to judge by it. */
const LIMIT = 20_000;

/** Finds how a subject is to be judged. */
export class Ways {
  readonly rules: Rules;
  readonly #routes: readonly (Route & { readonly direction: Direction })[];
  readonly #expect: readonly Expectation[];
  readonly #known = new Map<string, Way>();

  constructor(rules: Rules) {
    this.rules = rules;
    this.#routes = Object.values(rules.routes).map((route) => ({ ...route, direction: direction(route) }));
    this.#expect = Object.values(rules.expect);
  }

  of(host: string, tag: string): Way {
    const key = `${host}\0${tag}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= LIMIT) this.#known.clear();
    const way = this.#find(host, tag);
    this.#known.set(key, way);
    return way;
  }

  #find(host: string, tag: string): Way {
    const fit = (one: { readonly host: string; readonly tag: string }): boolean =>
      matches(one.host, host) && matches(one.tag, tag);
    const routes = this.#routes.filter(fit);
    const expect = this.#expect.find(fit);
    const { policy } = this.rules;
    const { every, longest, shortest, apart } = expect ?? {};
    return {
      after: first(routes, "after") ?? policy.after,
      for: first(routes, "for") ?? policy.for,
      reminders: first(routes, "reminders") ?? policy.reminders,
      flapping: policy.flapping,
      within: policy.within,
      stable: policy.stable,
      grace: expect?.grace ?? policy.grace,
      expect: { every, longest, shortest, apart },
      routes: routes.map(({ direction: one }) => one),
    };
  }
}

const first = <Key extends "after" | "for" | "reminders">(
  routes: readonly Route[],
  key: Key,
): Route[Key] | undefined => routes.find((route) => route[key] !== undefined)?.[key];

const direction = ({ level, hours, to, by }: Route): Direction => ({
  levels: level,
  hours: hours === undefined ? undefined : readHours(hours),
  to,
  by,
});

/** What the routes say of whom to tell, and by what, at that moment. */
export function directed(
  { routes }: Way,
  level: State,
  at: Epoch,
): { readonly to: readonly string[] | undefined; readonly by: readonly string[] | undefined } {
  const fit = routes.filter(
    ({ levels, hours }) =>
      (levels === undefined || levels.includes(level)) && (hours === undefined || within(hours, at)),
  );
  return {
    to: fit.find(({ to }) => to !== undefined)?.to,
    by: fit.find(({ by }) => by !== undefined)?.by,
  };
}
