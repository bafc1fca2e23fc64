import type { Receiver } from "../config/receiver.ts";
import { secret, secretFile } from "../config/secret.ts";
import { slurp } from "../config/slurp.ts";
import { Trouble } from "../trouble.ts";
import { checkProgram, openExec } from "./exec.ts";
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
 * @throws Trouble when what it needs is of no use, or is missing */
export function openWay(name: string, receiver: Receiver, { pipes, write, environment }: Means): Way {
  for (const [, look] of needs(name, receiver)) look();
  switch (receiver.kind) {
    case "ntfy":
      return openNtfy(receiver, token(name, receiver.secret, environment));
    case "webhook": {
      const given = token(name, receiver.secret, environment);
      if (given === undefined && receiver.url.includes("{secret}"))
        throw wrong(
          `there is no secret for receivers.${name}.url`,
          `put it into a file of mode 0600 and name that as \`secret\`, or into ${CREDSTORE}/${name}`,
        );
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

/** Where systemd finds the tokens of receivers, each in a file of its name (systemd/sheepdog-notifier.service). */
export const CREDSTORE = "/etc/credstore/sheepdog.receivers";

/** The files that a receiver names.
 * @returns each with its key, and what throws Trouble when it is of no use */
export function needs(
  name: string,
  receiver: Receiver,
): readonly (readonly [key: string, look: () => unknown])[] {
  if (receiver.kind === "exec") return [["command", () => checkProgram(name, receiver)]];
  if (receiver.kind === "log") return [];
  const { secret, ca } = receiver;
  const sign = receiver.kind === "webhook" ? receiver.sign : undefined;
  return [
    ...(secret === undefined ? [] : [["secret", () => token(name, secret)] as const]),
    ...(sign === undefined ? [] : [["sign", () => secretFile(sign)] as const]),
    ...(ca === undefined ? [] : [["ca", () => checkAuthorities(ca)] as const]),
  ];
}

/** It stands in a header or an address. */
function token(
  name: string,
  file: string | undefined,
  environment?: Means["environment"],
): string | undefined {
  const given = secret(`receiver_${name}`, file, environment);
  if (given === undefined || /^[\x21-\x7e]+$/.test(given)) return given;
  throw wrong(
    `the secret of receivers.${name} holds what no token does`,
    "write one line of ASCII without blanks into its file, and nothing else",
  );
}

/** 4 MiB: the authorities of a whole system have 0.3. */
const LARGEST = 4 * 1024 * 1024;

function checkAuthorities(file: string): void {
  if (slurp(file, LARGEST).bytes.includes("-----BEGIN CERTIFICATE-----")) return;
  throw wrong(`${file} holds no certificate`, "name a file with certificates as PEM");
}

const wrong = (message: string, advice: string): Trouble =>
  new Trouble(message, { kind: "configuration", advice });
