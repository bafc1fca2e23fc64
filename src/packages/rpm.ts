import { type Keeper, type Owners, pair, type Run } from "./keeper.ts";

export const rpm: Keeper = {
  name: "rpm",
  list: () => ["rpm", "-qa", "--qf", "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\n"],
  read: pair(/^(?!gpg-pubkey )(\S+) (\S+)$/), // keys are kept as packages, too
  owners,
};

/** It answers in the order in which it is asked, without the paths. */
async function owners(paths: readonly string[], run: Run): Promise<Owners> {
  const { stdout } = await run(["rpm", "-qf", "--qf", "= %{VERSION}-%{RELEASE}\n", "--", ...paths]);
  const lines = stdout.trimEnd().split("\n");
  if (lines.length === paths.length || paths.length === 1 || stdout === "") return zip(paths, lines);
  // A file of several packages has a line of each; one by one it is clear which is whose.
  const each: (readonly [string, string])[] = [];
  for (const path of paths) each.push(...(await owners([path], run)));
  return new Map(each);
}

const zip = (paths: readonly string[], lines: readonly string[]): Owners =>
  new Map(
    paths.flatMap((path, at) => {
      const line = lines[at] ?? "";
      return line.startsWith("= ") ? [[path, line.slice(2)] as const] : [];
    }),
  );
