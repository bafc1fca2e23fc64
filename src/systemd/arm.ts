import { formatSpan, type Seconds, seconds } from "../time.ts";

/** How an indicator is to be read, for its timer and its service. */
export interface Arming {
  readonly name: string;
  readonly rhythm: { readonly every: Seconds } | { readonly calendar: string };
  /** How long a reading may take. */
  readonly timeout: Seconds;
  /** Who reads it, when that is not the unit's own user. */
  readonly user?: string | undefined;
  /** The command line that reads it, where the unit's own one will not do: another configuration is named. */
  readonly command?: readonly string[] | undefined;
  /** Directives of its plugin's own. */
  readonly unit?: string | undefined;
}

/** One drop-in: below /run/systemd/system. */
export interface DropIn {
  readonly path: string;
  readonly text: string;
}

const HEADER =
  "# Made by sheepdog-daemon out of its configuration; it is made anew at each start and reload.\n";
export const DROP = "50-sheepdog.conf";

/** Within which a machine reads at a moment of its own, the same every time: a thousand machines do not knock at
 * once. A tenth of the rhythm, five minutes at the most; ten minutes where the rhythm is a calendar, since all of them
 * mean the same midnight. The first reading comes as late: longer, and nothing would be known of a new machine. */
const spread = (every: Seconds | undefined): Seconds =>
  every === undefined ? seconds(600) : seconds(Math.min(300, Math.ceil(every / 10)));

/** How much a timer may be late so that several can wake the machine together. */
const accuracy = (every: Seconds | undefined): Seconds =>
  every === undefined ? seconds(60) : seconds(Math.max(1, Math.min(60, Math.floor(every / 20))));

/** What makes systemd read an indicator like this. Pure. */
export function dropIns(arming: Arming): readonly DropIn[] {
  const { name, rhythm, timeout, user, command, unit } = arming;
  const every = "every" in rhythm ? rhythm.every : undefined;
  const timer = [
    HEADER,
    "[Timer]\n",
    // What the unit says itself is forgotten first. Whatever the rhythm, there is a reading when it is armed, thus at each
    // boot: what was missed is caught up with by that, and a stamp on the disk, as Persistent= has, not needed.
    "OnCalendar=\nOnActiveSec=1s\n",
    "every" in rhythm ? `OnUnitActiveSec=${whole(rhythm.every)}s\n` : `OnCalendar=${rhythm.calendar}\n`,
    `RandomizedDelaySec=${whole(spread(every))}s\nFixedRandomDelay=yes\nAccuracySec=${whole(accuracy(every))}s\n`,
  ];
  const service = [
    HEADER,
    "[Service]\n",
    `TimeoutStartSec=${Math.ceil(timeout) + 30}s\n`,
    // The server misses a reading when the next one is not there by then.
    ...(every === undefined
      ? []
      : [`Environment=SHEEPDOG_EXPECT=${whole(seconds(every + spread(every) + timeout + 60))}s\n`]),
    ...(command === undefined ? [] : [`ExecStart=\nExecStart=${command.map(quote).join(" ")} -- %i\n`]),
    ...(unit === undefined ? [] : [`${unit.trim()}\n`]),
    ...(user === undefined ? [] : [`User=${user}\nGroup=\n`]),
    // Root is named for what others may not read; without this it may not, either.
    ...(user === "root" ? ["CapabilityBoundingSet=CAP_DAC_READ_SEARCH\n"] : []),
  ];
  return [
    { path: `sheepdog-indicator@${name}.timer.d/${DROP}`, text: timer.join("") },
    { path: `sheepdog-indicator@${name}.service.d/${DROP}`, text: service.join("") },
  ];
}

export const timerOf = (name: string): string => `sheepdog-indicator@${name}.timer`;

const whole = (span: Seconds): number => Math.ceil(span);
/** A word of a command line of systemd's. */
const quote = (path: string): string =>
  `"${path.replace(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;

/** The line of a crontab that does about the same, where there is no systemd. */
export function cronLine({ name, rhythm, command = ["sheepdog-indicator"] }: Arming): string {
  const words = command.map((word) =>
    /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const moments = "every" in rhythm ? cronEvery(rhythm.every) : cronCalendar(rhythm.calendar);
  return `${moments ?? `# cron has no "${"calendar" in rhythm ? rhythm.calendar : ""}", say when:`} ${words.join(" ")} ${name}`;
}

const CRON: Readonly<Record<string, string>> = {
  minutely: "* * * * *",
  hourly: "0 * * * *",
  daily: "0 0 * * *",
  weekly: "0 0 * * 1",
  monthly: "0 0 1 * *",
};

/** A calendar expression that is a time of every day or of some days of the week, such as "Mon..Fri 6:30" or
 * "*-*-* 0/6:00:00". */
function cronCalendar(calendar: string): string | undefined {
  const [, days, hour = "", step, minute] = CALENDAR.exec(calendar) ?? [];
  if (minute === undefined) return CRON[calendar];
  const hours =
    step === undefined ? digits(hour) : `${hour === "*" ? "*" : `${digits(hour)}-23`}/${digits(step)}`;
  const week = days === undefined ? "*" : weekdays(days);
  return week === undefined ? undefined : `${digits(minute)} ${hours} * * ${week}`;
}
const CALENDAR =
  /^(?:([A-Z][a-z]{2}(?:(?:,|\.\.)[A-Z][a-z]{2})*) )?(?:\*-\*-\* )?(\d\d?|\*)(?:\/(\d\d?))?:(\d\d)(?::\d\d)?$/;

const digits = (text: string): string => text.replace(/^0(?=\d)/, "");

/** Days of the week by number, for cron knows no lists of names; undefined where one is none, or a span goes over the
 * end of the week. */
function weekdays(days: string): string | undefined {
  const numbers = days
    .replaceAll("..", "-")
    .replace(/[A-Z][a-z]{2}/g, (day) => String(WEEK.indexOf(day) + 1));
  const wrong = numbers.split(",").some((part) => {
    const [from = "", to = from] = part.split("-");
    return from === "0" || to < from;
  });
  return wrong ? undefined : numbers;
}
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The nearest that cron can do, not more seldom than asked. */
function cronEvery(every: Seconds): string {
  const minutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].findLast((one) => one * 60 <= every) ?? 1;
  if (every < 3600) return minutes === 1 ? "* * * * *" : `*/${minutes} * * * *`;
  const hours = [1, 2, 3, 4, 6, 8, 12].findLast((one) => one * 3600 <= every) ?? 1;
  if (every < 86_400) return hours === 1 ? "0 * * * *" : `0 */${hours} * * *`;
  return "0 0 * * *";
}

/** "every 5min", "daily" */
export const rhythmText = (rhythm: Arming["rhythm"]): string =>
  "every" in rhythm ? `every ${formatSpan(rhythm.every)}` : rhythm.calendar;
