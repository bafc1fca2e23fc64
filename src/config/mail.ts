import * as z from "zod/mini";
import { isAddress } from "../address.ts";
import { key } from "./about.ts";
import { addresses, file, list, span, text } from "./kind.ts";

/** An address, or one in angle brackets after a name. */
const sender = text.check(
  z.refine((given) => isAddress((/^[^<>]*<([^<>]*)>$/.exec(given)?.[1] ?? given).trim()), {
    error: "one address such as sheepdog@example.org is needed, or Name <sheepdog@example.org>",
  }),
);

const uri = z.string().check(
  z.regex(/^(smtps?:\/\/|sendmail:|file:\/)/, {
    error: "smtp://user@host:587, smtps://user@host, sendmail: or file:/folder is needed",
  }),
  z.refine((given) => !given.startsWith("smtp") || (URL.canParse(given) && new URL(given).hostname !== ""), {
    error: "is no URL with a host; write @ : / # % in a user or password as %40 %3A %2F %23 %25",
  }),
);

/** How a person is told by mail. */
export const Mail = z.strictObject({
  to: key(
    z.optional(addresses),
    "Who is told. When absent: the user whose job it was, as cron does; root for what Sheepdog itself has to say",
    {
      example: ["ops@example.org"],
    },
  ),
  from: key(z.optional(sender), "Sender; when absent sheepdog@ this machine", {
    example: "sheepdog@example.org",
  }),
  uri: key(
    z.optional(uri),
    "How mail leaves: smtp:// (STARTTLS where offered), smtps://, sendmail: (not in the sandbox of the systemd unit: say smtp://localhost there), file:/folder. When absent it is written to files in the state directory",
    { secret: "password", example: "smtp://sheepdog@smtp.example.org:587" },
  ),
  secret: key(
    z.optional(file),
    "File of mode 0600 with the SMTP password; when absent, the systemd credential `smtp`",
    { example: "/etc/sheepdog/smtp.secret" },
  ),
  starttls: key(
    z._default(z.enum(["may", "must", "never"]), "may"),
    "Whether smtp:// must turn to TLS (may, must, never); a password is sent over TLS or loopback only",
  ),
  allow: key(
    z._default(list(text, "a list of addresses is needed"), ["*"]),
    "Addresses, with * as wildcard, that a bark itself may name; others are told to `to` instead",
  ),
  retry: key(
    span("3d", { shortest: "1min", longest: "30d" }),
    "How long a mail that is refused for now is tried again",
    { unit: "span" },
  ),
});
export type Mail = z.output<typeof Mail>;
