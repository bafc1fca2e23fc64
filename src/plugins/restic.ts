import * as z from "zod/mini";
import { secretFile } from "../config/secret.ts";
import { type Archive, judgeBackup, knownSize, withoutLogin } from "../plugin/backup.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { exitOf, firstLine, jsonOf } from "../plugin/program.ts";
import { maybeText, needed, percent, span } from "../plugin/setting.ts";
import { variablesIn } from "../plugin/variables.ts";
import type { Finished } from "../process/bounded.ts";
import { epoch } from "../time.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "restic",
  about: "backups by restic: age and size of the newest snapshot of a repository",
  rhythm: { every: "1h" },
  unit: `# Keys for ssh and repositories may lie in a home; nothing there is written.
ProtectHome=read-only
# What restic has read of a repository already. Of each indicator's own, for another may be read by another user.
CacheDirectory=sheepdog-indicator/%i
CacheDirectoryMode=0700
`,
  settings: {
    repository: needed("sftp:backup.example.org:/srv/restic", "the repository"),
    secret: maybeText("/etc/sheepdog/restic.secret", "file of mode 0600 with the password"),
    environment: maybeText(
      "/etc/sheepdog/restic.environment",
      "file of mode 0600 with variables for restic, NAME=value a line, such as the keys of a cloud",
    ),
    machine: maybeText("web", "only snapshots of this host count; all where it is not set"),
    warn: span("26h", "an age of the newest snapshot that is a warning"),
    fail: span("50h", "an age that is trouble"),
    smaller: percent("50%", "a warning when it has shrunk by more than this against the one before"),
  },
  async monitor({ repository, secret, environment, machine, ...limits }, { before, now, run }) {
    const restic = repositoryOf({ repository, secret, environment, run });
    const of = machine === undefined ? [] : ["--host", machine];
    // Two of each host and set of paths.
    const found = Snapshots.parse(await restic(["snapshots", "--latest", "2", ...of])) ?? [];
    const [newest, ...others] = [...found].sort(
      (one, other) => Date.parse(other.time) - Date.parse(one.time),
    );
    const previous = others.find((other) => newest !== undefined && kin(newest) === kin(other));
    const sized = async (one: Snapshot): Promise<Archive> => ({
      id: one.id,
      name: one.short_id,
      time: epoch(Date.parse(one.time)),
      size: one.summary?.total_bytes_processed ?? knownSize(before, one.id) ?? (await sizeOf(one.id, restic)),
    });
    return judgeBackup(
      {
        repository: withoutLogin(repository),
        newest: newest && (await sized(newest)),
        previous: previous && (await sized(previous)),
      },
      limits,
      now,
    );
  },
});

const Snapshots = z.nullable(
  z.array(
    z.object({
      id: z.string(),
      short_id: z.string(),
      time: z.string(),
      hostname: z.optional(z.string()),
      paths: z.optional(z.array(z.string())),
      /** Since restic 0.17. */
      summary: z.optional(z.object({ total_bytes_processed: z.optional(z.number()) })),
    }),
  ),
);
type Snapshot = NonNullable<z.output<typeof Snapshots>>[number];
const Stats = z.object({ total_size: z.number() });

/** What two snapshots have in common when they are of the same things. */
const kin = ({ hostname, paths }: Snapshot): string => JSON.stringify([hostname, paths]);

type Restic = (words: readonly string[]) => Promise<unknown>;

/** @returns undefined where it cannot be told: the age is known, and counts for more */
async function sizeOf(id: string, restic: Restic): Promise<number | undefined> {
  try {
    return Stats.parse(await restic(["stats", id])).total_size;
  } catch {
    return undefined; // it takes too long, say
  }
}

interface Asked {
  readonly repository: string;
  readonly secret: string | undefined;
  /** File with variables. */
  readonly environment: string | undefined;
  readonly run: Context["run"];
}

/** How to ask restic about a repository, which it reads without a lock: that would be a file in it. Repository and
 * password are in the environment, for everybody can see a command line. */
function repositoryOf({ repository, secret, environment: file, run }: Asked): Restic {
  const cache = process.env["CACHE_DIRECTORY"]?.split(":")[0];
  const environment = {
    ...variablesIn(file),
    RESTIC_REPOSITORY: repository,
    ...(secret === undefined ? {} : { RESTIC_PASSWORD: secretFile(secret) }),
    ...(cache === undefined ? {} : { RESTIC_CACHE_DIR: cache }),
  };
  return async (words) => {
    const kept = cache === undefined ? ["--no-cache"] : [];
    const ended = await run(["restic", "--json", "--no-lock", ...kept, ...words], { environment });
    if (exitOf("restic", ended) !== 0) throw refusal(ended, withoutLogin(repository), secret);
    return jsonOf("restic", ended);
  };
}

function refusal(ended: Finished, repository: string, secret: string | undefined): Trouble {
  const [, says, advice] = REFUSALS.find(([pattern]) => pattern.test(ended.stderr)) ?? [
    /./,
    `restic cannot read it (${withoutLogin(firstLine(ended))})`,
    undefined,
  ];
  const cure = secret === undefined && says.includes("password") ? "name a file with it: `secret`" : advice;
  return new Trouble(`${repository}: ${says}`, {
    retry: "later",
    ...(cure === undefined ? {} : { advice: cure }),
  });
}

const REFUSALS: readonly (readonly [RegExp, string, string])[] = [
  [
    /wrong password|empty password|reading repository password/,
    "the password is wrong",
    "correct the file that `secret` names",
  ],
  [
    /connection refused|no such host|timed? ?out|unreachable/i,
    "its server cannot be reached",
    "see whether it runs",
  ],
  [/already locked/, "it is locked", "a backup may be running; else see `restic unlock`"],
  [
    /Is there a repository|unable to open config file|does not exist/,
    "there is no such repository",
    "correct `repository`",
  ],
];
