import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Capture } from "../../src/process/capture.ts";

const fed = (limit: number, ...chunks: readonly string[]): Capture => {
  const capture = new Capture(limit);
  for (const chunk of chunks) capture.take(Buffer.from(chunk));
  return capture;
};

test("what fits is kept whole", () => {
  assert.deepEqual(fed(10, "hello", "world").text(), { text: "helloworld", truncated: false });
});

test("of more than fits the head and the tail are kept, and what was left out is counted", () => {
  assert.deepEqual(fed(10, "0123456789abcdef").text(), {
    text: "01234\n[… 6 bytes left out …]\nbcdef",
    truncated: true,
  });
});

test("a smaller limit can be asked for later", () => {
  assert.equal(fed(100, "0123456789abcdef").text(4).text, "01\n[… 12 bytes left out …]\nef");
});

test("a character is never cut in two", () => {
  assert.equal(fed(8, "aaaé", "x".repeat(20), "éaaa").text().text, "aaa\n[… 24 bytes left out …]\naaa");
  assert.equal(fed(8, "🐕", "x".repeat(20), "🐑").text().text, "🐕\n[… 20 bytes left out …]\n🐑");
});

test("bytes that are no UTF-8 are replaced", () => {
  const capture = new Capture(10);
  capture.take(Buffer.from([0x61, 0xff, 0x62]));
  assert.equal(capture.text().text, "a\ufffdb");
});

test("however the stream is cut into chunks, the same is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 2, max: 40 }), (chunks, limit) => {
      const bytes = Buffer.from(chunks.join(""));
      const whole = new Capture(limit);
      whole.take(bytes);
      const cut = fed(limit, ...chunks);
      assert.equal(cut.total, bytes.length);
      assert.deepEqual(cut.text(), whole.text());
      if (bytes.length <= Math.floor(limit / 2) * 2) assert.equal(cut.text().text, bytes.toString());
    }),
    { numRuns: 2000 },
  );
});
