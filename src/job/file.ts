import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { maybeSpan, span, text } from "../config/kind.ts";
import { dotted } from "../config/problem.ts";
import { slurp } from "../config/slurp.ts";
import { readToml } from "../config/toml.ts";
import { problems } from "../config/wording.ts";
import { NAME, NAMING } from "../name.ts";
import { bad, errno, explain, good, type Result, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { Argument, check } from "./argument.ts";
import { faultOf, holesOf } from "./vector.ts";

/** Bytes of a file. */
const SIZE = 64 * 1024;

const vector = z
  .array(z.string().check(z.refine((given) => !given.includes("\0"), { error: "must not hold NUL" })))
  .check(
    z.refine(([program]) => program?.startsWith("/") === true, {
      error:
        'a list is needed: the program with its whole path, then its arguments, such as ["/usr/bin/apt-get", "update"]',
    }),
  );
const property = z.union([text, z.array(text), z.boolean(), z.number()], {
  error: "text, a number, true, false or a list of texts is needed",
});

/** What may be run here under a name, by whom, and how: /etc/sheepdog/jobs.d/NAME.toml. */
const File = z.strictObject({
  about: z.optional(text),
  run: vector,
  undo: z.optional(vector),
  lease: maybeSpan({ shortest: "1s", longest: "365d" }),
  arguments: z._default(
    z.record(
      z.string().check(z.regex(/^[a-z][a-z0-9_]{0,30}$/, { error: "lower-case letters, digits and _ only" })),
      Argument,
    ),
    {},
  ),
  allow: z
    .array(text, { error: 'a list of names is needed, such as ["alice@example.org"]' })
    .check(z.minLength(1, { error: "says nobody; name those who may ask, as allowed_signers calls them" })),
  user: text.check(
    z.regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$|^\d{1,10}$/, { error: "the name of a user is needed" }),
  ),
  timeout: span("5min", { shortest: "1s", longest: "7d" }),
  overlap: z._default(z.boolean(), false),
  unit: z._default(
    z.record(
      z
        .string()
        .check(z.regex(/^[A-Z][A-Za-z]+$/, { error: "a property of systemd is needed, such as MemoryMax" })),
      property,
    ),
    {},
  ),
});
type File = Readonly<z.output<typeof File>>;

/** A job that may be run here. */
export interface Job extends File {
  readonly name: string;
}

/** What a unit may have besides: what a run may see, do and use. All else could take it out of our hands: who runs it, what
 * it runs, whether it starts, where its output goes, and how its end is told. */
const PROPERTIES =
  /^(NoNewPrivileges|(Private|Protect|Restrict|Memory|CPU|IO|IP|Device|Limit|SystemCall|OOM|NUMA|Startup|AllowedCPUs|AllowedMemoryNodes)[A-Za-z0-9]*|LockPersonality|Personality|RemoveIPC|KeyringMode|ProcSubset|TasksMax|Slice|Nice|UMask|(Read(Only|Write)|Inaccessible|Exec|NoExec|Bind|BindReadOnly)Paths|TemporaryFileSystem|(CapabilityBounding|AmbientCapabilities|SecureBits)[A-Za-z]*|(State|Cache|Logs|Runtime|Configuration)Directory(Mode)?|WorkingDirectory|SupplementaryGroups|Environment(File)?|UnsetEnvironment|(Load|Set|Import)Credential(Encrypted)?|NetworkNamespacePath|IPCNamespacePath|AppArmorProfile|SELinuxContext|SmackProcessLabel|LogRateLimit[A-Za-z]*|IgnoreSIGPIPE|CoredumpFilter|TimerSlackNSec)$/;

/** Reads one job.
 * @param folder  where it is
 * @throws Trouble when there is none of this name, it is wrong, or others may write to it */
export function jobNamed(name: string, folder: string): Job {
  if (!NAME.test(name)) throw new Trouble(`no job is called so; ${NAMING}`);
  const file = join(folder, `${name}.toml`);
  try {
    const why = untrusted(file);
    if (why !== undefined)
      throw new Trouble(`the job ${name} is not used`, { kind: "configuration", advice: why });
  } catch (error) {
    if (errno(error) !== "ENOENT") throw error;
    const known = namesIn(folder);
    throw new Trouble(
      `there is no job ${name} here; ${known.length === 0 ? `no file is in ${folder}` : `there are ${known.join(", ")}`}`,
    );
  }
  const { value } = readToml(slurp(file, SIZE).bytes.toString("utf8"), file);
  const parsed = File.safeParse(value);
  if (!parsed.success) {
    const lines = problems(parsed.error.issues).map(
      ({ path, text }) =>
        `${file}: ${dotted(path)}: ${text.replace(/; (did you mean|known here|it belongs|remove it).*/, "; see sheepdog-agent(8)")}`,
    );
    throw new Trouble(lines.join("\n"), { kind: "configuration" });
  }
  const job = { name, ...parsed.data };
  const wrong = wrongIn(job);
  if (wrong !== undefined) throw new Trouble(`${file}: ${wrong}`, { kind: "configuration" });
  return job;
}

/** All jobs of a folder, or what is wrong with them, by name. */
export function jobsIn(folder: string): readonly (readonly [name: string, Result<Job, string>])[] {
  return namesIn(folder).map((name) => {
    try {
      return [name, good(jobNamed(name, folder))];
    } catch (error) {
      return [name, bad(explain(error))];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => /^(?!\.)(.+)\.toml$/.exec(name)?.[1] ?? [])
      .sort();
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
}

/** What the schema does not see. */
function wrongIn(job: File): string | undefined {
  const { run, undo, lease, unit } = job;
  if ((undo === undefined) !== (lease === undefined))
    return "`lease` and `undo` belong together: how long it holds, and what ends it";
  for (const [key, words] of [
    ["run", run],
    ["undo", undo],
  ] as const) {
    const fault = words && faultOf(words, job.arguments);
    if (fault !== undefined) return `${key}: ${fault}`;
  }
  const used = new Set([...holesOf(run), ...holesOf(undo ?? [])]);
  for (const [name, argument] of Object.entries(job.arguments)) {
    if (!used.has(name)) return `arguments.${name}: no hole {${name}} is in \`run\` or \`undo\``;
    if (argument.default === undefined) continue;
    const fits = check(argument, argument.default);
    if (!fits.ok) return `arguments.${name}: its default ${fits.fault}`;
  }
  const other = Object.keys(unit).find((name) => !PROPERTIES.test(name));
  return other === undefined
    ? undefined
    : `unit.${other}: is not for a job: a sandbox and limits may be there (systemd.exec(5), systemd.resource-control(5)); leave it out`;
}
