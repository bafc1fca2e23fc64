import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder } from "../support/folder.ts";
import { DIST } from "../support/sheepdog.ts";
import { files, make, ROOT } from "../support/stage.ts";
import { planting } from "../support/plant.ts";

const COMMANDS = ["bark", "flush", "handler", "indicator", "mailer", "notifier", "sweep"].map(
  (name) => `sheepdog-${name}`,
);

const PREFIX = "PREFIX=/opt/dog";

function installed(t: TestContext): string {
  const stage = join(folder(t), "stage");
  make("install", stage, PREFIX);
  return stage;
}

test("make install puts commands, units, man pages and the sample in place, with right paths", (t) => {
  const stage = installed(t);
  const all = new Set(files(stage));
  for (const name of [
    ...["sheepdog", ...COMMANDS].map((command) => `opt/dog/bin/${command}`),
    ...COMMANDS.map((command) => `opt/dog/share/man/man8/${command}.8`),
    ...readdirSync(join(ROOT, "systemd"))
      .filter((name) => name.startsWith("sheepdog") && !name.endsWith(".d"))
      .map((unit) => `opt/dog/lib/systemd/system/${unit}`),
    ...["sheepdog", ...COMMANDS].flatMap((command) => [
      `opt/dog/share/bash-completion/completions/${command}`,
      `opt/dog/share/fish/vendor_completions.d/${command}.fish`,
    ]),
    "opt/dog/share/zsh/site-functions/_sheepdog",
    "opt/dog/share/man/man1/sheepdog.1",
    "opt/dog/share/man/man5/sheepdog.toml.5",
    "opt/dog/lib/sysusers.d/sheepdog.conf",
    "opt/dog/lib/tmpfiles.d/sheepdog.conf",
    "opt/dog/share/doc/sheepdog/HACKING.md",
    "opt/dog/share/doc/sheepdog/examples/10-sheepdog.conf",
    "opt/dog/lib/sheepdog/dist/plugin-public.d.cts",
    "opt/dog/share/doc/sheepdog/examples/plugins/room.py",
    "opt/dog/share/doc/sheepdog/examples/rules/inhibit.pl",
    "etc/sheepdog/sheepdog.toml",
  ])
    assert.ok(all.has(name), name);
  const unit = readFileSync(join(stage, "opt/dog/lib/systemd/system/sheepdog-handler.service"), "utf8");
  assert.match(unit, /^ExecStart=\/opt\/dog\/bin\/sheepdog-handler$/m);
  assert.match(unit, /^ExecReload=\/opt\/dog\/bin\/sheepdog config check$/m);
  const size = [...all]
    .filter((name) => existsSync(join(stage, name)))
    .reduce((sum, name) => sum + statSync(join(stage, name)).size, 0);
  assert.ok(size < 16e6, `${size} bytes`);
});

test("what is installed is for everybody to read, whatever the umask", (t) => {
  const stage = join(folder(t), "stage");
  const umask = process.umask(0o077);
  try {
    make("install", stage, PREFIX);
  } finally {
    process.umask(umask);
  }
  const all = readdirSync(stage, { recursive: true, encoding: "utf8" });
  const shut = all.filter((name) => {
    const stats = lstatSync(join(stage, name));
    const needed = stats.isDirectory() || /\/sheepdog[^/]*\.cjs$/.test(name) ? 0o555 : 0o444;
    return !stats.isSymbolicLink() && (stats.mode & needed) !== needed;
  });
  assert.deepEqual(shut, []);
});

