import { uptime } from "node:os";
import type { Level } from "../bark.ts";
import { container } from "../plugin/container.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { above } from "../plugin/judge.ts";
import { choice, span } from "../plugin/setting.ts";
import { between, type Epoch, epoch, formatSpan, type Seconds, seconds } from "../time.ts";

const settings = {
  warn: span("500ms", "How wrong the clock may be without a warning"),
  fail: span("10s", "How wrong it may be without being trouble"),
  stale: span("1d", "How long no time server may have been heard of, where chrony tells that"),
  settle: span("15min", "How long after the start of the machine its clock need not be set yet"),
  keeper: choice(
    ["auto", "service", "host"],
    "auto",
    "Who sets the clock: a time service here, or the host of this container; auto finds out",
  ),
};

export default plugin({
  name: "time",
  about: "whether the clock is kept right, and how wrong it is",
  rhythm: { every: "15min" },
  settings,
  async monitor(settings, { now, run }) {
    const kept = container();
    if (settings.keeper === "host" || (settings.keeper === "auto" && kept !== undefined))
      return {
        level: "ok",
        summary: `the host keeps the clock${kept === undefined ? "" : ` of this container (${kept})`}`,
        facts: [],
      };
    const clock = (await chrony(run)) ?? (await ntp(run)) ?? (await systemd(run)) ?? { kind: "nobody" };
    const { level, says } = judged(clock, settings, now);
    const young = uptime() < settings.settle && clock.kind !== "set";
    const started = `${says}, which may take a while: the machine was started ${formatSpan(seconds(uptime()))} ago`;
    return {
      level: young ? "ok" : level,
      summary: young ? started : says,
      content: clock,
      facts: clock.kind === "nobody" ? [] : [["clock", clock.by, clock.kind === "set"]],
    };
  },
});

type Clock =
  /** Seconds by which it is fast, and when its server was heard of, where that is known. */
  | { readonly kind: "set"; readonly by: string; readonly fast?: number; readonly heard?: Epoch }
  /** A service runs, and has not set it, or not for long. */
  | { readonly kind: "adrift"; readonly by: string }
  | { readonly kind: "nobody" };

interface Limits {
  readonly warn: Seconds;
  readonly fail: Seconds;
  readonly stale: Seconds;
}

function judged(clock: Clock, limits: Limits, now: Epoch): { readonly level: Level; readonly says: string } {
  if (clock.kind === "nobody")
    return {
      level: "warning",
      says: 'nobody keeps the clock: install chrony or `systemctl enable --now systemd-timesyncd`; where the host does, say keeper = "host"',
    };
  if (clock.kind === "adrift")
    return { level: "warning", says: `the clock is not synchronised, though ${clock.by} runs` };
  const { by, fast, heard } = clock;
  const silent = heard === undefined ? seconds(0) : between(heard, now);
  if (silent > limits.stale)
    return {
      level: "warning",
      says: `${by} has heard of no time server for ${formatSpan(silent)}, limit ${formatSpan(limits.stale)}`,
    };
  if (fast === undefined) return { level: "ok", says: `the clock is synchronised by ${by}` };
  const level = above(Math.abs(fast), limits);
  const off = `${amount(Math.abs(fast))} ${fast < 0 ? "slow" : "fast"}`;
  return level === "ok"
    ? { level, says: `the clock is synchronised by ${by}, ${off}` }
    : {
        level,
        says: `the clock is ${off} by ${by}, limit ${formatSpan(level === "fail" ? limits.fail : limits.warn)}`,
      };
}

const amount = (span: number): string => (span < 0.001 ? "less than 1ms" : formatSpan(seconds(span)));

/** What a program says; nothing where it is not there, fails or takes too long. */
async function ask(run: Context["run"], vector: readonly string[]): Promise<string> {
  const { outcome, stdout } = await run(vector, { timeout: seconds(5), output: 65_536 });
  return outcome.kind === "exited" && outcome.status === 0 ? stdout : "";
}

/** By columns: 3 is when the server was heard of, 4 the seconds by which the clock is slow.
 * @see chronyc(1), tracking */
async function chrony(run: Context["run"]): Promise<Clock | undefined> {
  const columns = (await ask(run, ["chronyc", "-n", "-c", "tracking"])).trim().split(",");
  if (columns.length < 14) return undefined;
  if (columns[13] === "Not synchronised") return { kind: "adrift", by: "chrony" };
  const [heard, slow] = [Number(columns[3]), Number(columns[4])];
  return { kind: "set", by: "chrony", fast: -slow, heard: epoch(heard * 1000) };
}

/** Its offset, in milliseconds, is that of the servers: of a slow clock it is positive. The leap indicator 3 says that
 * the clock is not synchronised.
 * @see ntpq(1), RFC 5905 */
async function ntp(run: Context["run"]): Promise<Clock | undefined> {
  const said = await ask(run, ["ntpq", "-c", "rv 0 leap,offset"]);
  const [, leap] = /\bleap=(\w+)/.exec(said) ?? [];
  const [, offset] = /\boffset=([-+.\d]+)/.exec(said) ?? [];
  if (leap === undefined) return undefined;
  if (leap === "11" || leap === "3") return { kind: "adrift", by: "ntpd" };
  return { kind: "set", by: "ntpd", ...(offset === undefined ? {} : { fast: -Number(offset) / 1000 }) };
}

/** systemd knows from the kernel whether anybody synchronises the clock, and more only where its own service does. */
async function systemd(run: Context["run"]): Promise<Clock | undefined> {
  const said = await ask(run, ["timedatectl", "show"]);
  const own = /^NTP=yes$/m.test(said);
  if (!/^NTPSynchronized=yes$/m.test(said)) return own ? { kind: "adrift", by: "systemd" } : undefined;
  const status = own ? await ask(run, ["timedatectl", "timesync-status"]) : "";
  const [, sign, offset] = /^\s*Offset: ([-+]?)(.+)$/m.exec(status) ?? [];
  if (offset === undefined) return { kind: "set", by: own ? "systemd" : "a service systemd does not know" };
  // Like ntpd's: of a slow clock it is positive.
  const slow = precise(offset);
  return { kind: "set", by: "systemd-timesyncd", fast: sign === "-" ? slow : -slow };
}

const PARTS: Readonly<Record<string, number>> = {
  us: 1e-6,
  μs: 1e-6,
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** "1min 2.5s", "322us", in seconds. */
const precise = (span: string): number =>
  [...span.matchAll(/([\d.]+)\s*(us|μs|ms|s|min|h|d)\b/g)].reduce(
    (sum, [, value, part = ""]) => sum + Number(value) * (PARTS[part] ?? 0),
    0,
  );
