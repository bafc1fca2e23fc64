import assert from "node:assert/strict";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Farm } from "../support/farm.ts";
import { npm, pack } from "../support/npm.ts";

/** A dependency as many are today: modules only, and only for those who import. */
const wool = (t: TestContext): string =>
  pack(
    t,
    { name: "wool", type: "module", exports: { ".": { import: "./wool.js" } } },
    { "wool.js": "export const weigh = (sheep) => sheep * 3;\nexport default weigh;\n" },
  );

/** TypeScript as it is written, in more than one file, with dependencies. */
const flock = (t: TestContext): string =>
  pack(
    t,
    { name: "sheepdog-plugin-flock", main: "src/flock.ts", dependencies: { wool: `file:${wool(t)}` } },
    {
      "src/flock.ts": `import { number, plugin, z } from "sheepdog/plugin";
import weigh from "wool";
import { judge } from "./judge.js";
export default plugin({
  name: "flock",
  about: "the wool of a flock",
  settings: { sheep: number(4, "How many there are") },
  content: z.object({ kilograms: z.number() }),
  monitor({ sheep }) {
    const kilograms: number = weigh(sheep);
    return { level: judge(kilograms), summary: \`\${kilograms} kg\`, content: { kilograms } };
  },
  receiver: (bark) => [{ fact: ["wool", bark.content.kilograms] }],
});
`,
      "src/judge.ts": `import { above, type Level } from "sheepdog/plugin";
export const judge = (kilograms: number): Level => above(kilograms, { warn: 30, fail: 60 });
`,
    },
  );

/** JavaScript as a compiler makes it. */
const pond = (t: TestContext): string =>
  pack(
    t,
    {
      name: "@farm/sheepdog-plugin-pond",
      type: "module",
      exports: { ".": { types: "./dist/pond.d.ts", import: "./dist/pond.js" } },
    },
    {
      "dist/pond.js": `import { plugin } from "sheepdog/plugin";
import { depth } from "./depth.js";
export default plugin({
  name: "pond",
  about: "how deep the pond is",
  async monitor() {
    const { hostname } = await import("node:os");
    return { level: "ok", summary: \`\${depth} m at \${hostname() && "home"}\` };
  },
});
`,
      "dist/depth.js": "export const depth = 2;\n",
    },
  );

/** JavaScript of the old kind. */
const gate = (t: TestContext): string =>
  pack(
    t,
    { name: "sheepdog-plugin-gate", main: "./lib" },
    {
      "lib/index.js": `const { plugin } = require("sheepdog/plugin");
const open = require("./open");
module.exports = plugin({ name: "gate", about: "a gate", monitor: () => ({ level: open() ? "fail" : "ok", summary: "it is open" }) });
`,
      "lib/open.js": "module.exports = () => true;\n",
    },
  );

const modules = (farm: Farm, name: string): string => join(farm.plugins, "node_modules", name);

test("packages that npm installed among the plugins are plugins: TypeScript, modules, CommonJS, in a scope, with dependencies", async (t) => {
  const farm = new Farm(t);
  npm(t, farm.plugins, "install", flock(t), pond(t), gate(t));
  const { status, stdout, stderr } = await farm.list();
  assert.deepEqual([status, stderr], [0, ""], stdout);
  for (const [name, where] of [
    ["flock", "sheepdog-plugin-flock"],
    ["pond", "@farm/sheepdog-plugin-pond"],
    ["gate", "sheepdog-plugin-gate"],
  ] as const)
    assert.match(stdout, new RegExp(`^${name}\t${modules(farm, where)}\t`, "m"));

  farm.configure("[indicators.flock]\nsheep = 11\n");
  for (const [name, level, summary] of [
    ["flock", "warning", "33 kg"],
    ["pond", "ok", "2 m at home"],
    ["gate", "fail", "it is open"],
  ] as const) {
    const ran = await farm.indicator(name);
    assert.deepEqual([ran.status, ran.stderr], [0, ""]);
    const bark = farm.machine.barks.find(({ tag }) => tag === name);
    assert.deepEqual([bark?.level, bark?.summary], [level, summary]);
  }
  const tried = await farm.machine.run(["plugin", "test", modules(farm, "sheepdog-plugin-flock")]);
  assert.equal(tried.status, 0, tried.stdout);
  assert.match(tried.stdout, /\{"fact":\["wool",12\]\}/);
});

