import { type Fact, LIMITS } from "../bark.ts";
import { fits } from "../glob.ts";
import { type Keeper, type Package, packagesIn } from "../packages/keeper.ts";
import { KEEPERS } from "../packages/keepers.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { list } from "../plugin/setting.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "packages",
  about: "which packages are installed, and in which version",
  rhythm: { calendar: "daily" },
  settings: {
    ignore: list([], "Packages that are not told of, by name; `*` stands for anything"),
    profiles: list(
      ["/run/current-system/profile", "/var/guix/profiles/per-user/root/guix-profile"],
      "Profiles of guix that are looked into",
    ),
  },
  async monitor({ ignore, profiles }, context) {
    const asked = await Promise.all(KEEPERS.map((keeper) => ask(keeper, profiles, context)));
    const there = asked.filter((answer) => answer !== undefined);
    if (there.length === 0)
      throw new Trouble("this machine has neither dpkg, rpm, pacman, apk, nix nor guix", {
        advice: "is it in PATH? else take this indicator away",
      });
    const counted = there.filter(({ packages }) => packages.length > 0).map(({ name }) => name);
    // Debian's rpm without a database of its own complains, and a pacman that keeps nothing does: one that fails
    // matters where it has had packages, or nobody else has any.
    const before = Array.isArray(context.before) ? context.before : [];
    const broken = there.flatMap(({ name, fault }) =>
      fault !== undefined && (before.includes(name) || counted.length === 0) ? [`${name}: ${fault}`] : [],
    );
    // A whole relation or none: what is missing from a part of it would seem to have been removed.
    if (broken.length > 0) throw new Trouble(`the packages cannot be listed: ${broken.join("; ")}`);
    const all = there.flatMap(({ packages }) => packages);
    const minded = all.filter(([name]) => !ignore.some((pattern) => fits(pattern, name)));
    const { facts, left } = fitted(minded);
    const counts = there
      .filter(({ packages }) => packages.length > 0)
      .map(({ name, packages }) => `${packages.length} of ${name}`)
      .join(", ");
    return {
      level: left.length > 0 ? "warning" : "ok",
      summary:
        left.length > 0
          ? `${left.length} of ${minded.length} packages do not fit into a bark and are left out, from ${left[0]} on; set ignore`
          : `${minded.length} packages are installed${counts === "" ? "" : `: ${counts}`}`,
      content: { installed: minded.length, told: facts.length },
      facts,
      remember: counted,
    };
  },
});

/** @returns undefined where the program is not there */
async function ask(keeper: Keeper, profiles: readonly string[], { run }: Context) {
  const vector = keeper.list(profiles);
  const { outcome, stdout, stderr, flooded } = await run(vector, { output: 16 * 1024 * 1024 });
  if (outcome.kind === "never-started") return undefined;
  const failed = outcome.kind !== "exited" || outcome.status !== 0;
  const fault = failed
    ? stderr.trim().split("\n").at(-1) || outcome.kind
    : flooded
      ? "it says more than anybody can read"
      : undefined;
  return { name: keeper.name, packages: packagesIn(stdout, keeper), fault };
}

/** Bytes of a bark besides its facts: summary, mailto and what the broker adds. */
const REST = 16 * 1024;

/** The facts that fit into a bark, by name, and the names of those that do not. */
function fitted(packages: readonly Package[]): {
  readonly facts: readonly Fact[];
  readonly left: readonly string[];
} {
  // For two architectures of one version there is one fact.
  const unique = [...new Map(packages.map((one) => [one.join(" "), one])).values()].sort(byName);
  const facts: Fact[] = [];
  let bytes = 0;
  for (const [name, version] of unique) {
    const fact: Fact = ["package", name, version];
    bytes += Buffer.byteLength(JSON.stringify(fact)) + 1;
    if (facts.length === LIMITS.facts || bytes > LIMITS.bark - REST) break;
    facts.push(fact);
  }
  return { facts, left: unique.slice(facts.length).map(([name]) => name) };
}

const byName = (one: Package, other: Package): number =>
  one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : one[1] < other[1] ? -1 : 1;
