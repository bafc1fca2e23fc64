import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as holds, constantFrom, property, string, uniqueArray } from "fast-check";
import { shorten } from "../../src/cli/shorten.ts";

test("ids are shown as short as they can be told apart", () => {
  const ids = [
    "019aa0d1-5d02-7000-8000-000000000001",
    "019aa0d1-5d07-7000-8000-000000000001",
    "019bb000-0000-7000-8000-000000000001",
    "x",
  ];
  assert.deepEqual(ids.map(shorten(ids)), ["019aa0d1-5d02", "019aa0d1-5d07", "019bb000", "x"]);
});

test("an abbreviation begins one id and no other", () => {
  holds(
    property(
      uniqueArray(string({ unit: constantFrom("a", "b", "-"), minLength: 1, maxLength: 14 })),
      (ids) => {
        const short = shorten(ids);
        for (const id of ids) {
          const named = ids.filter((one) => one.startsWith(short(id)));
          assert.ok(
            named.length === 1 || (named.includes(id) && short(id) === id),
            `${short(id)} of ${ids.join(" ")}`,
          );
        }
      },
    ),
  );
});
