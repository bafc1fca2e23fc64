import { type Epoch, epoch, later, parseSpan, type Seconds, seconds } from "../time.ts";
import { ask } from "./ask.ts";
import { moment, type Properties, properties, type Scope } from "./manager.ts";
import { ownUnit } from "./self.ts";

/** When the timer that started this process elapses next: that is when the next run is due, and nobody else has to
 * know what a calendar expression, a time zone or a leap in summer means.
 * @returns undefined where no timer did, or there is no systemd */
export async function nextRun(
  now: Epoch,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Epoch | undefined> {
  if (!environment["INVOCATION_ID"]) return undefined; // not started by systemd: cron, a shell, a container
  const [unit, scope] = ownUnit();
  const timer = environment["TRIGGER_UNIT"]; // systemd ≥ 252 says who started it
  if (timer?.endsWith(".timer") === true) return await elapses([timer], scope, now);
  return unit === undefined ? undefined : await nextStart(unit, now, scope);
}

/** The same for any unit. */
export async function nextStart(
  unit: string,
  now: Epoch,
  scope: Scope = "system",
): Promise<Epoch | undefined> {
  const { TriggeredBy = [] } = await properties(unit, ["TriggeredBy"], scope);
  const timers = TriggeredBy.flatMap((line) => line.split(" ")).filter((name) => name.endsWith(".timer"));
  return await elapses(timers, scope, now);
}

const WANTED = [
  "NextElapseUSecRealtime",
  "NextElapseUSecMonotonic",
  "TimersCalendar",
  "TimersMonotonic",
  "LastTriggerUSec",
  "RandomizedDelayUSec",
];

async function elapses(timers: readonly string[], scope: Scope, now: Epoch): Promise<Epoch | undefined> {
  const all = await Promise.all(
    timers.map(async (timer) => next(await properties(timer, WANTED, scope), now)),
  );
  return earliest(all);
}

/** When a timer elapses next; with a random delay that is not drawn yet, at the latest.
 * @param timer  its properties WANTED */
export async function next(timer: Properties, now: Epoch, running = awake()): Promise<Epoch | undefined> {
  const boot = epoch(now - running * 1000);
  const known = earliest([
    moment(one(timer, "NextElapseUSecRealtime")),
    since(boot, one(timer, "NextElapseUSecMonotonic")),
  ]);
  // It already holds the random part of the delay.
  if (known !== undefined && known > now) return known;
  // While what it started is running, a timer has not made up its mind, and says nothing.
  const computed = earliest([
    ...(await Promise.all((timer["TimersCalendar"] ?? []).map(calendar))),
    ...(timer["TimersMonotonic"] ?? []).map((line) =>
      monotonic(line, { now, boot, last: moment(one(timer, "LastTriggerUSec")) }),
    ),
  ]);
  return computed && later(computed, span(one(timer, "RandomizedDelayUSec")));
}

/** Seconds by CLOCK_MONOTONIC, which systemd counts by: since the boot, without the time asleep that uptime has. */
const awake = (): number => Number(process.hrtime.bigint()) / 1e9;

/** "{ OnCalendar=*-*-* 02:30:00 ; next_elapse=… }" */
async function calendar(line: string): Promise<Epoch | undefined> {
  const [, expression] = /^\{ OnCalendar=(.*?) ; next_elapse=/.exec(line) ?? [];
  return expression === undefined ? undefined : await calendarNext(expression);
}

/** The next moment of a calendar expression, by the one who knows them: the machine's zone, its leaps and all.
 * @param base  the moment after which, as systemd.time(7) writes it; now when absent */
export async function calendarNext(expression: string, base?: string): Promise<Epoch | undefined> {
  const { TZ: _, ...environment } = process.env; // the manager goes by the machine's zone, whatever ours is
  const said = await ask(
    "systemd-analyze",
    ["calendar", ...(base === undefined ? [] : [`--base-time=${base}`]), "--", expression],
    { environment },
  );
  const [, utc] = /\(in UTC\): (.*)/.exec(said ?? "") ?? /Next elapse: (.*)/.exec(said ?? "") ?? [];
  return moment(utc);
}

interface Clock {
  readonly now: Epoch;
  readonly boot: Epoch;
  readonly last: Epoch | undefined;
}

/** "{ OnUnitActiveUSec=3h ; next_elapse=8h 45min }": spans since what just began, since what has not ended yet, or
 * since a moment that systemd knows. */
function monotonic(line: string, { now, boot, last }: Clock): Epoch | undefined {
  const [, name, every, at] = /^\{ (\w+)USec=(.*?) ; next_elapse=(.*) \}$/.exec(line) ?? [];
  const length = parse(every);
  if (length === undefined) return undefined;
  const when =
    name === "OnUnitActive"
      ? later(last ?? now, length)
      : name === "OnUnitInactive"
        ? later(now, length)
        : since(boot, at);
  return when !== undefined && when > now ? when : undefined;
}

function since(boot: Epoch, text: string | undefined): Epoch | undefined {
  const length = parse(text);
  return length === undefined || length === 0 ? undefined : later(boot, length);
}

/** systemd writes long spans with months and years, and short ones with microseconds. */
function parse(text: string | undefined): Seconds | undefined {
  const days = (text ?? "")
    .replace(/([\d.]+)month\b/g, (_, months: string) => `${Number(months) * 30.4375}d`)
    .replace(/([\d.]+)y\b/g, (_, years: string) => `${Number(years) * 365.25}d`)
    .replace(/([\d.]+)us\b/g, (_, us: string) => `${Number(us) / 1000}ms`);
  return parseSpan(days);
}

const span = (text: string | undefined): Seconds => parse(text) ?? seconds(0);
const one = (timer: Properties, name: string): string | undefined => timer[name]?.[0];

function earliest(all: readonly (Epoch | undefined)[]): Epoch | undefined {
  const known = all.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : epoch(Math.min(...known));
}
