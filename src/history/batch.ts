import type { Bark, Fact } from "../bark.ts";
import type { Notice } from "../notice.ts";
import type { Subject } from "../subject.ts";
import type { Epoch } from "../time.ts";
import type { Known, Memory } from "./memory.ts";
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
  remember(remembered: Remembered, subject: Subject): void;
  /** What a subject says is true from now on: what it has said before and does not say now is over. */
  learn(subject: Pick<Bark, "host" | "tag">, at: Epoch, facts: readonly Fact[]): void;
  /** @returns whether it is new */
  notice(notice: Notice): boolean;
  /** Puts a message where it waits to leave for a queue. */
  post(queue: string, body: string): void;
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

export function batch(statements: Statements, memory: Memory): Batch {
  return {
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
    remember(remembered, subject) {
      if (subject !== remembered.subject) memory.set(remembered as Known, subject);
    },
    learn({ host, tag }, at, facts) {
      const told = new Map(
        facts.map(([relation, ...terms]) => {
          const text = JSON.stringify(terms);
          return [`${relation}\0${text}`, { relation, text }] as const;
        }),
      );
      for (const { seq, relation, terms } of statements.facts.all(host, tag) as Lasting[])
        if (!told.delete(`${relation}\0${terms}`)) statements.unlearn.run(at, seq);
      for (const { relation, text } of told.values()) statements.learn.run(host, tag, relation, text, at);
    },
    notice({ id, time, kind, level, everyone, bark }) {
      const { host, tag } = bark;
      const who = JSON.stringify(everyone);
      return statements.notice.run(id, Date.parse(time), kind, host, tag, level, bark.id, who).changes > 0;
    },
    post(queue, body) {
      statements.post.run(queue, body);
    },
  };
}
