import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { type Bark, LEVELS, STATES } from "../../src/bark.ts";
import { compose } from "../../src/mail/compose.ts";
import { render } from "../../src/mail/letter.ts";
import { type Parcel, parseParcel } from "../../src/parcel.ts";
import { epoch } from "../../src/time.ts";

/** What has been used against headers, terminals, mail programs and shells. */
const evil = fc.constantFrom(
  "x\r\nBcc: victim@example.org\r\n\r\nINJECTED",
  "x\nINJECTED: yes",
  "x\u2028INJECTED\u0085INJECTED",
  "\u001b]0;owned\u0007\u001b[2J\u009b31m",
  "\u202egnp.exe\u2066\u200f",
  "\u{e0041}\u200b",
  "=?utf-8?B?QmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
  "\ud800lone\udfff",
  "'; rm -rf / #",
  "<script>alert(1)</script>",
  "victim@example.org, ",
);
const text = (most: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      evil,
      fc.string({ unit: "binary", maxLength: 40 }),
      evil.map((one) => one.repeat(40)),
    )
    .map((one) => one.slice(0, most));
const name = (most: number): fc.Arbitrary<string> => text(most).map((one) => one || "x");
const time = fc.oneof(fc.constant("2026-11-22T18:50:02.500Z"), evil);
const moment = fc.constantFrom("2026-11-22T18:50:02.500Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
const state = fc.constantFrom(...STATES);
const maybe: { requiredKeys: never[] } = { requiredKeys: [] };

const bark = fc.record(
  {
    id: name(64),
    time: moment,
    host: name(253),
    tag: name(256),
    user: text(253),
    monitor: name(64),
    level: fc.constantFrom(...LEVELS),
    summary: text(1024),
    elapsed: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    content: fc.record(
      { command: text(400), stdout: text(9000), stderr: text(9000), journal: text(400), signal: text(40) },
      maybe,
    ),
    expect: fc.oneof(fc.constantFrom("24h", "9999999999999w"), name(64)),
    due: moment,
  },
  { requiredKeys: ["id", "time", "host", "tag", "level"] },
);
const notice = fc.record(
  {
    id: name(64),
    kind: fc.constantFrom("bad", "worse", "well", "reminder", "flapping", "note"),
    level: state,
    everyone: fc.array(text(60), { maxLength: 3 }),
    time,
    previous: fc.record({ level: state, since: time }),
    thread: name(64),
    remarks: fc.array(text(400), { maxLength: 2 }),
    text: text(9000),
    bark,
  },
  { requiredKeys: ["id", "kind", "level", "everyone", "time", "bark"] },
);
const lines = fc.array(
  fc.record(
    {
      host: text(253),
      tag: text(256),
      level: state,
      since: time,
      until: time,
      summary: text(2000),
      bark: text(64),
    },
    { requiredKeys: ["host", "tag", "level", "since", "summary", "bark"] },
  ),
  { maxLength: 3 },
);
const count = fc.nat(1000);
const digest = fc.record(
  {
    since: time,
    until: time,
    open: lines,
    past: lines,
    missing: lines,
    held: lines,
    own: fc.array(text(2000), { maxLength: 3 }),
    more: fc.record({ open: count, own: count }, maybe),
  },
  { requiredKeys: ["since", "until", "open", "past", "missing", "held", "own"] },
);
const parcel = fc
  .record(
    {
      id: name(64),
      to: fc.constant("ops@example.org"),
      time,
      notices: fc.array(notice, { maxLength: 6 }),
      more: count,
      remarks: fc.array(text(2000), { maxLength: 3 }),
      digest,
    },
    { requiredKeys: ["id", "to", "time", "notices"] },
  )
  .map((one) => parseParcel(JSON.stringify(one)))
  .filter((one): one is Parcel => one !== undefined);

const HEADERS = new Set(
  "From To Subject Message-ID Date In-Reply-To References MIME-Version Content-Type Content-Transfer-Encoding Auto-Submitted X-Auto-Response-Suppress X-Sheepdog-Host X-Sheepdog-Tag X-Sheepdog-Level X-Sheepdog-Bark X-Sheepdog-Notices".split(
    " ",
  ),
);
const OBEYED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u;

test("whatever a parcel holds, its mail has the headers, the recipients and the lines that we gave it, and nothing that is obeyed", async () => {
  await fc.assert(
    fc.asyncProperty(parcel, async (one) => {
      const letter = compose(one, { name: "shepherd", now: epoch(0) });
      const raw = (await render(letter)).toString("latin1");
      const head = raw.slice(0, raw.indexOf("\n\n"));
      // A header that is folded goes on in a line that begins with a blank.
      const names = head.split("\n").filter((line) => !/^[ \t]/.test(line));
      for (const line of names) assert.ok(HEADERS.has(line.split(":")[0] ?? ""), line);
      assert.equal(new Set(names.map((line) => line.split(":")[0])).size, names.length, "each once");
      for (const line of raw.split("\n")) assert.match(line, /^[\t\x20-\x7e]{0,998}$/);
      assert.ok(Array.from(letter.subject).length <= 150, letter.subject);
      assert.match(letter.subject, /^\[(ok|warning|unknown|fail|missing|flapping|note|digest)\] /);
      const mail = await simpleParser(raw);
      assert.doesNotMatch(`${mail.subject}${mail.text}`, OBEYED);
      const tag = mail.headers.get("x-sheepdog-tag") ?? "";
      assert.ok(typeof tag === "string" && !OBEYED.test(tag));
      const readers = [mail.to].flat().flatMap((to) => to?.value.map(({ address }) => address) ?? []);
      assert.ok(readers.includes("ops@example.org"));
      assert.equal(readers.length, letter.to.length);
      assert.ok(!readers.includes("victim@example.org"));
      assert.equal(mail.cc ?? mail.bcc ?? mail.html, false);
      assert.ok([mail.references ?? []].flat().length <= 10);
    }),
    { numRuns: 300 },
  );
});

test("no line of a mail is made by a host, a tag, a summary, a remark or an id, unless it is what a job said", () => {
  fc.assert(
    fc.property(parcel, (one) => {
      const notices = one.notices.map((notice) => ({ ...notice, text: "", bark: silent(notice.bark) }));
      const { text } = compose({ ...one, notices }, { name: "shepherd", now: epoch(0) });
      assert.doesNotMatch(text, /^INJECTED/m);
    }),
    { numRuns: 300 },
  );
});

const silent = (bark: Bark): Bark => ({ ...bark, content: { command: bark.tag, status: 1 } });

test("the same parcel is the same letter, whenever it is sent again", () => {
  fc.assert(
    fc.property(parcel, (one) => {
      const at = (moment: number) => compose(one, { name: "shepherd", now: epoch(moment) });
      const { date: _, ...first } = at(0);
      const { date: __, ...again } = at(1e12);
      assert.deepEqual(first, again);
    }),
    { numRuns: 50 },
  );
});
