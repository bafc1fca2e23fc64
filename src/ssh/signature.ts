import { createHash } from "node:crypto";
import { bad, good, type Result } from "../trouble.ts";

/** Characters of a signature as it is written. The longest RSA key that OpenSSH makes, in a certificate, has half. */
const LONGEST = 16 * 1024;

/** Who has made a signature, as it says itself. */
export interface Signer {
  /** "ssh-ed25519", or "ssh-ed25519-cert-v01@openssh.com" */
  readonly type: string;
  /** The key in base64, as it stands in lists of keys. */
  readonly key: string;
  /** "SHA256:…", as ssh-keygen shows it. */
  readonly fingerprint: string;
}

/** Reads off a signature which key it is of. Whether it is right is for ssh-keygen to say; but a key that nobody has
 * listed need not be asked about, and a person wants to know which it was.
 * @see OpenSSH's PROTOCOL.sshsig */
export function signerOf(armored: string): Result<Signer, string> {
  if (armored.length > LONGEST) return bad(`its signature is longer than ${LONGEST} characters`);
  const [, body] = ARMOR.exec(armored) ?? [];
  const bytes = Buffer.from(body ?? "", "base64");
  const blob = bytes.subarray(0, 6).toString("latin1") === "SSHSIG" ? string(bytes, 10) : undefined;
  const type = blob === undefined ? undefined : string(blob, 0)?.toString("latin1");
  if (blob === undefined || type === undefined || !/^[a-z0-9@.-]{1,64}$/.test(type))
    return bad("its signature is none that `ssh-keygen -Y sign` makes");
  const hash = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return good({ type, key: blob.toString("base64"), fingerprint: `SHA256:${hash}` });
}

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/;

/** A text of SSH's: four bytes of its length, then as many. */
function string(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes.length < at + 4) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}
