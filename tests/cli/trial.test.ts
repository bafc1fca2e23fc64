import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Farm } from "../support/farm.ts";

const ROOM = `#!/bin/sh
# about: a room
# unit: ProtectProc=default
# setting: warn = 30   degrees
# setting: folder = "/tmp"   of its sensors
case $1 in
monitor) echo "OK $SHEEPDOG_WARN $SHEEPDOG_FOLDER" ;;
receive)
  case $(cat) in
  *'"level":"fail"'*) echo '{"notice": {"summary": "open a window"}}' ;;
  esac ;;
*) exit 64 ;;
esac
`;

interface Said {
  readonly bark: { readonly tag: string; readonly level: string; readonly summary: string };
  readonly clauses: readonly { readonly text: string }[];
  readonly told: readonly string[];
}

/** `sheepdog plugin test`, in the folder above that of the plugins. */
class Trials {
  readonly farm: Farm;

  constructor(...given: ConstructorParameters<typeof Farm>) {
    this.farm = new Farm(...given);
    this.farm.put("room.sh", ROOM);
  }

  ask(...words: readonly string[]) {
    return this.farm.machine.run(["plugin", ...words, "-c", join(this.farm.machine.home, "sheepdog.toml")]);
  }

  async try(...words: readonly string[]): Promise<Said> {
    const { status, stdout, stderr } = await this.ask("test", ...words, "--json");
    assert.equal(status, 0, stdout + stderr);
    return JSON.parse(stdout) as Said;
  }
}

test("by its name an indicator is tried as it is configured, and what the line says counts more", async (t) => {
  const trials = new Trials(t);
  trials.farm.configure('[indicators.cellar]\nuse = "room"\nwarn = 12\nfolder = "/srv"\nevery = "5min"\n');
  const { bark } = await trials.try("cellar", "folder=/mnt");
  assert.deepEqual([bark.tag, bark.summary], ["cellar", "OK 12 /mnt"]);
  assert.equal((await trials.try("room")).bark.summary, "OK 30 /tmp");
});

test("a bark that is given is what is shown and told, and the monitor is not asked", async (t) => {
  const trials = new Trials(t);
  const file = join(trials.farm.machine.home, "bark.json");
  writeFileSync(file, '{"host":"nas","tag":"ROOM","level":"fail","summary":"91 degrees","content":{}}');
  const { bark, clauses, told } = await trials.try("plugins/room.sh", "--bark", file);
  assert.equal(bark.summary, "91 degrees");
  assert.deepEqual(told, ["[fail] 91 degrees (to ops@example.org)", "note: open a window"]);
  assert.ok(!clauses.some(({ text }) => text.includes("monitor")));
  const { status, stderr } = await trials.ask("test", "room", "--bark", "/nowhere");
  assert.deepEqual([status, stderr], [69, "sheepdog: the bark in /nowhere cannot be read (ENOENT)\n"]);
});

test("a file is shown as it would be by its name, before it is among the plugins", async (t) => {
  const trials = new Trials(t);
  const [byFile, byName] = await Promise.all([
    trials.ask("show", "plugins/room.sh"),
    trials.ask("show", "room"),
  ]);
  assert.equal(byFile.stdout, byName.stdout);
  assert.match(byFile.stdout, /^# a room\n\[indicators\.room\]\n/);
  assert.match(byFile.stdout, /\n# Its unit has, beyond .*:\n# {3}ProtectProc=default\n$/);
});

test("a file that is not there is not taken for a link, and one that is meant is named", async (t) => {
  const trials = new Trials(t);
  assert.match((await trials.ask("test", "./room.py")).stderr, /there is no file \.\/room\.py$/m);
  writeFileSync(join(trials.farm.machine.home, "beds.py"), "");
  assert.match((await trials.ask("test", "beds")).stderr, /no plugin "beds": the file is `\.\/beds\.py`$/m);
});
