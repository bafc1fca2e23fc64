import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DIST } from "../support/sheepdog.ts";
import { evaluated, unable } from "./checking.ts";

test("Nix evaluates the flake, its units equal those of systemd/, and what is wrong is found", {
  skip: unable,
}, async (t) => {
  const { said, kept } = await evaluated(t, "check-nix");
  for (const line of [
    /nix flake check --no-build --all-systems: nothing to say/,
    /package for x86_64-linux: \/nix\/store\/.*-sheepdog-.*\.drv/,
    /package for aarch64-linux: \/nix\/store\/.*-sheepdog-.*\.drv/,
    /check herd: /,
    /option services\.sheepdog\.watch: list of string/,
    /systemd-analyze verify: nothing to say of \d+ units/,
    /\d+ units equal those of systemd\/ directive by directive, and are as little exposed/,
    /fault missing directive: found out/,
    /fault unknown option: found out: .*enabel/,
    /fault wrong type: found out: .*handler\.enable.*boolean/,
    /fault secret in the store: found out: .*secrets\.smtp/,
    /fault redis without a handler: found out/,
    /fault jobs without an agent: found out/,
    /fault bad calendar: found out/,
  ])
    assert.match(said, line);

  // Sheepdog reads JSON as it reads TOML.
  const config = (name: string, settings: unknown) => {
    const file = join(kept, `${name}.json`);
    writeFileSync(file, JSON.stringify(settings));
    const words = [join(DIST, "sheepdog.cjs"), "config", "check", "--schema", "-c", file];
    return spawnSync(process.execPath, words, { encoding: "utf8" });
  };
  const read = (name: string): unknown => JSON.parse(readFileSync(join(kept, name), "utf8"));
  const right = config("right", read("settings.json"));
  assert.equal(right.status, 0, right.stderr);
  const wrong = read("wrong.json") as Readonly<Record<string, unknown>>;
  for (const [fault, why] of [
    ["unknown setting", /mail\.too: is no key/],
    ["wrong type of a setting", /capture: must be a number/],
    ["bad span", /expect\.nightly\.every: /],
  ] as const) {
    const { status, stderr } = config("wrong", wrong[fault]);
    assert.equal(status, 78, fault);
    assert.match(stderr, why);
  }
});
