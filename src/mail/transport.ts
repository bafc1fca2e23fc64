import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mail } from "../config/mail.ts";
import { secret } from "../config/secret.ts";
import { Trouble } from "../trouble.ts";
import { openFolder } from "./folder.ts";
import type { Transport } from "./outcome.ts";
import { openSendmail } from "./sendmail.ts";
import { openSmtp } from "./smtp.ts";

/** How mail leaves, as `mail.uri` says; files in the state directory when it says nothing.
 * Nothing is connected to yet.
 * @param name   what this machine is called
 * @param state  the state directory
 * @throws Trouble when the settings cannot work, whatever the server says */
export function openTransport(mail: Mail, name: string, state: string): Transport {
  const uri = mail.uri;
  if (uri === undefined) return openFolder(join(state, "mail"));
  if (uri.startsWith("sendmail:")) return openSendmail(uri.slice("sendmail:".length));
  if (uri.startsWith("file:")) return openFolder(folderOf(uri));
  return openSmtp(uri, mail.starttls, secret("smtp", mail.secret), name);
}

function folderOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new Trouble(`mail.uri ${uri} is no folder of this machine`, {
      kind: "configuration",
      advice: "write file:/folder",
      cause: error,
    });
  }
}
