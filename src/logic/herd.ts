import type { Catalog, Column, Relation, Rows, Type } from "./relation.ts";
import type { Declaration } from "./term.ts";

/** A relation that facts have told of. */
export interface Told {
  readonly name: string;
  /** Terms besides the host. */
  readonly terms: number;
  /** Whether there are facts of that name with another number of terms. */
  readonly mixed: boolean;
}

/** What can be asked of a herd: what every history has, what Sheepdog's own plugins tell, and what else is told. */
export function herd(told: readonly Told[]): readonly Relation[] {
  const own = FACTS.filter(
    ({ name, columns }) => !told.some((one) => one.name === name && one.terms === columns.length),
  ).map(({ name, columns }) => ({ name, terms: columns.length, mixed: false }));
  const names = new Set(BUILTIN.map(({ name }) => name));
  return [...BUILTIN, ...[...told, ...own].filter(({ name }) => !names.has(name)).map(fact)];
}

const column = (name: string, type: Type = "text", spread = 100): Column => ({ name, type, spread });
const HOST = column("Host", "text", 10_000);
const TAG = column("Tag");
const LEVEL = column("Level", "text", 5);
const TIME = column("Time", "time", 1e6);
const ID = column("Id", "text", 1e7);

/** The bark that a row came of: of the same subject, at the time at which it began. */
const BARK =
  "(SELECT id FROM bark WHERE bark.time = {t}.since AND bark.host = {t}.host AND bark.tag = {t}.tag LIMIT 1)";

const spells = (more: Partial<Rows> = {}): NonNullable<Relation["spans"]> => ({
  size: 1e7,
  from: "state",
  where: "",
  columns: ["{t}.host", "{t}.tag", "{t}.level"],
  unless: { column: 2, value: "ok", says: "{t}.level <> 'ok'" },
  since: "{t}.since",
  until: "{t}.until",
  bark: BARK,
  ...more,
});

