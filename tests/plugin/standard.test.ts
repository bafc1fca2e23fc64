import assert from "node:assert/strict";
import { test } from "node:test";
import { Config } from "../../src/config/schema.ts";
import { watchedNames } from "../../src/plugin/standard.ts";

const watched = (config: object): readonly string[] => watchedNames(Config.parse(config));

test("a table says that only tables are watched, unless the standard set is wanted as well", () => {
  const standard = watched({});
  assert.ok(standard.includes("disk") && standard.includes("memory"));
  assert.deepEqual(watched({ indicators: { room: {}, beds: {} } }), ["beds", "room"]);
  assert.deepEqual(watched({ standard: true, indicators: { room: {} } }), [...standard, "room"].sort());
});

test("one of the standard set with a table is watched once, and not at all where that says so", () => {
  const standard = watched({});
  assert.deepEqual(watched({ standard: true, indicators: { disk: { every: "1h" } } }), standard);
  assert.deepEqual(
    watched({ standard: true, indicators: { disk: { enabled: false } } }),
    standard.filter((name) => name !== "disk"),
  );
});
