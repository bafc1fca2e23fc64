import type { Epoch } from "../time.ts";
import type { Statements } from "./statements.ts";

/** Why machines are not asked for what a rule says. */
export type Held = "dry" | "halted" | "limited";

/** What is known of something that standing rules have machines do. */
export interface Reaction {
  /** What its barks are about. */
  readonly tag: string;
  readonly job: string;
  readonly args: Readonly<Record<string, string>>;
  /** Id of the newest one. */
  readonly bark: string;
  /** Whether a rule says so still. */
  readonly lasts: boolean;
  /** Who has been asked, as long as it lasts. */
  readonly hosts: readonly string[];
  /** Why others are not. */
  readonly held: Held | undefined;
}

/** Nobody is asked for anything by a rule. */
export interface Halt {
  readonly since: Epoch;
  readonly by: string;
  readonly why: string;
}

/** What a transaction can do about reactions. */
export interface Reactions {
  find(tag: string): Reaction | undefined;
  set(reaction: Reaction): void;
  /** Machines are asked. @param id  of the request */
  asked(id: string, now: Epoch): void;
  /** How often they were, within an hour. */
  lately(now: Epoch): number;
  halted(): Halt | undefined;
  halt(halt: Halt): void;
  /** @returns whether they were halted */
  resume(now: Epoch): boolean;
}

export interface ReactionRow {
  readonly tag: string;
  readonly job: string;
  readonly args: string;
  readonly bark: string;
  readonly lasts: number;
  readonly hosts: string;
  readonly held: Held | null;
}

export const reactionOf = ({ tag, job, args, bark, lasts, hosts, held }: ReactionRow): Reaction => ({
  tag,
  job,
  args: JSON.parse(args) as Record<string, string>,
  bark,
  lasts: lasts === 1,
  hosts: JSON.parse(hosts) as string[],
  held: held ?? undefined,
});

/** What the limit counts. */
export const HOUR = 3_600_000;

export const reactions = (statements: Statements): Reactions => ({
  find(tag) {
    const row = statements.reaction.get(tag) as ReactionRow | undefined;
    return row && reactionOf(row);
  },
  set({ tag, job, args, bark, lasts, hosts, held }) {
    statements.react.run(
      tag,
      job,
      JSON.stringify(args),
      bark,
      lasts ? 1 : 0,
      JSON.stringify(hosts),
      held ?? null,
    );
  },
  asked(id, now) {
    statements.unreacted.run(now - HOUR);
    statements.reacted.run(id, now);
  },
  lately: (now) => (statements.reacting.get(now - HOUR) as { count: number }).count,
  halted: () => statements.halted.get() as Halt | undefined,
  halt({ since, by, why }) {
    statements.halt.run(since, by, why);
  },
  resume: (now) => statements.unhalt.run(now).changes > 0,
});