const BUILTIN: readonly Relation[] = [
  {
    name: "host",
    size: 1e4,
    columns: [HOST],
    about: "machines that were ever heard of",
    example: "host(H)",
    present: { from: "(SELECT DISTINCT host FROM subject)", where: "", columns: ["{t}.host"] },
  },
  {
    name: "seen",
    size: 1e4,
    columns: [HOST, TIME],
    about: "when something was last heard of a machine, but for what rules say",
    example: "seen(H, T), T < ago(days(2))",
    present: {
      // An alert about a machine that is not heard of would else be heard of it.
      from: "(SELECT subject.host, max(newest) AS time FROM subject LEFT JOIN bark ON bark.seq = subject.bark WHERE bark.monitor IS NOT 'rule' GROUP BY 1)",
      where: "",
      columns: ["{t}.host", "{t}.time"],
    },
  },
  {
    name: "state",
    size: 1e5,
    columns: [HOST, TAG, LEVEL],
    about: "how things are: ok, warning, unknown, fail, missing",
    example: "state(H, 'DISK', fail)",
    present: {
      from: "subject",
      where: "",
      columns: ["{t}.host", "{t}.tag", "{t}.level"],
      unless: { column: 2, value: "ok", says: "{t}.level <> 'ok'" },
      bark: BARK,
    },
    spans: spells(),
  },
  {
    name: "bark",
    size: 1e7,
    columns: [ID, TIME, HOST, TAG, LEVEL],
    about: "what was barked",
    example: "bark(_, T, H, 'BORG-ETC', fail), T > ago(weeks(1))",
    present: {
      from: "bark",
      where: "",
      columns: ["{t}.id", "{t}.time", "{t}.host", "{t}.tag", "{t}.level"],
      bark: "{t}.id",
    },
  },
  {
    name: "notice",
    size: 1e5,
    columns: [ID, TIME, column("Kind"), HOST, TAG, LEVEL],
    about: "what somebody was told",
    example: "notice(_, T, bad, H, Tag, _), T > ago(days(1))",
    present: {
      from: "notice",
      where: "",
      columns: ["{t}.id", "{t}.time", "{t}.kind", "{t}.host", "{t}.tag", "{t}.level"],
      bark: "{t}.bark",
    },
  },
  {
    name: "silence",
    size: 100,
    columns: [HOST, TAG, column("Until", "time"), column("By"), column("Why")],
    about: "what nobody is told of; hosts and tags are patterns",
    example: "silence(H, T, Until, By, Why)",
    present: {
      from: "silence",
      where: "{t}.ended IS NULL AND {t}.until > unixepoch() * 1000",
      columns: ["{t}.host", "{t}.tag", "{t}.until", '{t}."by"', "{t}.why"],
    },
    spans: {
      from: "silence",
      where: "",
      columns: ["{t}.host", "{t}.tag", "{t}.until", '{t}."by"', "{t}.why"],
      since: "{t}.since",
      until: "coalesce({t}.ended, {t}.until)",
      size: 1e4,
    },
  },
  {
    name: "due",
    size: 1e5,
    columns: [HOST, TAG, TIME],
    about: "what must come, and by when",
    example: "due(H, T, When), When < ago(hours(-1))",
    present: {
      from: "(SELECT host, tag, json_extract(body, '$.due') AS due FROM regard JOIN subject ON subject.seq = regard.subject)",
      where: "{t}.due IS NOT NULL",
      columns: ["{t}.host", "{t}.tag", "{t}.due"],
    },
  },
  {
    name: "blind",
    size: 100,
    columns: [column("Since", "time"), column("Until", "time")],
    about: "when nobody looked",
    example: "blind(Since, Until)",
    present: { from: "blind", where: "", columns: ["{t}.since", "{t}.until"] },
  },
  {
    name: "known",
    size: 1e5,
    columns: [column("Relation"), HOST],
    about:
      "facts that were told, so that what is not among them was not so; known(Relation, Host, Time) of then",
    example: "host(H), \\+ known(package, H, ago(days(30)))",
    present: {
      from: "(SELECT DISTINCT relation, host FROM fact)",
      where: "",
      columns: ["{t}.relation", "{t}.host"],
    },
    spans: {
      from: `(SELECT first.relation, first.host, max(first.since, looked.since) AS since, looked.until FROM
        (SELECT relation, host, min(since) AS since FROM fact GROUP BY relation, host) AS first JOIN
        (SELECT 0 AS since, (SELECT min(since) FROM blind) AS until UNION ALL
         SELECT until, (SELECT min(since) FROM blind AS next WHERE next.since >= blind.until) FROM blind) AS looked
        ON looked.until IS NULL OR looked.until > first.since)`,
      where: "",
      columns: ["{t}.relation", "{t}.host"],
      size: 1e5,
      since: "{t}.since",
      until: "{t}.until",
    },
  },
];

/** What a fact of Sheepdog's own plugins says, besides the host. */
interface Described {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly about: string;
  readonly example: string;
}
const said = (name: string, about: string, example: string, ...columns: readonly Column[]): Described => ({
  name,
  columns,
  about,
  example,
});
const bytes = (name: string): Column => column(name, "bytes");
const number = (name: string): Column => column(name, "number");

