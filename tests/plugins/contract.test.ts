import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { builtins } from "../../src/plugin/builtin.ts";
import { RESERVED } from "../../src/plugin/fault.ts";
import { find } from "../../src/plugin/find.ts";
import { load } from "../../src/plugin/load.ts";
import { explainSettings } from "../../src/plugin/manual.ts";
import { rhythmOf } from "../../src/plugin/rhythm.ts";
import { tryOut } from "../../src/plugin/suite.ts";
import { seconds } from "../../src/time.ts";

/** What a plugin must be told before it can read anything. */
const NEEDED: Readonly<Record<string, object>> = {
  nagios: { command: ["/bin/echo", "OK"] },
  http: { urls: ["http://127.0.0.1:1/"] },
  borg: { repository: "/nowhere" },
  restic: { repository: "/nowhere" },
  file: { paths: ["/etc/passwd"] },
  certificate: { files: ["/nowhere"] },
  tcp: { hosts: ["127.0.0.1:1"] },
};
/** Machines differ in what they have: there it is enough that it says so. */
const MAY_BE_ABSENT = "its monitor can read the indicator";

for (const name of builtins())
  test(`the plugin ${name} keeps the contract`, async () => {
    const plugin = await load(find(name, []));
    const tried = await tryOut(
      plugin,
      { ...NEEDED[name] },
      {
        host: "here",
        user: "me",
        tag: name,
        before: undefined,
        timeout: seconds(20),
        pipes: join(tmpdir(), "sheepdog-test-pipes"),
      },
    );
    const broken = tried.clauses.filter(({ fault, text }) => fault !== undefined && text !== MAY_BE_ABSENT);
    assert.deepEqual(broken, []);
    for (const { name: setting, about, value } of explainSettings(plugin)) {
      assert.ok(about.length > 5, setting);
      assert.notEqual(value, undefined);
      assert.ok(!(RESERVED as readonly string[]).includes(setting));
    }
    if (plugin.monitor !== undefined) assert.ok(rhythmOf({ plugin, table: {} } as never));
  });
