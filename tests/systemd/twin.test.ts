import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { unit, watched } from "../support/watched.ts";

const JOB = (tag: string): string => `/usr/bin/sheepdog -t ${tag} -e 'exit 5'`;
/** Units in which a wrapped job fails and the unit goes on; then the unit fails of something else. */
const UNITS = {
  tolerant: `Type=oneshot\nExecStart=-${JOB("tolerant")}\nExecStart=/bin/sh -c 'exit 6'`,
  prepared: `Type=oneshot\nExecStartPre=-${JOB("prepared")}\nExecStart=/bin/sh -c 'exit 6'`,
  reloaded: `ExecStart=/bin/sh -c 'sleep 2; exit 6'\nExecReload=${JOB("reloaded")}`,
} as const;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);
  for (const [name, service] of Object.entries(UNITS))
    await t.test(
      `a unit that goes on after a wrapped job, and then fails, is told, too (${name})`,
      async () => {
        await unit(host, `${name}.service`, service, "OnFailure=sheepdog-bark@%n.service");
        await host.sh(`systemctl daemon-reload; systemctl start ${name}; systemctl reload ${name}; :`);
        await host.barked(name, 1);
        const [bark] = await host.barked(`${name}.service`, 1);
        assert.match(bark?.summary ?? "", /^exit 6/);
      },
    );
});
