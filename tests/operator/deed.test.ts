import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDeed } from "../../src/operator/deed.ts";
import { deedText } from "../support/deed.ts";

const ID = "019aa0d1-5d02-7000-8000-000000000001";
const TIME = "2026-11-25T14:00:00.000Z";
const silence = {
  kind: "silence",
  id: ID,
  host: "web*",
  tag: "*",
  time: TIME,
  until: "2026-11-25T16:00:00.000Z",
};
const bare = { host: undefined, tag: undefined, why: undefined };

test("each kind of deed is read as it was written", () => {
  for (const more of [
    silence,
    { kind: "end", id: ID, ...bare },
    {},
    { kind: "unack", why: undefined },
    { ...bare, kind: "halt", why: "so" },
    { ...bare, kind: "resume" },
  ]) {
    const text = deedText(more);
    assert.deepEqual(parseDeed(text), { ok: true, value: JSON.parse(text) });
  }
});

const REFUSED: readonly (readonly [what: string, more: object, says: RegExp])[] = [
  [
    "is of no kind that is known",
    { kind: "reboot" },
    /`kind` is missing or not as it should be; make it with `sheepdog silence`/,
  ],
  ["says more than is known", { also: "everything" }, /it says `also`, which is not known here/],
  ["says what a terminal would obey", { "\u001b[2J": 1 }, /it says `\\e\[2J`, which/],
  ["has no host", { host: undefined }, /`host` is missing/],
  ["has a host of two lines", { host: "a\nb" }, /`host` is missing or not/],
  ["has an endless host", { host: "a".repeat(254) }, /`host` is missing or not/],
  ["has an empty tag", { tag: "" }, /`tag` is missing or not/],
  ["has an endless reason", { why: "a".repeat(501) }, /`why` is missing or not/],
  ["says not who asks", { by: undefined }, /`by` is missing/],
  ["has no nonce", { nonce: "1" }, /`nonce` is missing or not/],
  ["was signed on no day", { time: "2026-13-45T00:00:00.000Z" }, /`time` is missing or not/],
  [
    "was signed at a moment of another spelling",
    { time: "2026-11-25T14:00:00Z" },
    /`time` is missing or not/,
  ],
  ["is over when it is signed", { ...silence, until: TIME }, /its `until` is over when it is signed/],
  ["lasts for years", { ...silence, until: "2028-11-25T16:00:00.000Z" }, /longer than 366d/],
  ["halts without a reason", { ...bare, kind: "halt" }, /`why` is missing/],
  ["halts something of its own", { kind: "halt" }, /it says `host`, which is not known here/],
  ["ends a silence of no id", { kind: "end", id: "x", ...bare }, /`id` is missing or not/],
];

for (const [what, more, says] of REFUSED)
  test(`a deed that ${what} is refused with the cure`, () => {
    const read = parseDeed(deedText(more));
    assert.match(read.ok ? "accepted" : read.fault, says);
  });

test("what is no JSON object, or has no bytes that could be signed, is no deed", () => {
  for (const [text, says] of [
    ["", /not JSON/],
    ["[]", /no deed/],
    ["null", /no deed/],
    ['"silence"', /no deed/],
    [deedText().replace("disk", "\ud800"), /not UTF-8/],
  ] as const) {
    const read = parseDeed(text);
    assert.match(read.ok ? "accepted" : read.fault, says, text);
  }
});