test("a plugin of one file imports what npm installed beside it, and complains of nothing", async (t) => {
  const farm = new Farm(t);
  npm(t, farm.plugins, "install", wool(t));
  farm.put(
    "fold.mts",
    `import { plugin } from "sheepdog/plugin";
     import { weigh } from "wool";
     export default plugin({ name: "fold", about: "a fold", monitor: () => ({ level: "ok", summary: \`\${weigh(2)} kg\` }) });`,
    0o644,
  );
  const { status, stderr } = await farm.indicator("fold");
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(farm.machine.barks[0]?.summary, "6 kg");
});

test("a package that others may write to is refused, be it in its folder, its beginning or what is beside that", async (t) => {
  const farm = new Farm(t);
  npm(t, farm.plugins, "install", flock(t));
  const home = modules(farm, "sheepdog-plugin-flock");
  for (const path of ["..", ".", "package.json", "src", "src/flock.ts", "src/judge.ts"]) {
    chmodSync(join(home, path), 0o777);
    const { status, stderr } = await farm.indicator("flock");
    assert.equal(status, 78, path);
    assert.ok(stderr.includes(`run \`chmod go-w ${join(home, path)}\``), stderr);
    chmodSync(join(home, path), 0o755);
  }
  assert.equal((await farm.indicator("flock")).status, 0);
});

test("of two packages of one name neither is used, also when one is in a scope, a file or built in", async (t) => {
  const farm = new Farm(t);
  const twin = (name: string): string =>
    pack(t, { name, main: "twin.js" }, { "twin.js": "throw new Error('used');\n" });
  npm(
    t,
    farm.plugins,
    "install",
    gate(t),
    twin("@farm/sheepdog-plugin-gate"),
    twin("sheepdog-plugin-uptime"),
  );
  farm.put("room.sh", "#!/bin/sh\n# about: a room\necho OK\n");
  npm(t, farm.plugins, "install", twin("sheepdog-plugin-room"));
  for (const name of ["gate", "room", "uptime"]) {
    const { status, stderr } = await farm.indicator(name);
    assert.equal(status, 78);
    assert.match(stderr, new RegExp(`another plugin is called ${name} too; rename or remove this one`));
  }
});

test("a package that holds no plugin, or not the one it is named after, is refused with what is wrong", async (t) => {
  const farm = new Farm(t);
  npm(t, farm.plugins, "install", gate(t));
  const home = modules(farm, "sheepdog-plugin-gate");
  for (const [harm, complaint] of [
    [() => rmSync(join(home, "lib/open.js")), /cannot be loaded: Cannot find module '\.\/open'/],
    [
      () => rmSync(join(home, "lib"), { recursive: true }),
      /no package that can be loaded \(Cannot find module .*: mend .*package\.json, or install it anew/,
    ],
    [() => rmSync(join(home, "package.json")), /no package that can be loaded \(ENOENT/],
  ] as const) {
    harm();
    const { status, stderr } = await farm.indicator("gate");
    assert.equal(status, 78, stderr);
    assert.match(stderr, complaint);
    assert.doesNotMatch(stderr, /\n {4}at /);
  }
  npm(t, farm.plugins, "install", pack(t, { name: "sheepdog-plugin-ga.te" }, { "index.js": "" }));
  assert.match((await farm.list()).stderr, /its name must be lower-case letters.*behind sheepdog-plugin-/);

  const other = new Farm(t);
  npm(t, other.plugins, "install", gate(t));
  npm(
    t,
    other.plugins,
    "install",
    pack(
      t,
      { name: "sheepdog-plugin-door" },
      {
        "index.js": `module.exports = require("sheepdog/plugin").plugin({ name: "gate", about: "a gate", monitor() {} });`,
      },
    ),
  );
  assert.match(
    (await other.indicator("door")).stderr,
    /it calls itself "gate", its file "door"; make them the same/,
  );
});
