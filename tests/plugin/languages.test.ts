import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { readActions, type Wanted } from "../../src/plugin/actions.ts";
import type { Plugin } from "../../src/plugin/contract.ts";
import { type Found, look } from "../../src/plugin/find.ts";
import { load } from "../../src/plugin/load.ts";
import { read } from "../../src/plugin/read.ts";
import { receive } from "../../src/plugin/receive.ts";
import { check } from "../../src/plugin/settings.ts";
import { seconds } from "../../src/time.ts";
import { folder } from "../support/folder.ts";
import { ROOT } from "../support/stage.ts";

const EXAMPLES = join(ROOT, "etc/plugins");
/** The compiler that works: the one of rustup does not in every home, and the distribution's may stand behind it. */
const RUSTC = spawnSync("rustc", ["--version"]).status === 0 ? "rustc" : "/usr/bin/rustc";

/** One of the examples, put among the plugins of a machine. */
class Example {
  readonly found: Found & { readonly file: string };
  readonly plugin: Plugin;
  /** Where it lies, and what it watches may. */
  readonly home: string;

  private constructor(found: Example["found"], plugin: Plugin, home: string) {
    this.found = found;
    this.plugin = plugin;
    this.home = home;
  }

  static async put(t: TestContext, name: string): Promise<Example> {
    const home = folder(t);
    const source = join(EXAMPLES, name);
    const file = join(home, name.replace(/\.rs$/, ""));
    if (name.endsWith(".rs")) execFileSync(RUSTC, ["-o", file, source], { stdio: "pipe" });
    else copyFileSync(source, file);
    const found = look(file);
    assert.ok("kind" in found && found.kind !== "builtin", JSON.stringify(found));
    return new Example(found, await load(found), home);
  }

  async read(given: Readonly<Record<string, unknown>> = {}): Promise<Bark> {
    const checked = check(this.plugin, given);
    assert.ok(checked.ok, JSON.stringify(checked));
    const { bark } = await read(this.plugin, checked.settings, {
      host: "flock",
      user: "root",
      tag: this.plugin.name,
      before: undefined,
      timeout: seconds(30),
      pipes: join(this.home, "pipes"),
    });
    assert.doesNotMatch(bark.summary, /is no reading|printed nothing|cannot be|exit \d/);
    return bark;
  }

  async receive(bark: Bark): Promise<Wanted> {
    if (this.found.kind === "module") return readActions(this.plugin.receiver?.(bark as never));
    const received = await receive(this.found.file, bark, join(this.home, "pipes"));
    assert.equal(received.kind, "actions");
    return readActions("actions" in received ? received.actions : undefined);
  }
}

/** What each reads with one setting changed, and what its receiver makes of that. */
const CASES: readonly {
  readonly file: string;
  readonly settings: readonly string[];
  readonly every: string;
  /** Levels that are right with what is set by default, on whatever machine. */
  readonly levels: readonly Bark["level"][];
  readonly change: (home: string, t: TestContext) => Readonly<Record<string, unknown>> | Promise<{}>;
  readonly level: Bark["level"];
  readonly summary: RegExp;
  readonly fact: readonly unknown[];
}[] = [
  {
    file: "queue.sh",
    settings: ["folder", "warn"],
    every: "10min",
    levels: ["ok", "warning"],
    change: () => ({ warn: 0 }),
    level: "warning",
    summary: /^WARNING \d+ wait$/,
    fact: ["queue", "long"],
  },
  {
    file: "room.py",
    settings: ["warn", "sensors"],
    every: "5min",
    levels: ["ok", "warning", "unknown"], // a virtual machine has no sensor
    change(home) {
      mkdirSync(join(home, "thermal_zone0"));
      writeFileSync(join(home, "thermal_zone0/temp"), "91400\n");
      return { sensors: home };
    },
    level: "warning",
    summary: /^91 degrees$/,
    fact: ["temperature", 91],
  },
  {
    file: "port.ts",
    settings: ["host", "port", "warn"],
    every: "5min",
    levels: ["ok", "warning", "fail"], // there may be no sshd
    async change(_, t) {
      const server = createServer().listen(0, "localhost");
      t.after(() => server.close());
      await new Promise((resolve) => server.once("listening", resolve));
      return { port: (server.address() as AddressInfo).port, warn: 60_000 };
    },
    level: "ok",
    summary: /^localhost:\d+ took \d+ ms$/,
    fact: ["port"],
  },
  {
    file: "logins.rb",
    settings: ["most", "known"],
    every: "15min",
    levels: ["ok", "warning"],
    change: () => ({ most: -1 }),
    level: "warning",
    summary: /^\d+ terminals are open$/,
    fact: [],
  },
  {
    file: "swap.scm",
    settings: ["warn", "meminfo"],
    every: "5min",
    levels: ["ok", "warning"],
    change(home) {
      writeFileSync(join(home, "meminfo"), "SwapTotal:  1000 kB\nSwapFree:   100 kB\n");
      return { meminfo: join(home, "meminfo") };
    },
    level: "warning",
    summary: /^90% of the swap are in use$/,
    fact: ["swap", 90],
  },
  {
    file: "users.rs",
    settings: ["warn"],
    every: "15min",
    levels: ["ok", "warning"],
    change: () => ({ warn: 1 }),
    level: "warning",
    summary: /^\d+ users$/,
    fact: ["users"],
  },
];

