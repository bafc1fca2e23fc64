// uncached.mjs LOCKFILE CACHE: prints what the lock file pins for this machine and npm's cache has not, one "name@version" a
// line. npm ci fetches nothing that is optional and not for this version of node.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [, , lockfile, cache] = process.argv;
const { packages } = JSON.parse(readFileSync(lockfile, "utf8"));

const fits = ({ os = ["linux"], cpu = [process.arch], libc = ["glibc"] }) =>
  os.includes("linux") && cpu.includes(process.arch) && libc.includes("glibc");

const content = (integrity) => {
  const [algorithm, hash] = integrity.split("-");
  const hex = Buffer.from(hash, "base64").toString("hex");
  return join(cache, "_cacache/content-v2", algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
};

for (const [path, entry] of Object.entries(packages)) {
  if (entry.integrity === undefined || !fits(entry) || existsSync(content(entry.integrity))) continue;
  process.stdout.write(`${entry.name ?? path.split("node_modules/").at(-1)}@${entry.version}\n`);
}