test("units and completions go where systemd and the shells look, wherever the program is", (t) => {
  const debian = existsSync("/etc/debian_version");
  for (const [prefix, zsh, fish] of [
    [
      "usr",
      `usr/share/zsh/${debian ? "vendor-completions" : "site-functions"}`,
      "usr/share/fish/vendor_completions.d",
    ],
    ["usr/local", "usr/local/share/zsh/site-functions", "etc/fish/completions"],
  ] as const) {
    const stage = join(folder(t), "stage");
    const settings = [`PREFIX=/${prefix}`, `LIBDIR=/${prefix}/lib64`];
    make("install", stage, ...settings);
    for (const path of [
      `${prefix}/lib64/sheepdog/dist/sheepdog.cjs`,
      `${prefix}/lib/systemd/system/sheepdog.target`,
      `${prefix}/lib/sysusers.d/sheepdog.conf`,
      `${zsh}/_sheepdog`,
      `${fish}/sheepdog.fish`,
    ])
      assert.ok(existsSync(join(stage, path)), path);
    make("uninstall", stage, ...settings);
    assert.deepEqual(files(stage), ["etc/sheepdog/sheepdog.toml"]);
  }
});

test("make uninstall ends the units of a running machine, and of no staged one", (t) => {
  const said = (...settings: readonly string[]): string =>
    execFileSync("make", ["-n", "uninstall", ...settings], { cwd: ROOT, encoding: "utf8" });
  assert.match(said(), /systemctl disable --now .*sheepdog-handler\.service.*sheepdog\.target/);
  assert.match(said(), /systemctl stop .*'sheepdog-indicator@\*'/);
  assert.match(said(), /systemctl daemon-reload.*\n$/);
  assert.doesNotMatch(said(`DESTDIR=${folder(t)}`), /systemctl/);
});

