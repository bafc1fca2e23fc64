import type { Fact, Json } from "../bark.ts";
import { reboot } from "../packages/reboot.ts";
import { waiting } from "../packages/updaters.ts";
import { plugin } from "../plugin/contract.ts";
import { worst } from "../plugin/judge.ts";
import { maybeText, span } from "../plugin/setting.ts";
import { several } from "../plugin/several.ts";
import type { Finding } from "../plugin/tally.ts";
import { between, type Epoch, epoch, formatSpan, type Seconds } from "../time.ts";

export default plugin({
  name: "updates",
  about: "updates that wait, those for security above all, and whether a reboot does",
  rhythm: { calendar: "*-*-* 0/6:00:00" },
  settings: {
    grace: span("2d", "How long updates for security, or a reboot, may wait"),
    fail: span("14d", "How long updates for security may wait before it is a failure"),
    stale: span("7d", "How old the lists of what there is may be"),
    config: maybeText("/etc/apt/other.conf", "Configuration of apt, where it is another one"),
  },
  async monitor({ grace, fail, stale, config }, { before, now, run }) {
    const { updates, listed, reboot: wanting = [] } = await waiting(run, config);
    const security = updates.filter(({ security }) => security);
    const others = updates.filter(({ security }) => !security);
    const reason = reboot(wanting);
    const names = security.map(({ name }) => name);
    const first = firstSeen(before, [...names, ...(reason === undefined ? [] : [REBOOT])], now);
    const waits = (name: string): Seconds => between(first.get(name) ?? now, now);
    const age = listed === undefined ? undefined : between(listed, now);
    // Those for security come first: what is left out is of other kinds.
    const told = [...security, ...others].slice(0, MOST);
    const findings: readonly Finding[] = [
      ...secure(names, waits, { grace, fail }),
      ...(reason === undefined
        ? []
        : [
            {
              level: waits(REBOOT) > grace ? ("warning" as const) : ("ok" as const),
              text: `to be rebooted: ${reason}`,
            },
          ]),
      ...(age !== undefined && age > stale
        ? [{ level: "warning" as const, text: `the lists of updates are ${formatSpan(age)} old` }]
        : []),
      ...(others.length > 0
        ? [{ level: "ok" as const, text: updatesOf(others.length, "of other kinds") }]
        : []),
      ...(told.length < updates.length
        ? [{ level: "ok" as const, text: `facts tell of ${told.length} of them, more do not fit` }]
        : []),
    ];
    return {
      level: worst(findings.map(({ level }) => level)),
      summary: findings.map(({ text }) => text).join("; ") || "no update waits",
      content: { waiting: updates.length, told: told.length },
      facts: [
        ...told.map(
          ({ name, from, to, security }): Fact => ["update", name, from, to, security ? "security" : "other"],
        ),
        ...(reason === undefined ? [] : [["reboot", reason] satisfies Fact]),
      ],
      remember: Object.fromEntries(first),
    };
  },
});

interface Patience {
  readonly grace: Seconds;
  readonly fail: Seconds;
}

/** What is to be said of updates for security. */
function secure(
  names: readonly string[],
  waits: (name: string) => Seconds,
  { grace, fail }: Patience,
): readonly Finding[] {
  const late = names.filter((name) => waits(name) > grace);
  if (late.length > 0) {
    const failed = late.some((name) => waits(name) > fail);
    return [
      {
        level: failed ? "fail" : "warning",
        text: `${updatesOf(late.length, "for security")} for more than ${formatSpan(failed ? fail : grace)}: ${several(late)}`,
      },
    ];
  }
  if (names.length === 0) return [];
  return [{ level: "ok", text: `${updatesOf(names.length, "for security")}: ${several(names)}` }];
}

const updatesOf = (count: number, kind: string): string =>
  count === 1 ? `1 update ${kind} waits` : `${count} updates ${kind} wait`;

/** Facts of a bark, so that they fit into it. */
const MOST = 1500;
/** What a reboot is remembered as: no package has such a name. */
const REBOOT = "(reboot)";

function firstSeen(
  before: Json | undefined,
  names: readonly string[],
  now: Epoch,
): ReadonlyMap<string, Epoch> {
  const known = (typeof before === "object" && before !== null ? before : {}) as Readonly<
    Record<string, unknown>
  >;
  return new Map(
    names.map((name) => {
      const then = Object.hasOwn(known, name) ? known[name] : undefined;
      return [name, typeof then === "number" && then <= now ? epoch(then) : now];
    }),
  );
}
