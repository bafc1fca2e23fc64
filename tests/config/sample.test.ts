import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { sampleToml } from "../../src/config/sample.ts";
import { folder } from "./folder.ts";

const FILE = join(import.meta.dirname, "..", "..", "..", "etc", "sheepdog.toml");

test("etc/sheepdog.toml is what the schema says", () => {
  if (process.env["SHEEPDOG_WRITE_SAMPLE"]) writeFileSync(FILE, sampleToml());
  const cure =
    "stale: run `npx tsc -p . && SHEEPDOG_WRITE_SAMPLE=1 node --test out/tests/config/sample.test.js`";
  assert.equal(readFileSync(FILE, "utf8"), sampleToml(), cure);
});

test("the sample as it is configures what holds anyway", (t) => {
  const { path, write } = folder(t);
  assert.deepEqual(
    loadConfig(write("c", sampleToml(), 0o644), {}).config,
    loadConfig(undefined, { HOME: path }).config,
  );
});

test("the sample with every key taken out of its comment loads, but for those that exclude each other", (t) => {
  const { write } = folder(t);
  const all = sampleToml().replace(/^#(?=[^\s#])/gm, "");
  const { config } = loadConfig(write("c", all.replace(/^(password|calendar) = .*\n/gm, "")), {});
  assert.throws(() => loadConfig(write("c", all), {}), /redis\.password: is given beside `secret`/);
  assert.throws(
    () => loadConfig(write("c", all), {}),
    /calendar: give either `every` or `calendar`, not both/,
  );
  assert.equal(config.redis?.socket, "/run/redis/redis.sock");
  assert.deepEqual(config.mail.to, ["ops@example.org"]);
});

test("each key of a table is explained in words of its own, and tables have names", () => {
  for (const [table = "", ...keys] of sampleToml()
    .split(/^#?\[(?=[a-z.]+\]$)/m)
    .map((part) => part.split("\n\n"))) {
    assert.doesNotMatch(table, /undefined/);
    const said = keys.map((one) =>
      one
        .split("\n")
        .filter((line) => line.startsWith("# "))
        .join(" "),
    );
    const own = said.filter((text) => text !== "" && !text.startsWith("# As in "));
    assert.deepEqual(own, [...new Set(own)]);
  }
});

test("no line of the sample is longer than 90 columns", () => {
  for (const line of sampleToml().split("\n")) assert.ok(line.length <= 90, line);
});
