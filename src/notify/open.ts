import type { Receiver } from "../config/receiver.ts";
import { secret, secretFile } from "../config/secret.ts";
import { slurp } from "../config/slurp.ts";
import { Trouble } from "../trouble.ts";
import { openExec } from "./exec.ts";
import { openLog } from "./log.ts";
import { openNtfy } from "./ntfy.ts";
import type { Way } from "./outcome.ts";
import { openWebhook } from "./webhook.ts";

/** What ways work with. */
export interface Means {
  /** Folder for pipes. */
  readonly pipes: string;
  /** Takes what is told to the journal. */
  readonly write: (line: string) => void;
  /** Where the folder of credentials is found. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The way to a receiver. Nothing is connected to yet.
 * @throws Trouble when a secret, a certificate or a program that it needs is of no use */
export function openWay(name: string, receiver: Receiver, { pipes, write, environment }: Means): Way {
  switch (receiver.kind) {
    case "ntfy":
      checkAuthorities(receiver.ca);
      return openNtfy(receiver, token(name, receiver.secret, environment));
    case "webhook": {
      checkAuthorities(receiver.ca);
      const given = token(name, receiver.secret, environment);
      if (given === undefined && receiver.url.includes("{secret}"))
        throw new Trouble(`there is no secret for receivers.${name}.url`, {
          kind: "configuration",
          advice: `put it into a file of mode 0600 and name that as \`secret\`, or into /etc/credstore/sheepdog.receivers/${name}`,
        });
      return openWebhook(receiver, {
        token: given,
        key: receiver.sign === undefined ? undefined : secretFile(receiver.sign),
      });
    }
    case "exec":
      return openExec(name, receiver, pipes);
    case "log":
      return openLog(write);
    default:
      return receiver satisfies never;
  }
}

/** It stands in a header or an address. */
function token(
  name: string,
  file: string | undefined,
  environment: Means["environment"],
): string | undefined {
  const given = secret(`receiver_${name}`, file, environment);
  if (given === undefined || /^[\x21-\x7e]+$/.test(given)) return given;
  throw new Trouble(`the secret of receivers.${name} holds what no token does`, {
    kind: "configuration",
    advice: "write one line of ASCII without blanks into its file, and nothing else",
  });
}

/** 4 MiB: the authorities of a whole system have 0.3. */
const LARGEST = 4 * 1024 * 1024;

function checkAuthorities(file: string | undefined): void {
  if (file === undefined || slurp(file, LARGEST).bytes.includes("-----BEGIN CERTIFICATE-----")) return;
  throw new Trouble(`${file} holds no certificate`, {
    kind: "configuration",
    advice: "name a file with certificates as PEM",
  });
}
