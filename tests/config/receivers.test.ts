import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { Config } from "../../src/config/schema.ts";
import { shown } from "../../src/config/shown.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "./folder.ts";

test("a receiver of each kind needs little", () => {
  const { receivers } = Config.parse({
    receivers: {
      phone: { kind: "ntfy", url: "https://ntfy.sh/my-herd" },
      chat: { kind: "webhook", url: "http://localhost:8065/hooks/{secret}" },
      script: { kind: "exec", command: "/usr/local/bin/tell" },
      journal: { kind: "log" },
    },
  });
  const { phone, script } = receivers;
  assert.ok(phone?.kind === "ntfy" && script?.kind === "exec");
  assert.deepEqual([phone.retry, phone.timeout, phone.priorities.fail], [86_400, 30, 4]);
  assert.deepEqual(script.command, ["/usr/local/bin/tell"]);
});

const REFUSED: readonly (readonly [toml: string, says: RegExp])[] = [
  ["kind = 'sms'", /receivers\.x\.kind: must be "webhook", "ntfy", "exec" or "log"$/],
  ["url = 'https://x.org/t'", /receivers\.x\.kind: must be "webhook", "ntfy", "exec" or "log"$/],
  ["kind = 'webhook'", /receivers\.x\.url: must be text/],
  ["kind = 'webhook'\nurl = 'ftp://x.org/'", /receivers\.x\.url: an address such as https:/],
  ["kind = 'webhook'\nurl = 'https://me:it@x.org/'", /url: must hold no user and no password; put a token/],
  ["kind = 'webhook'\nurl = 'https://{secret}.x.org/'", /url: must hold no user and no password/],
  ["kind = 'webhook'\nurl = 'http://x.org/'", /receivers\.x\.url: goes over the network in the clear/],
  [
    "kind = 'ntfy'\nurl = 'https://ntfy.sh/'",
    /receivers\.x\.url: must end with the topic: letters, digits, _ and -/,
  ],
  ["kind = 'ntfy'\nurl = 'https://ntfy.sh/a?x'", /receivers\.x\.url: must end with the topic/],
  [
    "kind = 'ntfy'\nurl = 'https://ntfy.sh/a'\npriorities.fail = 6",
    /receivers\.x\.priorities\.fail: must be 5 or less/,
  ],
  ["kind = 'exec'\ncommand = ['tell']", /receivers\.x\.command: must begin with the absolute path/],
  ["kind = 'exec'\ncommand = []", /receivers\.x\.command: must begin with the absolute path/],
  [
    "kind = 'exec'\ncommand = '/bin/x'\ntimeout = '5min'",
    /timeout: a span .* at least "1s" and at most "1min"/,
  ],
  ["kind = 'log'\nurl = 'https://x.org'", /receivers\.x\.url: is no key; it belongs to another `kind`/],
  ["kind = 'log'\nretri = '1d'", /receivers\.x\.retri: is no key; did you mean receivers\.x\.retry\?/],
];
for (const [toml, says] of REFUSED)
  test(`a receiver with ${toml.replaceAll("\n", ", ")} is refused, and the cure is named`, (t) => {
    const { write } = folder(t);
    const file = write("c", `[receivers.x]\n${toml}\n`);
    assert.throws(
      () => loadConfig(file, {}),
      (error) => says.test(explain(error).replaceAll(file, "FILE")) || assert.fail(explain(error)),
    );
  });

test("no receiver is called mail, or as nothing can be called", (t) => {
  const { write } = folder(t);
  const load = (name: string) => () => loadConfig(write("c", `[receivers.${name}]\nkind = "log"\n`), {});
  assert.throws(load("mail"), /receivers\.mail: cannot be called so: `mail` is there already, see \[mail\]/);
  assert.throws(load("My-Phone"), /cannot be called so: lower-case letters, digits, - and _ only/);
  assert.throws(load('"a/b"'), /cannot be called so/);
  assert.throws(() => loadConfig(write("c", "[receivers]\nx = 1\n"), {}), /receivers\.x: must be a table/);
});

test("of an address no more is shown than the host: the rest may be a secret", () => {
  const config = Config.parse({
    receivers: {
      chat: { kind: "webhook", url: "https://chat.example.org/hooks/hunter2?key=3", secret: "/s" },
      phone: { kind: "ntfy", url: "http://[::1]:80/hunter2" },
    },
  });
  const receivers = shown(config)["receivers"];
  assert.doesNotMatch(JSON.stringify(receivers), /hunter2|key/);
  assert.match(JSON.stringify(receivers), /"https:\/\/chat\.example\.org\/\*\*\*"/);
});
