import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../support/folder.ts";
import { npm, pack, packSheepdog } from "../support/npm.ts";

test("npm pack makes a tarball that installs, puts the commands on the PATH, and finds plugins beside it", (t) => {
  const home = folder(t);
  const prefix = join(home, "prefix");
  mkdirSync(prefix);
  const tarball = packSheepdog(t);
  execFileSync("npm", ["install", "--global", "--ignore-scripts", "--prefix", prefix, tarball], {
    cwd: home,
    stdio: "pipe",
  });
  // What would be compiled here for minutes was compiled by setup.sh.
  for (const name of ["better-sqlite3", "sd-notify"]) {
    const built = join("node_modules", name, "build");
    const place = join(prefix, "lib/node_modules/sheepdog", built);
    if (existsSync(built)) cpSync(built, place, { recursive: true });
  }
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