const FACTS: readonly Described[] = [
  said(
    "address",
    "addresses of its network",
    "address(H, _, '10.0.0.5')",
    column("Interface"),
    column("Address"),
  ),
  said("arch", "what its processor understands", "arch(H, aarch64)", column("Name")),
  said("attack", "who tries to log in", "attack(H, From, N), N > 100", column("From"), number("Count")),
  said("booted", "when it was started", "booted(H, T), T > ago(hours(1))", TIME),
  said(
    "certificate",
    "certificates, and until when they hold",
    "certificate(H, _, Name, T), T < ago(days(-14))",
    column("Where"),
    column("Name"),
    column("Until", "time"),
  ),
  said("cores", "processors", "cores(H, N), N >= 64", number("Count")),
  said(
    "disk",
    "what is mounted, its size and what of it is used",
    "disk(H, M, S, U), U / S > 0.9",
    column("Mount"),
    bytes("Size"),
    bytes("Used"),
  ),
  said("distribution", "what runs on it", "distribution(H, debian, V)", column("Name"), column("Version")),
  said("failed", "units of systemd that failed", "failed(H, Unit)", column("Unit")),
  said("kernel", "its kernel", "kernel(H, V), \\+ version_at_least(V, '6.1')", column("Version")),
  said("load", "processes that wait, for each processor", "load(H, N), N > 2", number("Each")),
  said("memory", "its memory", "memory(H, B), B < gib(4)", bytes("Size")),
  said(
    "package",
    "packages that are installed",
    "package(H, openssl, V), \\+ version_at_least(V, '3.0.15')",
    column("Name"),
    column("Version"),
  ),
  said("ram", "its memory", "ram(H, B), B < gib(4)", bytes("Size")),
  said("reboot", "why it should be started anew", "reboot(H, Why)", column("Why")),
  said(
    "service",
    "units that run, and the version of what they are of",
    "service(H, 'nginx.service', V)",
    column("Unit"),
    column("Version"),
  ),
  said("sheepdog", "the version of Sheepdog there", "sheepdog(H, V)", column("Version")),
  said("swap", "its swap space", "swap(H, 0)", bytes("Size")),
  said(
    "update",
    "packages that could be newer",
    "update(H, P, _, New, security)",
    column("Package"),
    column("From"),
    column("To"),
    column("Kind"),
  ),
  said("uptime", "seconds since it was started", "uptime(H, S), S > 86400 * 365", number("Seconds")),
  said("virtualisation", "what it runs in", "virtualisation(H, kvm)", column("Name")),
];

/** A text in SQL: whatever a plugin calls its facts. */
const literal = (text: string): string =>
  `'${text.replaceAll("'", "''").replaceAll("{t}", "{'||'t}").replaceAll("\0", "'||char(0)||'")}'`;
/** With what a program declares: facts that perhaps nothing has told of yet. */
export function declaring(catalog: Catalog, declared: readonly Declaration[]): Catalog {
  if (declared.length === 0) return catalog;
  const added = declared
    .filter(({ name, arity }) => arity > 0 && catalog.find(name, arity) === undefined)
    .map(({ name, arity }) => untold(name, arity));
  return {
    find: (name, arity) =>
      catalog.find(name, arity) ?? added.find((one) => one.name === name && one.columns.length === arity),
    named: (name) => [...catalog.named(name), ...added.filter((one) => one.name === name)],
    names: () => [...catalog.names(), ...added.map(({ name }) => name)],
  };
}

/** Facts of which nothing is known but their name, and how many terms they have with the host. */
export const untold = (name: string, arity: number): Relation =>
  fact({ name, terms: arity - 1, mixed: true });

/** Terms that have a column of their own; the others are taken out of their text. */
const COLUMNS = 2;

function fact({ name, terms, mixed }: Told): Relation {
  const known = FACTS.find((one) => one.name === name && one.columns.length === terms);
  const columns =
    known?.columns ?? Array.from({ length: terms }, (_, place) => column(`A${place + 1}`, "any"));
  const sql = columns.map(({ type }, place) => {
    const raw = place < COLUMNS ? `{t}.a${place + 1}` : `json_extract({t}.terms, '$[${place}]')`;
    return type === "time" ? `(unixepoch(${raw}) * 1000)` : raw;
  });
  const count = mixed ? ` AND json_array_length({t}.terms) = ${terms}` : "";
  const rows = {
    from: "fact",
    where: `{t}.relation = ${literal(name)}${count}`,
    columns: ["{t}.host", ...sql],
    bark: BARK,
  };
  return {
    name,
    size: 1e6,
    // What comes of a fact is whatever it says, also where it ought to be a text.
    columns: [HOST, ...columns.map((one) => (one.type === "text" ? { ...one, type: "any" as const } : one))],
    about: known?.about ?? "facts that plugins told",
    example:
      known?.example ??
      `${/^[a-z]\w*$/.test(name) ? name : `'${name}'`}(${["H", ...columns.map((one) => one.name)].join(", ")})`,
    present: { ...rows, where: `${rows.where} AND {t}.until IS NULL` },
    spans: { ...rows, since: "{t}.since", until: "{t}.until", size: 2e6 },
  };
}
