import * as z from "zod/mini";
import { NAME, NAMING } from "../name.ts";
import { key } from "./about.ts";
import { file, list, span, text } from "./kind.ts";

const retry = () =>
  key(
    span("1d", { shortest: "1min", longest: "30d" }),
    "How long what is not taken for now is tried again; then it is dead, and that is barked",
    { unit: "span" },
  );
const timeout = (what: string) =>
  // Less than the watchdog of the unit waits for: nothing shows that it lives while it waits for an answer.
  key(span("30s", { shortest: "1s", longest: "1min" }), what, { unit: "span" });

/** Where `{secret}` may stand: text that is still an address when something stands in its place. */
const address = (given: string): URL | undefined => {
  const filled = given.replaceAll("{secret}", "secret");
  return URL.canParse(filled) ? new URL(filled) : undefined;
};
const url = text.check(
  z.refine((given) => /^https?:$/.test(address(given)?.protocol ?? ""), {
    error: "an address such as https://example.org/path is needed",
  }),
  z.refine((given) => !/^[a-z]+:\/\/[^/?#]*[@{]/i.test(given), {
    error: "must hold no user and no password; put a token into the file that `secret` names",
  }),
);

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** What goes over the network in the clear can be read and altered by whoever is in between. */
const sealed = z.refine<{ readonly url: string; readonly insecure: boolean }>(
  ({ url, insecure }) => {
    const at = address(url);
    return at?.protocol !== "http:" || insecure || LOOPBACK.test(at.hostname);
  },
  {
    path: ["url"],
    error: "goes over the network in the clear; write https://, or set `insecure` where that is meant",
  },
);

const network = () => ({
  insecure: key(z._default(z.boolean(), false), "Whether http:// may be spoken beyond this machine"),
  ca: key(z.optional(file), "Certificates to trust (PEM) besides the system's", {
    example: "/etc/sheepdog/ca.pem",
  }),
  timeout: timeout("How long an answer is waited for"),
  retry: retry(),
});

const Webhook = z
  .strictObject({
    kind: key(z.literal("webhook"), "A POST of JSON: what is told, and `title` and `text` for people", {
      example: "webhook",
    }),
    url: key(
      url,
      "Where it is posted. Where the address itself is the secret, as chats have it, `{secret}` stands for that part",
      { example: "https://chat.example.org/hooks/{secret}", secret: "path" },
    ),
    secret: key(
      z.optional(file),
      "File of mode 0600 with the token, sent as `Authorization: Bearer` unless it stands in `url`; when absent, the systemd credential `receiver_NAME`, a file NAME in /etc/credstore/sheepdog.receivers",
      { example: "/etc/sheepdog/chat.secret" },
    ),
    sign: key(
      z.optional(file),
      "File of mode 0600 with the key of a signature (HMAC-SHA256, as standardwebhooks.com has it), by which the other side knows that it is us",
      { example: "/etc/sheepdog/chat.key" },
    ),
    ...network(),
  })
  .check(sealed);

const priority = (fallback: number, of: string) =>
  key(z._default(z.int().check(z.gte(1), z.lte(5)), fallback), of);
const Priorities = z.strictObject({
  fail: priority(4, "Of what failed; 5 rings for long"),
  missing: priority(4, "Of what did not come"),
  unknown: priority(3, "Of what cannot be judged"),
  warning: priority(3, "Of what needs a look"),
  ok: priority(2, "Of what is well again; 1 and 2 make no sound"),
});

const TOPIC = /^[a-z]+:\/\/[^/?#]+\/([^?#]*\/)?[A-Za-z0-9_-]{1,64}$/i;
const Ntfy = z
  .strictObject({
    kind: key(z.literal("ntfy"), "A telephone, by ntfy.sh or an ntfy server of your own", {
      example: "ntfy",
    }),
    url: key(
      url.check(
        z.regex(TOPIC, {
          error: "must end with the topic: letters, digits, _ and -, such as https://ntfy.sh/my-herd",
        }),
      ),
      "The address of the topic. Whoever knows the name of a topic on a public server can read it",
      { example: "https://ntfy.example.org/herd", secret: "path" },
    ),
    secret: key(
      z.optional(file),
      "File of mode 0600 with the access token; when absent, the systemd credential `receiver_NAME`, a file NAME in /etc/credstore/sheepdog.receivers",
      { example: "/etc/sheepdog/phone.secret" },
    ),
    ...network(),
    priorities: key(z.prefault(Priorities, {}), "How loud, from 1 to 5, by level"),
  })
  .check(sealed);

const Exec = z.strictObject({
  kind: key(z.literal("exec"), "A program in any language", { example: "exec" }),
  command: key(
    list(text, "a list of the program and its arguments is needed").check(
      z.refine((words) => words[0]?.startsWith("/") === true, {
        error: 'must begin with the absolute path of a program, such as ["/usr/local/bin/tell", "ops"]',
      }),
    ),
    "The program and its arguments; no shell stands in between. It reads JSON on stdin; exit 0: told; 75: try again; anything else: dead",
    { example: ["/usr/local/bin/tell", "ops"] },
  ),
  timeout: timeout("How long it may take"),
  retry: retry(),
});

const Log = z.strictObject({
  kind: key(z.literal("log"), "A line a notice in the journal, with the priority of its level", {
    example: "log",
  }),
  retry: retry(),
});

const KINDS = 'must be "webhook", "ntfy", "exec" or "log"';
const Receiver = z.discriminatedUnion(
  "kind",
  [
    key(Ntfy, "Ways to tell people besides mail, one table each; routes name them. A telephone", {
      example: "phone",
    }),
    key(Webhook, "A program on the network, or a chat", { example: "chat" }),
    key(Exec, "A program on this machine", { example: "script" }),
    key(Log, "The journal", { example: "journal" }),
  ],
  { error: ({ code }) => (code === "invalid_union" ? KINDS : "must be a table of keys and values") },
);

/** The ways by which people are told besides mail, by name. */
export const Receivers = z.record(
  z.string().check(
    z.regex(NAME, { error: NAMING }),
    z.refine((name) => name !== "mail", { error: "`mail` is there already, see [mail]" }),
  ),
  Receiver,
);

export type Receiver = z.output<typeof Receiver>;
export type Webhook = z.output<typeof Webhook>;
export type Ntfy = z.output<typeof Ntfy>;
export type Exec = z.output<typeof Exec>;
