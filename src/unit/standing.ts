import { milliseconds, type Seconds, seconds } from "../time.ts";
import { heartbeat } from "./heartbeat.ts";
import type { Notify } from "./notify.ts";

/** What a unit lets its supervisor know of itself. Without one nothing of this does anything. */
export interface Standing {
  /** Whether anybody listens. */
  readonly supervised: boolean;
  /** It does its work now. */
  ready(status?: string): void;
  /** Whether this process was ready once. */
  began(): boolean;
  /** What `systemctl status` shows. May be called for every message. */
  status(status: () => string): void;
  /** It has begun to read its configuration again; it ends with `ready`. */
  reloading(): void;
  stopping(): void;
  /** Messages that were handled since this process began, through every reload.
   * @param more  those that are new
   * @returns all of them */
  handled(more: number): number;
  /** Likewise those of them that were given up. */
  buried(more: number): number;
  /** How often the loop must turn, and what it calls as it does: a sign of life is given by progress alone, no timer
   * gives it. */
  readonly pulse: Pulse;
}

export interface Pulse {
  readonly every: Seconds;
  beat(): void;
}

/** Between two lines of status. */
const SELDOM: Seconds = seconds(1);
/** The rhythm where no watchdog asks for one. */
const IDLE: Seconds = seconds(20);

export async function standing(complain: (line: string) => void): Promise<Standing> {
  if (!process.env["NOTIFY_SOCKET"]) return alone;
  const notify = await (await import("./notify.ts")).notifier(complain);
  const watchdog = watchdogSpan();
  const status = seldom(notify);
  let began = false;
  let handled = 0;
  let buried = 0;
  // A third of the time: one beat may be late, and one may be lost.
  const every = watchdog === undefined ? IDLE : seconds(Math.min(watchdog / 3, IDLE));
  return {
    supervised: true,
    ready(text) {
      began = true;
      notify({ READY: "1", ...(text === undefined ? {} : { STATUS: text }) });
    },
    began: () => began,
    status,
    reloading: () =>
      notify({
        RELOADING: "1",
        MONOTONIC_USEC: String(process.hrtime.bigint() / 1000n),
        STATUS: "reads its configuration again",
      }),
    stopping: () => notify({ STOPPING: "1", STATUS: "finishes what is in hand" }),
    handled: (more) => (handled += more),
    buried: (more) => (buried += more),
    pulse: {
      every,
      beat: watchdog === undefined ? () => undefined : heartbeat(every, () => notify({ WATCHDOG: "1" })),
    },
  };
}

/** Nobody listens. */
export const alone: Standing = {
  supervised: false,
  ready: () => undefined,
  began: () => false,
  status: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  handled: () => 0,
  buried: () => 0,
  pulse: { every: IDLE, beat: () => undefined },
};

/** How long systemd waits for a sign of life of this very process. */
function watchdogSpan({ env, pid } = process): Seconds | undefined {
  const span = Number(env["WATCHDOG_USEC"]) / 1e6;
  const meant = env["WATCHDOG_PID"] === undefined || env["WATCHDOG_PID"] === String(pid);
  return meant && span > 0 ? seconds(span) : undefined;
}

/** The newest status at once, or when the last one is old enough. */
function seldom(notify: Notify): Standing["status"] {
  let newest: (() => string) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    if (newest === undefined) return;
    notify({ STATUS: newest() });
    newest = undefined;
    timer = setTimeout(tell, milliseconds(SELDOM)).unref();
  };
  return (status) => {
    newest = status;
    if (timer === undefined) tell();
  };
}
