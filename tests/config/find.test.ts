import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findConfig, PLACES } from "../../src/config/find.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "./folder.ts";

test("the first place in the home folder where a configuration lies is taken", (t) => {
  const home = folder(t).path;
  const places = PLACES.filter((place) => place.startsWith("~/")).map((place) => join(home, place.slice(2)));
  for (const place of places) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, "");
  }
  for (const place of places) {
    assert.equal(findConfig(undefined, { HOME: home }), place);
    rmSync(place);
  }
  // What is left is the system's, if this machine has one.
  assert.ok(findConfig(undefined, { HOME: home })?.startsWith("/etc/sheepdog/") ?? true);
});

test("a named file goes before the environment, and the environment before the usual places", (t) => {
  const { path, write } = folder(t);
  const [one, two] = [write("one", ""), write("two", "")];
  write(".sheepdog.conf", "");
  assert.equal(findConfig(one, { HOME: path, SHEEPDOG_CONFIG: two }), one);
  assert.equal(findConfig(undefined, { HOME: path, SHEEPDOG_CONFIG: two }), two);
  assert.equal(findConfig(undefined, { HOME: path, SHEEPDOG_CONFIG: "" }), join(path, ".sheepdog.conf"));
});

test("XDG_CONFIG_HOME stands for ~/.config, unless it is a relative path", (t) => {
  const { path, write } = folder(t);
  const settings = join(path, "$&settings");
  mkdirSync(join(settings, "sheepdog"), { recursive: true });
  writeFileSync(join(settings, "sheepdog", "sheepdog.toml"), "");
  const plain = write(".sheepdog.conf", "");
  assert.equal(
    findConfig(undefined, { HOME: path, XDG_CONFIG_HOME: settings }),
    join(settings, "sheepdog", "sheepdog.toml"),
  );
  assert.equal(findConfig(undefined, { HOME: path, XDG_CONFIG_HOME: "settings" }), plain);
});

test("a named configuration that is not there is refused, saying who named it", (t) => {
  const { path } = folder(t);
  const file = join(path, "absent.toml");
  const said = (act: () => unknown): string => {
    try {
      return `no error: ${String(act())}`;
    } catch (error) {
      return explain(error);
    }
  };
  assert.match(
    said(() => findConfig(file, {})),
    /no configuration .*absent\.toml \(named by --config\): correct --config/,
  );
  assert.match(
    said(() => findConfig(undefined, { SHEEPDOG_CONFIG: file })),
    /named by \$SHEEPDOG_CONFIG/,
  );
  assert.match(
    said(() => findConfig("", {})),
    /empty name/,
  );
});
