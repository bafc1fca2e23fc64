import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { folder } from "../support/folder.ts";
import { npm, pack, packSheepdog } from "../support/npm.ts";

test("npm pack makes a tarball that installs, puts the commands on the PATH, and finds plugins beside it", (t) => {
  const home = folder(t);
  const prefix = join(home, "prefix");
  mkdirSync(prefix);
  const tarball = packSheepdog(t);
  // As setup.sh does it: the headers that came with this node, where they did.
  const node = dirname(dirname(process.execPath));
  const headers = existsSync(join(node, "include/node/node.h")) ? { npm_config_nodedir: node } : {};
  execFileSync("npm", ["install", "--global", "--prefix", prefix, tarball], {
    cwd: home,
    env: { ...headers, ...process.env },
    stdio: "pipe",
  });
  const environment = {
    PATH: `${join(prefix, "bin")}:${process.env["PATH"]}`,
    HOME: home,
    SHEEPDOG_STATE: join(home, "state"),
    SHEEPDOG_SPOOL: join(home, "spool"),
  };
  const run = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  for (const command of ["sheepdog", "sheepdog-handler", "sheepdog-mailer", "sheepdog-flush"])
    assert.match(run(command, "--version"), /^\d+\.\d+\.\d+\n$/);
  run("sheepdog", "-t", "PACKED", "--always", "-e", "true");
  run("sheepdog-handler", "--once");
  assert.match(run("sheepdog", "list"), /\tPACKED\t/);
  assert.match(run("sheepdog", "demo"), /all well/);

  const pond = pack(
    t,
    { name: "@farm/sheepdog-plugin-pond", main: "pond.ts" },
    {
      "pond.ts": `import { plugin } from "sheepdog/plugin";
export default plugin({ name: "pond", about: "a pond", monitor: () => ({ level: "ok", summary: "2 m deep" }) });`,
    },
  );
  npm(t, home, "install", "--global", "--prefix", prefix, pond);
  const place = join(prefix, "lib/node_modules/@farm/sheepdog-plugin-pond");
  assert.ok(run("sheepdog", "plugin", "list").includes(`\npond\t${place}\t`));
  run("sheepdog-indicator", "pond");
  run("sheepdog-handler", "--once");
  assert.match(run("sheepdog", "list"), /\tpond\t.*2 m deep/);
});
