import { access, constants } from "node:fs/promises";
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
  name: "borg",
  about: "backups by Borg: age and size of the newest archive of a repository",
  rhythm: { every: "1h" },
  unit: `# Keys for ssh and repositories may lie in a home. Nothing there is written: as all else is read-only too, Borg
# reads a local repository without a lock of its own.
ProtectHome=read-only
# What Borg knows of a repository already; without it all of the repository is read anew each time. Of each indicator's
# own, for another may be read by another user.
CacheDirectory=sheepdog-indicator/%i
CacheDirectoryMode=0700
`,
  settings: {
    repository: needed("ssh://backup.example.org/./web", "the repository"),
    secret: maybeText("/etc/sheepdog/borg.secret", "file of mode 0600 with the passphrase"),
    environment: maybeText(
      "/etc/sheepdog/borg.environment",
      "file of mode 0600 with variables for Borg, NAME=value a line, such as BORG_REMOTE_PATH",
    ),
    archives: maybeText("web-*", "archives that count, `*` and `?` as in a shell; all where it is not set"),
    warn: span("26h", "an age of the newest archive that is a warning"),
    fail: span("50h", "an age that is trouble"),
    smaller: percent("50%", "a warning when it has shrunk by more than this against the one before"),
  },
  async monitor({ repository, secret, environment, archives, ...limits }, { before, now, run }) {
    const borg = await repositoryOf({ repository, secret, environment, run });
    const list = await borg(
      ["list", "--last", "2", ...(archives === undefined ? [] : ["--glob-archives", archives])],
      [],
    );
    const found = List.parse(list).archives.map(({ id, name, time }) => ({ id, name, time: momentOf(time) }));
    const sized: Archive[] = [];
    for (const one of found) {
      const size = knownSize(before, one.id) ?? (await sizeOf(one.name, borg));
      sized.push({ ...one, size });
    }
    const [newest, previous] = sized.sort((one, other) => other.time - one.time);
    return judgeBackup({ repository: withoutLogin(repository), newest, previous }, limits, now);
  },
});

const List = z.object({
  archives: z.array(z.object({ id: z.string(), name: z.string(), time: z.string() })),
});
const Info = z.object({ archives: z.array(z.object({ stats: z.object({ original_size: z.number() }) })) });

/** Borg tells the time of the place where it runs, which we have made UTC, and later versions say so. */
const momentOf = (time: string) => epoch(Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(time) ? time : `${time}Z`));

type Borg = (command: readonly string[], archives: readonly string[]) => Promise<unknown>;

/** @returns undefined where it cannot be told: the age is known, and counts for more */
async function sizeOf(archive: string, borg: Borg): Promise<number | undefined> {
  try {
    return Info.parse(await borg(["info"], [`::${archive}`])).archives[0]?.stats.original_size;
  } catch {
    return undefined; // its cache cannot be written, say
  }
}

interface Asked {
  readonly repository: string;
  readonly secret: string | undefined;
  /** File with variables. */
  readonly environment: string | undefined;
  readonly run: Context["run"];
}

/** How to ask Borg about a repository. Repository and passphrase are in the environment, for everybody can see a
 * command line. */
async function repositoryOf({ repository, secret, environment: file, run }: Asked): Promise<Borg> {
  const cache = process.env["CACHE_DIRECTORY"]?.split(":")[0];
  const environment = {
    BORG_RSH: "ssh -o BatchMode=yes",
    // An empty one is an answer as well: without any it asks.
    BORG_PASSPHRASE: "",
    ...variablesIn(file),
    BORG_REPO: repository,
    // Never ask: whoever could answer is not there.
    BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
    BORG_EXIT_CODES: "legacy",
    TZ: "UTC",
    ...(secret === undefined ? {} : { BORG_PASSPHRASE: secretFile(secret) }),
    // A key that is not in the repository is where Borg has put it as the repository was made.
    ...(cache === undefined
      ? {}
      : { BORG_BASE_DIR: cache, BORG_KEYS_DIR: `${process.env["HOME"] ?? ""}/.config/borg/keys` }),
  };
  const unlocked = (await readOnly(repository)) ? ["--bypass-lock"] : ["--lock-wait", "5"];
  return async ([command = "", ...options], archives) => {
    const vector = ["borg", "--log-json", ...unlocked, command, "--json", ...options, ...archives];
    const ended = await run(vector, { environment });
    const status = exitOf("borg", ended);
    // 1 is a warning: it has answered.
    if (status > 1) throw refusal(ended, { repository: withoutLogin(repository), secret });
    return jsonOf("borg", ended);
  };
}

/** Whether it is on this machine and cannot be written by us. Only then is it safe to read without a lock: in a
 * repository that is in use Borg would mend what it takes for the rest of a crash. */
async function readOnly(repository: string): Promise<boolean> {
  if (!repository.startsWith("/")) return false;
  try {
    await access(repository, constants.R_OK);
  } catch {
    return false; // Borg says why
  }
  return access(repository, constants.W_OK).then(
    () => false,
    () => true,
  );
}

function refusal(ended: Finished, { repository, secret }: Pick<Asked, "repository" | "secret">): Trouble {
  const messages = ended.stderr.split("\n").flatMap((line) => {
    const [, id = ""] = /"msgid":\s*"([\w.]+)"/.exec(line) ?? [];
    return id === "" ? [] : [id];
  });
  const known = [...messages, ended.stderr]
    .map((text) => REFUSALS.find(([pattern]) => pattern.test(text)))
    .find((one) => one !== undefined);
  const [, says, advice]: Refusal = known ?? [/./, `borg cannot read it (${withoutLogin(plain(ended))})`];
  const cure = secret === undefined && says.includes("passphrase") ? "name a file with it: `secret`" : advice;
  return new Trouble(`${repository}: ${says}`, {
    retry: "later",
    ...(cure === undefined ? {} : { advice: cure }),
  });
}

type Refusal = readonly [pattern: RegExp, says: string, advice?: string];
const REFUSALS: readonly Refusal[] = [
  [
    /^Lock|Failed to create\/acquire the lock/,
    "it is locked",
    "a backup may be running; else see `borg break-lock`",
  ],
  [
    /^Passphrase|[Pp]assphrase .*is incorrect/,
    "the passphrase is wrong",
    "correct the file that `secret` names",
  ],
  [/DoesNotExist|does not exist/, "there is no such repository", "correct `repository`"],
  [
    /InvalidRepository|is not a valid repository/,
    "what is there is no repository of Borg",
    "correct `repository`",
  ],
  [
    /ConnectionClosed|Connection closed by remote/,
    "the other side hangs up",
    "try `ssh` to it as the user of this indicator",
  ],
];

/** The words of a message that Borg wrote as JSON. */
function plain(ended: Finished): string {
  const line = firstLine(ended);
  return /"message":\s*"((?:[^"\\]|\\.)*)/.exec(line)?.[1]?.slice(0, 200) ?? line;
}
