import type { Bark, Fact, State } from "../bark.ts";
import type { Notice } from "../notice.ts";
import type { Subject } from "../subject.ts";
import type { Epoch } from "../time.ts";
import { correct } from "./correct.ts";
import type { Known, Memory } from "./memory.ts";
import { keepNotice, type People, people } from "./people.ts";
import type { Value } from "./asker.ts";
import type { Question, Questions } from "./questions.ts";
import { type Reactions, reactions } from "./reactions.ts";
import type { Ailment, Silence } from "./reader.ts";
import { restore, type Stored } from "./restore.ts";
import type { Statements } from "./statements.ts";

/** A bark as it is kept. */
export interface Kept {
  readonly bark: Bark;
  /** The time under which it is filed. */
  readonly at: Epoch;
  readonly received: Epoch;
  /** Its text as it came. */
  readonly body: string;
}

/** What can be written within one transaction. */
export interface Batch {
  /** Keeps a bark.
   * @returns what is remembered of its subject; "known" when this very bark is kept already, "clash" when another
   *   one is kept under its id: both change nothing */
  keep(kept: Kept): Remembered | "known" | "clash";
  /** @param wake   when the rounds must look at it again
   * @param heard  whether the bark that was kept last about it is the newest */
  remember(remembered: Remembered, subject: Subject, wake: Epoch | undefined, heard?: boolean): void;
  /** Writes what is remembered of a subject, so that its spells are all there. */
  settle(remembered: Remembered): void;
  /** A bark that came late makes the past another one.
   * @returns since when the spell that lasts has lasted, where that is another moment now */
  correct(
    late: Pick<Bark, "host" | "tag" | "level"> & { readonly at: Epoch },
    newest: Epoch,
  ): Epoch | undefined;
  /** What is remembered of a subject of which no bark came. */
  subject(host: string, tag: string): Remembered;
  /** The newest bark about it. */
  newest(remembered: Remembered): Bark | undefined;
  /** Subjects that the rounds must look at by now. */
  wakeful(now: Epoch, limit: number, skip: number): readonly Pick<Bark, "host" | "tag">[];
  /** All there are. */
  subjects(): readonly Pick<Bark, "host" | "tag">[];
  /** What subjects are judged by may have changed: the rounds look at all of them. */
  awaken(): void;
  /** What a subject says is true from now on: what it has said before and does not say now is over. */
  learn(subject: Pick<Bark, "host" | "tag">, at: Epoch, facts: readonly Fact[]): void;
  /** What there is to ask of that has become another: names of relations, `state` among them. */
  readonly changed: ReadonlySet<string>;
  /** Keeps what was decided to be told, and to whom it is still to be.
   * @param kept  the bark it is about, as it is kept; undefined when that is not
   * @returns whether it is new */
  notice(notice: Notice, kept: Bark | undefined): boolean;
  readonly people: People;
  readonly silences: Silences;
  readonly rounds: Rounds;
  readonly digest: Digesting;
  readonly reactions: Reactions;
  /** Puts a message where it waits to leave for a queue. */
  post(queue: string, body: string): void;
  /** Asks of all that there is by now, with what this transaction has brought about.
   * @param limit  of rows
   * @param span  milliseconds that it may take
   * @throws Trouble when there is no answer to it; the transaction goes on */
  ask(question: Question, limit: number, span: number): readonly (readonly Value[])[];
}

export interface Silences {
  /** Those that hold, or will. */
  list(now: Epoch): readonly Silence[];
  add(silence: Silence): void;
  /** @returns whether there was one that lasted */
  end(id: string, now: Epoch): boolean;
}

export interface Rounds {
  /** When they were made last, and the digest; and how many messages went to dead since that. */
  last(): { readonly made: Epoch; readonly digest: Epoch; readonly buried: number } | undefined;
  buried(count: number): void;
  made(made: Epoch, digest: Epoch): void;
  blind(since: Epoch, until: Epoch): void;
  /** Until when nobody looked, the last time before now. */
  blinded(now: Epoch): Epoch | undefined;
}

/** What a digest tells of. */
export interface Digesting {
  open(): readonly Ailment[];
  /** Bad spells that ended within a span, the newest first. */
  past(since: Epoch, until: Epoch, limit: number): readonly Spell[];
  /** When nobody looked, within a span. */
  blind(since: Epoch, until: Epoch): readonly { readonly since: Epoch; readonly until: Epoch }[];
}

export interface Spell {
  readonly host: string;
  readonly tag: string;
  readonly level: State;
  readonly since: Epoch;
  readonly until: Epoch;
}

export interface Remembered {
  /** undefined when this is the first bark about it. */
  readonly subject: Subject | undefined;
}

