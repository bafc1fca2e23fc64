import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "../src/printable.ts";

test("what a terminal would obey is shown instead", () => {
  assert.equal(printable("\u001b[2J\r\n\u009b31m\u0000"), "\\e[2J\\r\\n\\x9b31m\\x00");
  assert.equal(printable("a\u202egnp\u2066\u061c"), "a\\u202egnp\\u2066\\u061c");
  assert.equal(printable("\u{e0041}\ud800"), "\\u{e0041}\ufffd");
});

test("what may stay stays, and text is text", () => {
  assert.equal(printable("a\n\tb\r", "\n\t"), "a\n\tb\\r");
  assert.equal(printable("Grüße, 🐕‍🦺 <b>"), "Grüße, 🐕‍🦺 <b>");
});

test("no control is ever left, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(printable(text), /[\p{Cc}\p{Surrogate}\u2028-\u202e\u2066-\u2069]/u);
    }),
  );
});
