import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { DIST } from "../support/sheepdog.ts";
import { evaluated, unable } from "./checking.ts";

const config = (file: string) =>
  spawnSync(process.execPath, [join(DIST, "sheepdog.cjs"), "config", "check", "--schema", "-c", file], {
    encoding: "utf8",
  });

test("Guix evaluates the package, the services and a whole system, and finds what is wrong with others", {
  skip: unable,
}, async (t) => {
  const { said, kept } = await evaluated(t, "check-guix");
  for (const line of [
    /package for x86_64-linux: \/gnu\/store\/.*-sheepdog-.*\.drv/,
    /package for aarch64-linux: \/gnu\/store\/.*-sheepdog-.*\.drv/,
    /channel: the package sheepdog@/,
    /lint: nothing to say/,
    /x86_64-linux: \d+ of the \d+ tarballs of package-lock\.json are inputs, and no others/,
    /compiled without a warning/,
    /fault unbound variable: found out/,
    /service sheepdog-handler\n/,
    /timer sheepdog-rounds: next /,
    /whole system: \/gnu\/store\/.*-system\.drv/,
    /whole home: \/gnu\/store\/.*-home\.drv/,
    /fault unknown field: found out: .*handlr\?/,
    /fault wrong type: found out: .*handler\?/,
    /fault wrong type of a setting: found out: .*expectations/,
    /fault secret in the store: found out: .*secrets/,
    /fault bad calendar: found out: .*invalid minutes/,
    /fault bad calendar event: found out: .*out of range/,
    /fault two of one name: found out: .*more than once/,
  ])
    assert.match(said, line);
  const right = config(join(kept, "system.toml"));
  assert.equal(right.status, 0, right.stderr);
  const wrong = config(join(kept, "faulty.toml"));
  assert.equal(wrong.status, 78);
  assert.match(wrong.stderr, /mail\.urii: is no key; did you mean mail\.uri\?[^]*capture: must be a number/);
});
