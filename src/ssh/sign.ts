import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeDirectory } from "../directories.ts";
import { Trouble } from "../trouble.ts";
import type { Key } from "./key.ts";
import { openssh } from "./openssh.ts";
import { scratch } from "./scratch.ts";

/** Signs a text. ssh-keygen asks for a passphrase or a touch where its key has one.
 * @param namespace  what it is signed for: for anything else the signature is worth nothing
 * @returns an armored signature
 * @throws Trouble when none comes of it; why has been said on stderr then */
export async function sign(text: string, key: Key, namespace: string): Promise<string> {
  if (key.kind === "file") return await signed(text, key.file, key, namespace);
  return await scratch(runtimeDirectory(), async (folder) => {
    const file = join(folder, "key.pub");
    writeFileSync(file, `${key.line}\n`, { mode: 0o600 });
    return await signed(text, file, key, namespace);
  });
}

async function signed(
  text: string,
  file: string,
  { words: called }: Key,
  namespace: string,
): Promise<string> {
  const words = ["-q", "-Y", "sign", "-f", file, "-n", namespace];
  const { status, stdout } = await openssh("ssh-keygen", words, { input: text, person: true });
  if (status === 0) return stdout;
  throw new Trouble(`ssh-keygen did not sign with ${called} (exit ${status})`, {
    advice: "see above; --key FILE names another key",
  });
}
