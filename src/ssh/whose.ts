import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Epoch } from "../time.ts";
import { bad, errno, good, type Result } from "../trouble.ts";
import { unreliable } from "./list.ts";
import { complaint, openssh } from "./openssh.ts";
import type { Signer } from "./signature.ts";

/** A text, and who says to have signed it. */
export interface Signed {
  readonly text: string;
  readonly signature: string;
  readonly signer: Signer;
}

/** Whom somebody believes. */
export interface List {
  /** ssh-keygen(1), ALLOWED SIGNERS. */
  readonly file: string;
  /** What it is called: "the list of operators". */
  readonly called: string;
  /** What a signature must be made for. */
  readonly namespace: string;
  /** At which moment the key had to be good; now when absent. */
  readonly moment?: Epoch;
}

/** Why a key need not be asked about: no list that can be relied on has it. A certificate has the key of its authority
 * there, and that is for ssh-keygen to find.
 * @returns undefined where it is listed */
export function unlisted(
  { type, key, fingerprint }: Signer,
  { file, called, namespace }: List,
): string | undefined {
  const about = `it is signed by the key ${fingerprint}`;
  try {
    const why = unreliable(file);
    if (why !== undefined) return `${about}, and ${called} ${file} is not used: ${why}`;
    if (type.includes("-cert-") || readFileSync(file, "utf8").includes(key)) return undefined;
    return `${about}, which is not in ${called} ${file}; let root add its line there`;
  } catch (error) {
    const code = errno(error) ?? "unknown";
    return `${about}, and there is no ${called.replace(/^the /, "")} ${file} (${code}); let root make it, one line a person: NAME namespaces="${namespace}" and the public key`;
  }
}

/** Whose signature it is, as the list calls them. Costs two processes or more.
 * @param folder  for this check alone
 * @param preferred  of several names of one key, these first
 * @throws Trouble when ssh-keygen cannot be run */
export async function whose(
  signed: Signed,
  list: List,
  folder: string,
  preferred: (name: string) => boolean = () => false,
): Promise<Result<string, string>> {
  const sig = join(folder, "signature");
  writeFileSync(sig, signed.signature, { mode: 0o600 });
  const found = await openssh("ssh-keygen", [
    "-Y",
    "find-principals",
    "-f",
    list.file,
    "-s",
    sig,
    ...timely(list),
  ]);
  const names = found.stdout.split("\n").filter((name) => name !== "");
  if (found.status !== 0 || names.length === 0)
    return bad(`its signature is not accepted by ${list.called} ${list.file}: ${complaint(found)}`);
  return await among(
    [...names].sort((one, other) => Number(preferred(other)) - Number(preferred(one))),
    sig,
    signed,
    list,
  );
}

/** Whether it is of the one key that is believed.
 * @param key  a line of authorized_keys
 * @param folder  for this check alone
 * @returns the name, or why it is not
 * @throws Trouble when ssh-keygen cannot be run */
export async function ofOne(
  { text, signature }: Pick<Signed, "text" | "signature">,
  { name, key, namespace }: { readonly name: string; readonly key: string; readonly namespace: string },
  folder: string,
): Promise<Result<string, string>> {
  const [file, sig] = [join(folder, "signers"), join(folder, "signature")];
  writeFileSync(sig, signature, { mode: 0o600 });
  writeFileSync(file, `${name} namespaces="${namespace}" ${key}\n`, { mode: 0o600 });
  return await among([name], sig, { text }, { file, namespace });
}

/** @param sig  file with the signature
 * @returns the first of these names whose signature it is */
async function among(
  names: readonly string[],
  sig: string,
  { text }: Pick<Signed, "text">,
  list: Pick<List, "file" | "namespace" | "moment">,
): Promise<Result<string, string>> {
  let why = "";
  for (const name of names) {
    const words = [
      "-Y",
      "verify",
      "-f",
      list.file,
      "-I",
      name,
      "-n",
      list.namespace,
      "-s",
      sig,
      ...timely(list),
    ];
    const checked = await openssh("ssh-keygen", words, { input: text });
    if (checked.status === 0) return good(name);
    why ||= complaint(checked);
  }
  return bad(`its signature is not right: ${why}`);
}

/** By the clock on the wall: older ones know no other. */
function timely({ moment }: Pick<List, "moment">): readonly string[] {
  if (moment === undefined) return [];
  const date = new Date(moment);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return [
    "-O",
    `verify-time=${day}${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`,
  ];
}
