import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder } from "../support/folder.ts";
import { packSheepdog } from "../support/npm.ts";
import { ROOT } from "../support/stage.ts";

const HACKING = readFileSync(join(ROOT, "HACKING.md"), "utf8");
/** The plugin that HACKING.md shows. */
const ROOM =
  /^ {4}import \{ readFileSync \}[^]*?^ {4}\}\);\n/m.exec(HACKING)?.[0].replace(/^ {4}/gm, "") ?? "";

/** A folder in which somebody makes plugins, with Sheepdog installed into it. */
class Workshop {
  readonly home: string;

  /** @param module  how TypeScript is to understand modules */
  constructor(t: TestContext, tarball: string, { module, type }: Modules) {
    this.home = folder(t);
    this.put("package.json", JSON.stringify({ private: true, type }));
    const compilerOptions = {
      module,
      target: "es2023",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
      outDir: "made",
    };
    this.put("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    // As npm unpacks it: what Sheepdog itself depends on is of no use here.
    mkdirSync(join(this.home, "node_modules/sheepdog"), { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", "node_modules/sheepdog"], {
      cwd: this.home,
    });
  }

  put(name: string, text: string): void {
    writeFileSync(join(this.home, name), text);
  }

  /** @returns what the compiler complains of */
  compile(): string {
    return spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", "."], { cwd: this.home, encoding: "utf8" })
      .stdout;
  }

  run(file: string, ...words: readonly string[]) {
    const environment = { PATH: process.env["PATH"], HOME: this.home };
    return spawnSync(process.execPath, [file, ...words], {
      cwd: this.home,
      env: environment,
      encoding: "utf8",
    });
  }
}

interface Modules {
  readonly module: "nodenext" | "preserve";
  readonly type: "module" | "commonjs";
}

const MISTAKES: readonly (readonly [what: string, of: string, into: string, complaint: RegExp])[] = [
  ["a level that is none", '"warning"', '"warn"', /Type '"warn"' is not assignable to type '"/],
  ["a key that is none", "summary:", "summery:", /Property 'summary' is missing/],
  [
    "a setting that is not declared",
    "{ warn, sensor }",
    "{ wran: warn, sensor }",
    /Property 'wran' does not exist/,
  ],
  [
    "a setting taken for another type",
    "degrees < warn",
    "degrees < sensor",
    /Operator '<' cannot be applied/,
  ],
  [
    "content that is not declared",
    "content.degrees)",
    "content.degree)",
    /'Json' is not assignable to parameter of type 'number'/,
  ],
  ["an action that is none", "{ fact:", "{ facts:", /is not assignable to type 'Action'/],
];

test("a plugin as HACKING.md shows it has types by the package, is compiled, imported and tried", (t) => {
  const tarball = packSheepdog(t);
  for (const modules of [
    { module: "nodenext", type: "module" },
    { module: "nodenext", type: "commonjs" },
    { module: "preserve", type: "module" },
  ] as const) {
    const workshop = new Workshop(t, tarball, modules);
    workshop.put("room.ts", ROOM);
    assert.equal(workshop.compile(), "", JSON.stringify(modules));
    workshop.put("sensor", "21400\n");
    workshop.put(
      "try.mjs",
      `import made from "./made/room.js";
const { monitor, receiver } = made.default ?? made;
const reading = monitor({ warn: 20, sensor: "sensor" });
console.log(JSON.stringify([reading, receiver(reading)]));`,
    );
    const { stdout, stderr } = workshop.run("try.mjs");
    assert.deepEqual(JSON.parse(stdout || stderr), [
      { level: "warning", summary: "21.4 degrees", content: { degrees: 21.4 } },
      [{ fact: ["temperature", 21] }],
    ]);
    const sheepdog = "node_modules/sheepdog/dist/sheepdog.cjs";
    const tried = workshop.run(sheepdog, "plugin", "test", "made/room.js", `sensor=${workshop.home}/sensor`);
    assert.equal(tried.status, 0, tried.stdout + tried.stderr);
    assert.match(tried.stdout, /\{"fact":\["temperature",21\]\}/);
  }
});

test("a plugin with a mistake is refused by the compiler, each by its name", (t) => {
  const workshop = new Workshop(t, packSheepdog(t), { module: "nodenext", type: "module" });
  MISTAKES.forEach(([, of, into], which) => {
    assert.equal(ROOM.split(of).length, 2, of);
    workshop.put(`room${which}.ts`, ROOM.replace(of, into));
  });
  const said = workshop.compile();
  MISTAKES.forEach(([what, , , complaint], which) => {
    const [own] = said.split(/^(?=\w)/m).filter((part) => part.startsWith(`room${which}.ts`));
    assert.match(own ?? "", complaint, what);
  });
});
