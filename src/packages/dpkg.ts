import { type Keeper, type Owners, pair, type Run } from "./keeper.ts";

export const dpkg: Keeper = {
  name: "dpkg",
  // "Package" has no architecture behind it. What is half there is there.
  list: () => ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package} ${Version}\n"],
  read: pair(/^(?!not-installed|config-files)\S+ (\S+) (\S+)$/),
  owners,
};

async function owners(paths: readonly string[], run: Run): Promise<Owners> {
  // /bin is /usr/bin nowadays, and dpkg knows a file by the name that its package has for it.
  const names = new Map(paths.flatMap((path) => twins(path).map((name) => [name, path] as const)));
  const { stdout } = await run(["dpkg-query", "-S", ...names.keys()]);
  const packages = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const [, owner, name] = /^(?!diversion by )([^ ,]+)(?:, .*)?: (\/.*)$/.exec(line) ?? [];
    const path = names.get(name ?? "");
    if (owner !== undefined && path !== undefined) packages.set(path, owner);
  }
  const versions = packages.size === 0 ? packages : await versionsOf([...new Set(packages.values())], run);
  return new Map(
    [...packages].flatMap(([path, owner]) => {
      const version = versions.get(owner);
      return version === undefined ? [] : [[path, version] as const];
    }),
  );
}

/** By the name of the package, with its architecture and without. */
async function versionsOf(packages: readonly string[], run: Run): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await run([
    "dpkg-query",
    "-W",
    "-f=${binary:Package} ${Package} ${Version}\n",
    ...packages,
  ]);
  const versions = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const [whole = "", bare = "", version = ""] = line.split(" ");
    if (version !== "") versions.set(whole, version).set(bare, version);
  }
  return versions;
}

const twins = (path: string): readonly string[] =>
  path.startsWith("/usr/") ? [path, path.slice(4)] : [path, `/usr${path}`];
