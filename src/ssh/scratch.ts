import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../folder.ts";

const PREFIX = "deed-";

/** Does something with a folder that nobody else can enter, and that is gone afterwards: ssh-keygen takes signatures and
 * lists of signers as files only.
 * @param home  where it is made */
export async function scratch<Outcome>(
  home: string,
  act: (folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  makeFolder(home, 0o700);
  const folder = mkdtempSync(join(home, PREFIX)); // mode 0700
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes what somebody has left who was killed. Nobody else may be at it. */
export function clear(home: string): void {
  for (const name of readdirSync(home))
    if (name.startsWith(PREFIX)) rmSync(join(home, name), { recursive: true, force: true });
}
