import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folder } from "./folder.ts";

/** Puts small shell scripts before all other programs for as long as the test lasts.
 * @param programs  the text of each, without its first line, by name */
export function first(t: TestContext, programs: Readonly<Record<string, string>>): string {
  const place = folder(t);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(place, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(place, name), 0o755);
  }
  const before = process.env["PATH"];
  process.env["PATH"] = `${place}:${before}`;
  t.after(() => {
    process.env["PATH"] = before;
  });
  return place;
}

/** A script that says one thing, whatever it is asked. */
export const says = (text: string): string => `cat <<'SAID'\n${text.trimEnd()}\nSAID`;