test("what is installed runs", (t) => {
  const home = join(installed(t), "opt/dog/lib/sheepdog");
  const environment = {
    PATH: process.env["PATH"],
    HOME: home,
    SHEEPDOG_STATE: join(home, "state"),
    SHEEPDOG_SPOOL: join(home, "spool"),
  };
  const run = (command: string, ...words: readonly string[]): string =>
    execFileSync(join(home, `dist/${command}.cjs`), words, {
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  run("sheepdog", "-t", "STAGED", "--always", "-e", "true");
  run("sheepdog-handler", "--once");
  assert.match(run("sheepdog", "list"), /\tSTAGED\t/);
});

test("the examples of plugins are tried where they are installed", (t) => {
  const stage = installed(t);
  const environment = { PATH: process.env["PATH"], HOME: stage };
  for (const [example, setting] of [
    ["queue.sh", `folder=${stage}`],
    ["room.py", "warn=200"],
  ] as const) {
    const file = join(stage, "opt/dog/share/doc/sheepdog/examples/plugins", example);
    const words = ["plugin", "test", "--json", file, setting];
    const program = join(stage, "opt/dog/lib/sheepdog/dist/sheepdog.cjs");
    const { stdout, stderr } = spawnSync(program, words, { env: environment, encoding: "utf8" });
    const { plugin, bark } = JSON.parse(stdout || stderr) as { plugin: string; bark: { summary: string } };
    assert.equal(plugin, example.replace(/\.\w+$/, ""));
    assert.match(bark.summary, /\d wait|degrees|no sensor tells/);
  }
});

test("installing again leaves the configuration alone, and uninstalling leaves nothing else", (t) => {
  const stage = installed(t);
  const file = join(stage, "etc/sheepdog/sheepdog.toml");
  appendFileSync(file, "# mine\n");
  make("install", stage, PREFIX);
  assert.match(readFileSync(file, "utf8"), /# mine\n$/);
  make("uninstall", stage, PREFIX);
  assert.deepEqual(files(stage), ["etc/sheepdog/sheepdog.toml"]);
});

test("what an older version put in place and this one has no more goes, and nothing else does", (t) => {
  const stage = installed(t);
  const list = join(stage, "opt/dog/lib/sheepdog/installed");
  const known = readFileSync(list, "utf8");
  assert.match(known, /^\/opt\/dog\/lib\/systemd\/system\/sheepdog-handler\.service$/m);
  const put = planting(stage);
  const older = [
    put("opt/dog/lib/systemd/system/sheepdog-old@.service"),
    put("opt/dog/lib/systemd/system/sheepdog-old@.service.d/10-sheepdog.conf"),
    put("opt/dog/share/man/man8/sheepdog-old.8"),
  ];
  const others = [
    put("opt/dog/lib/systemd/system/sheepdog.service"), // there is another program of this name
    put("opt/dog/lib/systemd/system/sheepdog-mine.service"),
    put("opt/dog/lib/systemd/system/nginx.service"),
    put("elsewhere/sheepdog"),
  ];
  const forged = [
    "/opt/dog/lib/systemd/system/nginx.service",
    "/opt/dog/lib/sheepdog/../../../../elsewhere/sheepdog",
  ];
  const note = (): void =>
    writeFileSync(list, [...known.split("\n"), ...older.map((path) => `/${path}`), ...forged, ""].join("\n"));
  note();
  make("install", stage, PREFIX);
  assert.equal(readFileSync(list, "utf8"), known);
  for (const path of older) assert.ok(!existsSync(join(stage, path)), path);
  assert.ok(!existsSync(join(stage, "opt/dog/lib/systemd/system/sheepdog-old@.service.d")));

  older.map(put);
  note();
  make("uninstall", stage, PREFIX);
  assert.deepEqual(files(stage), [...others, "etc/sheepdog/sheepdog.toml"].sort());
});

test("the man pages are well-formed, and say what --help and the schema say", () => {
  const pages = [...COMMANDS.map((name) => `man8/${name}.8`), "man1/sheepdog.1", "man5/sheepdog.toml.5"];
  for (const page of pages) {
    const file = join(DIST, "man", page);
    execFileSync("mandoc", ["-T", "lint", "-W", "error", file], { stdio: "pipe" });
    assert.ok(execFileSync("mandoc", ["-T", "utf8", file], { encoding: "utf8" }).length > 400, page);
  }
  const shown = (page: string): string =>
    execFileSync("sh", ["-c", `mandoc -T utf8 ${join(DIST, "man", page)} | col -bx`], { encoding: "utf8" });
  const main = shown("man1/sheepdog.1");
  for (const said of ["--expect", "sheepdog dead retry", "monitor-error", "borg create …"])
    assert.ok(main.includes(said), said);
  // Options are tagged paragraphs, each of them, and nothing else is lost.
  assert.match(main, /^ {7}--lock\[=skip\|wait\]\n {14}One run per tag at a time/m);
  assert.match(main, /^ {7}sheepdog --expect 24h -- borg create …\n {14}no shell/m);
  const source = (page: string): string => readFileSync(join(DIST, "man", page), "utf8");
  for (const [command, page] of [
    ["sheepdog", "man1/sheepdog.1"],
    ...COMMANDS.map((name) => [name, `man8/${name}.8`] as const),
  ] as const) {
    const help = execFileSync(join(DIST, `${command}.cjs`), ["--help"], { encoding: "utf8" });
    const tags = [...source(page).matchAll(/^\.TP\n(.*)/gm)].map(([, tag = ""]) =>
      tag.replace(/\\f[BIR]/g, "").replaceAll("\\-", "-"),
    );
    const names = [...help.matchAll(/^ {2,6}(-{1,2}\w[\w-]*(?:, --?[\w-]+)*)/gm)].map(
      ([, name = ""]) => name,
    );
    assert.ok(names.length >= 3, command);
    for (const name of names)
      assert.ok(
        tags.some((tag) => tag === name || tag.startsWith(`${name} `) || tag.startsWith(`${name}[`)),
        `${page}: ${name}`,
      );
    const words = (text: string): Set<string> => new Set(text.match(/[\w$/-]{4,}/g));
    const said = words(shown(page).replace(/(\w)-\n +/g, "$1-"));
    const missing = [...words(help.replace(/\[(boolean|string|array)\]|Options:|Exit codes/g, ""))].filter(
      (word) => !said.has(word),
    );
    assert.deepEqual(missing, [], page);
  }
  const keys = shown("man5/sheepdog.toml.5");
  for (const said of ["mail.starttls", "redis.sentinels", "capture"]) assert.ok(keys.includes(said), said);
});
