import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Expectation } from "../../src/config/policy.ts";
import { Config } from "../../src/config/schema.ts";
import { watchedNames } from "../../src/plugin/standard.ts";
import { ROOT } from "../support/stage.ts";

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const found = (text: string, form: RegExp): readonly string[] =>
  [...text.matchAll(form)].map(([, name = ""]) => name).sort();

const units = readdirSync(join(ROOT, "systemd")).filter((name) =>
  /\.(service|socket|timer|path)$/.test(name),
);

test("the options of an expectation in Nix are the keys that Sheepdog knows", () => {
  const [, block = ""] = /\n {4}expect = mkOption \{\n([^]*?)\n {4}\};/.exec(read("nix/options.nix")) ?? [];
  const options = found(block, /\n {12}(\w+) = (?:mkOption|span)/g);
  assert.deepEqual(options, Object.keys(Expectation.shape).sort());
});

test("what Guix watches if nothing else is said is the standard set, but for what asks systemd", () => {
  const [, list = ""] =
    /\(define %standard-indicators([^]*?)\n\n/.exec(read(".guix/modules/sheepdog/configuration.scm")) ?? [];
  const standard = watchedNames(Config.parse({})).filter((name) => !["services", "systemd"].includes(name));
  assert.deepEqual(found(list, /\(+"(\w+)" "/g), standard);
});

test("every unit has its place in the module of NixOS", () => {
  const module = read("nix/module.nix");
  for (const unit of units) {
    const name = unit.replace(/\.\w+$/, "");
    const single = name.replace(/^sheepdog-/, "");
    const placed = module.includes(`"${name}"`) || new RegExp(`single = \\[[^\\]]*"${single}"`).test(module);
    assert.ok(placed, unit);
  }
});

test("every unit that stays has a switch in the service of Guix", () => {
  const service = read(".guix/modules/sheepdog/service.scm");
  // One that is called for each request does not stay.
  const lasting = units.filter(
    (unit) => !unit.includes("@") && /^Type=(?!oneshot)/m.test(read(`systemd/${unit}`)),
  );
  assert.ok(lasting.length >= 4);
  for (const unit of lasting) assert.ok(service.includes(`("${unit.replace(".service", "")}" . ,`), unit);
});
