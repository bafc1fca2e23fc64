// Bundles what ships into dist/: one file a command, and one for each part that a command loads, early or late.
// Bundled CommonJS with cached code starts five times as fast as the modules it is made of
// (docs/decisions/0001-start.md).
import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { completions } from "./completions.mjs";
import { commandLines, help } from "./helps.mjs";
import { manuals } from "./man.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const out = join(root, "dist");

/** The module of each command, and flags of node's own for it: units that idle for days are set for little memory
 * (docs/decisions/0003-memory.md). */
const COMMANDS = {
  sheepdog: { module: "./src/cli/sheepdog.ts", flags: [] },
  "sheepdog-handler": {
    module: "./src/unit/handler.ts",
    flags: ["--optimize-for-size", "--max-semi-space-size=2", "--heap-growing-percent=30"],
  },
  "sheepdog-mailer": {
    module: "./src/unit/mailer.ts",
    flags: ["--optimize-for-size", "--max-semi-space-size=1"],
  },
  "sheepdog-receiver": {
    module: "./src/unit/receiver.ts",
    flags: ["--optimize-for-size", "--max-semi-space-size=1"],
  },
  "sheepdog-notifier": {
    module: "./src/unit/notifier.ts",
    flags: ["--optimize-for-size", "--max-semi-space-size=1"],
  },
  "sheepdog-agent": {
    module: "./src/unit/agent.ts",
    flags: ["--optimize-for-size", "--max-semi-space-size=1"],
  },
  "sheepdog-job": { module: "./src/unit/job.ts", flags: [] },
  "sheepdog-flush": { module: "./src/unit/flush.ts", flags: [] },
  "sheepdog-bark": { module: "./src/unit/bark.ts", flags: [] },
  "sheepdog-sweep": { module: "./src/unit/sweep.ts", flags: [] },
  "sheepdog-rounds": { module: "./src/unit/rounds.ts", flags: [] },
  "sheepdog-daemon": { module: "./src/unit/daemon.ts", flags: [] },
  "sheepdog-indicator": { module: "./src/unit/indicator.ts", flags: [] },
};

const scratch = mkdtempSync(join(tmpdir(), "sheepdog-build-"));
// Nobody listens there: a bark is left in the spool, and what would have sent it is loaded.
const unheard = join(scratch, "unheard.toml");
writeFileSync(unheard, `[redis]\nsocket = "${scratch}/none"\n`);
// Read by the others, since it lies where a configuration is looked for.
mkdirSync(join(scratch, ".config/sheepdog"), { recursive: true });
const plans = ["plans", "plans.ics"].map((name) => join(scratch, name));
writeFileSync(plans[0], "*/* every day\n");
writeFileSync(
  plans[1],
  "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T090000\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n",
);
writeFileSync(
  join(scratch, ".config/sheepdog/sheepdog.toml"),
  `[indicators.disk]\nwarn = "80%"\n[diary]\nfiles = ${JSON.stringify(plans)}\n`,
);

/** Runs that load each part once, so that its code is cached. */
const WARMING = [
  ["sheepdog", "-e", "true"],
  ["sheepdog", "-e", "exit 3"],
  ["sheepdog", "-e", "true"],
  ["sheepdog", "-c", unheard, "-e", "exit 3"],
  ["sheepdog", "list", "--json"],
  ["sheepdog", "diary"],
  ["sheepdog-handler", "--once"],
  ["sheepdog-mailer", "--once"],
  ["sheepdog-receiver", "--once"],
  ["sheepdog-notifier", "--once"],
  ["sheepdog-agent", "--once"],
  ["sheepdog-job", "take"],
  ["sheepdog-flush"],
  ...["disk", "load", "machine", "memory", "ping", "raid", "systemd", "time", "uptime"].map((name) => [
    "sheepdog-indicator",
    name,
  ]),
  ["sheepdog-bark", "none.service"],
];

/** What import() loads becomes a part of its own, found on the way. */
const found = new Map();
const nameOf = (file) =>
  relative(root, file)
    .replace(/^(node_modules|src)\//, "")
    .replace(/\.[a-z]+$/, "")
    .replaceAll("/", "-");
const split = {
  name: "split",
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:") || pluginData === "asked") return undefined;
      const target = await build.resolve(path, { kind, resolveDir, importer, pluginData: "asked" });
      if (target.errors.length > 0 || target.external) return target;
      const name = nameOf(target.path);
      if (!found.has(name)) found.set(name, target.path);
      return { path: `./${name}.cjs`, external: true };
    });
  },
};

/** Where plugins are found in their folder as long as nothing is bundled, the bundle has a table of them; each is a
 * part of its own. */
