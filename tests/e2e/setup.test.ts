import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../support/folder.ts";
import { DIST, Machine } from "../support/sheepdog.ts";
import { files, make } from "../support/stage.ts";
import { planting } from "../support/plant.ts";

const CONFIGURATION = "etc/sheepdog/sheepdog.toml";
const LIST = "usr/local/lib/sheepdog/installed";

test("setup puts the same files in place as make install does around the program, and takes them away", async (t) => {
  const machine = new Machine(t);
  const [made, stage] = [folder(t), join(folder(t), "stage")];
  make("install", made);
  const around = files(made).filter(
    (name) => name === LIST || !/^usr\/local\/(bin|lib\/sheepdog)\//.test(name),
  );
  const dry = await machine.run(["setup", "--dry-run", "--json", "--prefix", stage]);
  assert.equal(dry.status, 0, dry.stderr);
  assert.ok(!existsSync(stage), "a dry run puts nothing");
  const planned = (JSON.parse(dry.stdout) as { target: string }[]).map(({ target }) => target);
  assert.deepEqual(
    planned.sort(),
    around.map((name) => join(stage, name)),
  );

  const ran = await machine.run(["setup", "--prefix", stage]);
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout.match(/^put /gm)?.length, planned.length, "it says each file");
  assert.deepEqual(files(stage), around);
  for (const name of around.filter((name) => !name.endsWith(".service") && name !== LIST))
    assert.equal(readFileSync(join(stage, name), "utf8"), readFileSync(join(made, name), "utf8"), name);
  for (const name of around) {
    const [mode, other] = [stage, made].map((root) => statSync(join(root, name)).mode & 0o777);
    assert.equal(mode, other, name);
    const program = /examples\/plugins\/.*\.(py|rb|scm|sh)$/.test(name);
    assert.equal(mode, program ? 0o755 : 0o644, name);
  }

  writeFileSync(join(stage, CONFIGURATION), "# mine\n");
  assert.match((await machine.run(["setup", "--prefix", stage])).stdout, /^kept .*sheepdog\.toml$/m);
  assert.equal((await machine.run(["setup", "--prefix", stage, "--uninstall"])).status, 0);
  assert.deepEqual(files(stage), [CONFIGURATION]);
  assert.equal(readFileSync(join(stage, CONFIGURATION), "utf8"), "# mine\n");
});

test("what an older setup put in place and this one has no more goes, and nothing else does", async (t) => {
  const machine = new Machine(t);
  const [stage, outside] = [join(folder(t), "stage"), folder(t)];
  const setup = (...words: readonly string[]) => machine.run(["setup", "--prefix", stage, ...words]);
  await setup();
  const known = readFileSync(join(stage, LIST), "utf8");
  const put = planting(stage);
  const older = [
    put("usr/local/lib/systemd/system/sheepdog-old.service"),
    put("usr/local/lib/systemd/system/sheepdog-old.service.d/10-sheepdog.conf"),
    put("usr/local/share/man/man8/sheepdog-old.8"),
  ];
  const others = [
    put("usr/local/lib/systemd/system/sheepdog-mine.service"), // in no list
    put("usr/local/bin/nginx"),
    put("usr/share/sheepdog"),
    put("etc/sheepdog/old.toml"),
  ];
  writeFileSync(join(outside, "sheepdog"), "");
  symlinkSync(outside, join(stage, "usr/local/away"));
  const forged = [
    "/usr/local/bin/nginx",
    "/usr/share/sheepdog",
    "/usr/local/sheepdog/../../share/sheepdog",
    "/etc/sheepdog/old.toml",
    `/${CONFIGURATION}`,
    "/usr/local/away/sheepdog",
    "/usr/local/lib/sheepdog",
    "usr/local/share/man/man8/sheepdog.8",
  ];
  const note = (): void =>
    writeFileSync(join(stage, LIST), [known, ...older.map((path) => `/${path}`), ...forged, ""].join("\n"));
  note();
  const dry = await setup("--dry-run");
  assert.match(dry.stdout, /^would remove .*sheepdog-old\.service$/m);
  assert.ok(older.every((path) => existsSync(join(stage, path))));
  const ran = await setup();
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(
    [...ran.stdout.matchAll(/^removed (.*)$/gm)].map(([, path]) => path),
    older.map((path) => join(stage, path)),
  );
  assert.equal(readFileSync(join(stage, LIST), "utf8"), known);
  assert.ok(!existsSync(join(stage, "usr/local/lib/systemd/system/sheepdog-old.service.d")));

  older.map(put);
  note();
  assert.equal((await setup("--uninstall")).status, 0);
  assert.deepEqual(
    files(stage),
    [...others, CONFIGURATION, "usr/local/away", "usr/local/away/sheepdog"].sort(),
  );
  assert.equal((await setup("--uninstall")).status, 0, "there is nothing left to do");
});

test("the units of setup start node and the commands where they are, with the same flags", async (t) => {
  const machine = new Machine(t);
  await machine.run(["setup", "--prefix", machine.home]);
  const unit = readFileSync(
    join(machine.home, "usr/local/lib/systemd/system/sheepdog-handler.service"),
    "utf8",
  );
  const [, ...words] = /^ExecStart=(.*)$/m.exec(unit)?.[1]?.split(" ") ?? [];
  assert.ok(words.includes("--optimize-for-size"), unit);
  assert.match(
    execFileSync(process.execPath, [...words, "--version"], { encoding: "utf8" }),
    /^\d+\.\d+\.\d+$/m,
  );
});

test("setup of the machine itself is for root, and says so", {
  skip: process.getuid?.() === 0 ? false : "needs root, to be somebody else",
}, (t) => {
  const stage = folder(t);
  chmodSync(stage, 0o755); // the checkout may be where nobody else can read
  make("install", stage);
  const program = join(stage, "usr/local/lib/sheepdog/dist/sheepdog.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "setup"], {
    uid: 65_534,
    gid: 65_534,
    env: { PATH: process.env["PATH"], HOME: "/" },
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout], [77, ""]);
  assert.match(stderr, /only root may put files below \/: run it with sudo/);
});

test("completion prints what the build made for each shell, from what make installed, too", (t) => {
  const stage = folder(t);
  make("install", stage);
  const program = join(stage, "usr/local/lib/sheepdog/dist/sheepdog.cjs");
  for (const [shell, file] of [
    ["bash", "sheepdog.bash"],
    ["zsh", "_sheepdog"],
    ["fish", "sheepdog.fish"],
  ] as const)
    assert.equal(
      execFileSync(program, ["completion", shell], { encoding: "utf8" }),
      readFileSync(join(DIST, "completions", file), "utf8"),
    );
  const { status, stderr } = spawnSync(program, ["completion", "bsh"], { encoding: "utf8" });
  assert.equal(status, 64);
  assert.match(stderr, /did you mean completion bash\?/);
});
