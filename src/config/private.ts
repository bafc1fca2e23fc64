import type { Stats } from "node:fs";

/** How a file may be used by others than its owner, as chmod writes it ("0644"); undefined when not at all. */
export function loose(stats: Stats): string | undefined {
  return (stats.mode & 0o077) === 0 ? undefined : (stats.mode & 0o7777).toString(8).padStart(4, "0");
}