interface Lasting {
  readonly seq: number;
  readonly relation: string;
  readonly terms: string;
}

/** A job may be wrapped and its unit watched, too: one failure is one bark, whoever comes first. Their ids begin
 * alike (systemd/invocation.ts), and they end together: a wrapped job may fail and its unit go on, and fail of
 * something else later. */
function twin(statements: Statements, { bark, at }: Kept): boolean {
  const { id, host, user, monitor, level, content } = bark;
  if (level === "ok" || typeof content?.["invocation"] !== "string") return false;
  const run = id.slice(0, RUN);
  const memory = `${run}${MEMORY}`;
  if (id === memory) return false;
  const [after, before] = [at - NEAR, at + NEAR];
  return (
    statements.twin.get(run, `${run}g`, memory, host, monitor, after, before, user ?? null) !== undefined
  );
}
/** Characters of an id that name the run of a unit. */
const RUN = 28;
/** The others, of a bark that tells of a process lost for want of memory. */
const MEMORY = "00000001";
/** Milliseconds between the end of a job and that of its unit. */
const NEAR = 10_000;

export function batch(statements: Statements, memory: Memory, questions: Questions): Batch {
  const changed = new Set<string>();
  return {
    changed,
    keep(kept) {
      const { bark, at, received, body } = kept;
      const { id, host, tag, monitor, level, summary, elapsed } = bark;
      if (twin(statements, kept)) return "known";
      const run = statements.bark.run(
        id,
        at,
        received,
        host,
        tag,
        monitor,
        level,
        summary,
        elapsed ?? null,
        body,
      );
      if (run.changes === 0)
        return statements.same.get(id, body, host, tag, monitor) === undefined ? "clash" : "known";
      const known = memory.get(host, tag);
      known.row = run.lastInsertRowid;
      return known;
    },
    remember(remembered, subject, wake, heard = true) {
      if (subject.level !== remembered.subject?.level) changed.add("state");
      if (subject !== remembered.subject) memory.set(remembered as Known, subject, wake, heard);
    },
    settle: (remembered) => memory.settle(remembered as Known),
    correct: (late, newest) => correct(statements, late, newest),
    subject: (host, tag) => memory.get(host, tag),
    newest(remembered) {
      const row = statements.newest.get((remembered as Known).bark) as Stored | undefined;
      return row === undefined ? undefined : restore(row);
    },
    wakeful: (now, limit, skip) => statements.wakeful.all(now, limit, skip) as Pick<Bark, "host" | "tag">[],
    subjects: () => statements.subjects.all() as Pick<Bark, "host" | "tag">[],
    awaken: () => memory.awaken(),
    learn({ host, tag }, at, facts) {
      const told = new Map(
        facts.map(([relation, ...terms]) => {
          const text = JSON.stringify(terms);
          return [`${relation}\0${text}`, { relation, text }] as const;
        }),
      );
      for (const { seq, relation, terms } of statements.facts.all(host, tag) as Lasting[])
        if (!told.delete(`${relation}\0${terms}`)) {
          statements.unlearn.run(at, seq);
          changed.add(relation);
        }
      for (const { relation, text } of told.values()) {
        statements.learn.run(host, tag, relation, text, at);
        changed.add(relation);
      }
    },
    notice: (notice, kept) => keepNotice(statements, notice, kept),
    people: people(statements),
    silences: {
      list: (now) => statements.silences.all(now) as Silence[],
      add({ id, host, tag, since, until, by, why }) {
        statements.silence.run(id, host, tag, since, until, by, why);
      },
      end: (id, now) => statements.unsilence.run(now, id, now).changes > 0,
    },
    rounds: {
      last: () => statements.rounds.get() as ReturnType<Rounds["last"]>,
      buried(count) {
        statements.buried.run(count);
      },
      made(made, digest) {
        statements.made.run(made, digest);
        statements.unparcel.run(made - 2 * HOUR);
      },
      blind(since, until) {
        statements.blind.run(since, until);
      },
      blinded: (now) => (statements.blinded.get(now) as { until: Epoch | null }).until ?? undefined,
    },
    digest: {
      open: () => statements.troubles.all() as Ailment[],
      past: (since, until, limit) => statements.past.all(since, until, limit) as Spell[],
      blind: (since, until) => statements.blindness.all(since, until) as { since: Epoch; until: Epoch }[],
    },
    reactions: reactions(statements),
    post(queue, body) {
      statements.post.run(queue, body);
    },
    ask(question, limit, span) {
      memory.write();
      return questions.ask(question, limit, span);
    },
  };
}

const HOUR = 3_600_000;
