import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readJson } from "../../src/config/json.ts";

test("whatever JSON there is means the same as to everybody else", () => {
  const depth = { maxDepth: 8 };
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(depth)),
      fc.constantFrom(undefined, 1, "\t"),
      (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(readJson(text, "FILE").value, JSON.parse(text));
      },
    ),
    { numRuns: 300 },
  );
});

test("JSON with one sign changed is refused by us exactly when everybody refuses it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', ":", "0", "\\", "\n", "."),
      (value, where, sign) => {
        const text = JSON.stringify(value);
        const at = 1 + (where % text.length);
        const changed = text.slice(0, at) + sign + text.slice(at + 1);
        const ours = refusal(() => readJson(changed, "FILE"));
        // A key that stands twice is refused by us alone, before the rest is looked at.
        if (!/stands twice/.test(ours ?? ""))
          assert.equal(ours !== undefined, refusal(() => JSON.parse(changed)) !== undefined, changed);
      },
    ),
    { numRuns: 500 },
  );
});

function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