test("each example is tried here", () => {
  assert.deepEqual(readdirSync(EXAMPLES).sort(), CASES.map(({ file }) => file).sort());
  for (const name of readdirSync(EXAMPLES))
    assert.equal((statSync(join(EXAMPLES, name)).mode & 0o111) !== 0, !/\.(ts|rs)$/.test(name), name);
});

/** What runs or compiles an example, by the end of its name; modules need nothing. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  sh: "/bin/sh",
  py: "python3",
  rb: "ruby",
  scm: "guile",
  rs: RUSTC,
};

function absent(file: string): string | false {
  const interpreter = INTERPRETERS[file.split(".").at(-1) ?? ""];
  const there = interpreter === undefined || spawnSync(interpreter, ["--version"]).error === undefined;
  return !there && `${interpreter} is not here`;
}

for (const { file, settings, every, levels, change, level, summary, fact } of CASES)
  test(`${file} is read, heeds its settings, and its receiver gives actions`, {
    skip: absent(file),
  }, async (t) => {
    const example = await Example.put(t, file);
    const { plugin } = example;
    assert.doesNotMatch(plugin.about, /^the program /);
    assert.deepEqual(plugin.rhythm, { every });
    assert.deepEqual(Object.keys(plugin.settings), settings);
    const usual = await example.read();
    assert.ok(levels.includes(usual.level), `${usual.level}: ${usual.summary}`);

    const bark = await example.read(await change(example.home, t));
    assert.equal(bark.level, level, bark.summary);
    assert.match(bark.summary, summary);
    const { facts, notices, barks } = await example.receive(bark);
    assert.deepEqual([notices, barks], [[], []]);
    if (fact.length > 0) assert.deepEqual(facts[0]?.slice(0, fact.length), fact);

    const refused = check(plugin, { wran: 1 });
    assert.ok(!refused.ok);
    assert.match(refused.wrong[0]?.text ?? "", new RegExp(`^is no setting of ${plugin.name}; `));
    if (example.found.kind === "executable")
      assert.equal(spawnSync(example.found.file, ["dance"]).status, 64);
  });

test("logins.rb tells whoever is not known, and its receiver how many terminals each has", {
  skip: absent("logins.rb"),
}, async (t) => {
  const example = await Example.put(t, "logins.rb");
  const { content, ...bark } = await example.read({ known: ["shaun"] });
  assert.ok(content !== undefined);
  const { facts } = await example.receive({
    ...bark,
    content: { terminals: 3, users: { shaun: 2, bitzer: 1 } },
  });
  assert.deepEqual(facts, [
    ["terminals", "shaun", 2],
    ["terminals", "bitzer", 1],
  ]);
});