const plugins = readdirSync(join(root, "src/plugins")).map((file) => file.replace(/\.ts$/, ""));
const table = {
  name: "table",
  setup(build) {
    build.onLoad({ filter: /\/src\/plugin\/builtin\.ts$/ }, () => ({
      loader: "ts",
      contents: `const TABLE = {${plugins.map((name) => `${JSON.stringify(name)}: () => import("../plugins/${name}.ts")`).join(", ")}};
        export const builtins = () => Object.keys(TABLE);
        export const builtin = (name: string) => TABLE[name]();`,
    }));
  },
};

/** What the parts use of zod is a part of its own: each plugin would else bring it along once more. Only plugins from
 * elsewhere are handed all of it, by a part that has it within. */
const ZOD = '__toESM(require("./zod.cjs"), 1)';
const zod = {
  name: "zod",
  setup(build) {
    build.onResolve({ filter: /^zod\/mini$/ }, () => ({ path: "./zod.cjs", external: true }));
  },
};
function zodOf(text) {
  const names = text
    .split(ZOD)
    .slice(0, -1)
    .map((before) => /(\w+) = $/.exec(before)[1]);
  return names.flatMap((z) =>
    [...text.matchAll(new RegExp(`\\b${z}\\.(\\w+)\\(`, "g"))].map(([, used]) => used),
  );
}

const HERE = 'const __here = "file://" + encodeURI(__filename).replace(/[?#]/g, encodeURIComponent);';
const options = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  external: ["better-sqlite3", "sd-notify"],
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "__here" },
  minifySyntax: true,
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: root,
  plugins: [zod, split, table],
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
// They take a while, and the rest is made meanwhile.
const types = promisify(execFile)(process.execPath, [
  join(root, "types.mjs"),
  join(out, "plugin-public.d.cts"),
]);
for (const [name, { module, flags }] of Object.entries(COMMANDS)) {
  const file = join(out, `${name}.cjs`);
  const contents = `import { parts } from "./src/boot.ts"; parts(__dirname, require)("./${nameOf(join(root, module))}.cjs").main();`;
  const shebang = flags.length === 0 ? "#!/usr/bin/env node" : `#!/usr/bin/env -S node ${flags.join(" ")}`;
  await build({
    ...options,
    stdin: { contents, resolveDir: root, loader: "ts" },
    banner: { js: shebang },
    outfile: file,
  });
  chmodSync(file, 0o755);
  found.set(nameOf(join(root, module)), join(root, module));
}
// A Map may grow while it is walked: parts of parts are found on the way.
const modules = new Set();
const part = {
  ...options,
  banner: { js: `(function (exports, require, module, __filename) { ${HERE}` },
  footer: { js: "})" },
};
for (const [name, file] of found) {
  const { metafile } = await build({
    ...part,
    entryPoints: [file],
    outfile: join(out, `${name}.cjs`),
    metafile: true,
    ...(name === "plugin-foreign" ? { plugins: [split, table] } : {}),
  });
  if (metafile.inputs[relative(root, file)].format === "esm") modules.add(name);
}
// What plugins of others import, by node or a bundler: whole, and with nothing around it.
await build({
  ...options,
  plugins: [],
  banner: { js: HERE },
  entryPoints: [join(root, "src/plugin/public.ts")],
  outfile: join(out, "plugin.cjs"),
  minify: true,
});
const used = new Set(
  readdirSync(out).flatMap((name) =>
    name.endsWith(".cjs") ? zodOf(readFileSync(join(out, name), "utf8")) : [],
  ),
);
await build({
  ...part,
  plugins: [],
  stdin: { contents: `export { ${[...used].join(", ")} } from "zod/mini";`, resolveDir: root },
  outfile: join(out, "zod.cjs"),
});
modules.add("zod");
// esbuild takes what is required for foreign CommonJS, all of which is its default export. A part that was made of
// a module has its exports as they are.
for (const name of readdirSync(out).filter((name) => name.endsWith(".cjs"))) {
  const file = join(out, name);
  const late = /__toESM\(require\("\.\/([^"]+)\.cjs"\), 1\)/g;
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(late, (as, part) =>
      modules.has(part) ? `require("./${part}.cjs")` : as,
    ),
  );
}

const environment = {
  PATH: process.env.PATH,
  HOME: scratch,
  SHEEPDOG_STATE: scratch,
  SHEEPDOG_SPOOL: join(scratch, "spool"),
  SHEEPDOG_WARM: "1",
  SHEEPDOG_EXPECT: "5min", // as under a timer: nobody is asked when it elapses next
};
// By node itself: where packages are built there may be no /usr/bin/env. The cached code is for the flags it is made with.
for (const [command, ...args] of WARMING)
  spawnSync(process.execPath, [...COMMANDS[command].flags, join(out, `${command}.cjs`), ...args], {
    env: environment,
    stdio: "ignore",
    timeout: 60_000,
  });
rmSync(scratch, { recursive: true, force: true });
const lines = commandLines();
const units = Object.keys(COMMANDS)
  .filter((name) => name !== "sheepdog")
  .map((name) => ({ name, text: help(name) }));
await manuals(lines, units);
completions(lines, units);
await types;
