import assert from "node:assert/strict";
import { test } from "node:test";
import { compose } from "../../src/mail/compose.ts";
import type { Digest, Line, Parcel } from "../../src/parcel.ts";
import { epoch } from "../../src/time.ts";
import { notice } from "../support/notice.ts";

process.env["TZ"] = "Europe/Berlin";

const QUIET: Digest = {
  since: "2026-11-21T07:00:00.000Z",
  until: "2026-11-22T07:00:00.000Z",
  open: [],
  past: [],
  missing: [],
  own: [],
};

const at = (time: string): string => `2026-11-${time}:00.000Z`;
const line = (tag: string, changes: Partial<Line> = {}): Line => ({
  host: "nas",
  tag,
  level: "fail",
  since: at("21T03:00"),
  summary: "exit 2",
  bark: `${tag}-1`,
  ...changes,
});

const letter = (digest: Partial<Digest>, more: Partial<Parcel> = {}) =>
  compose(
    {
      id: "digest-1",
      to: "ops@x.org",
      time: QUIET.until,
      notices: [],
      digest: { ...QUIET, ...digest },
      ...more,
    },
    { name: "shepherd", now: epoch(0) },
  );

test("a digest says what is open, what came and went, what never came, what was held back, and what the dog could not do", () => {
  const { subject, text, to, headers } = letter({
    open: [line("BORG-ETC"), line("LOAD", { level: "warning", since: at("22T06:00"), summary: "load 9" })],
    past: [line("DISK", { until: at("21T05:30"), summary: "97 % used" }), line("RAID", { bark: "" })],
    missing: [line("HOME", { level: "missing", summary: "was due 2026-11-22 04:00" })],
    own: ["From 03:10 to 03:25 it was blind.", "One message to eve@x.org is dead."],
    more: { past: 10 },
  });
  assert.equal(subject, "[digest] 2 open, 12 came and went, 1 never came, 2 about the dog itself");
  assert.equal(
    text,
    `From Sat 2026-11-21 08:00:00 +01:00 to Sun 2026-11-22 08:00:00 +01:00: 2 open, 12 came and went, 1 never came, 2 about the dog itself

Open: 2
  [fail] BORG-ETC on nas: exit 2; since 2026-11-21 04:00, for 1d 4h; sheepdog show BORG-ETC-1
  [warning] LOAD on nas: load 9; since 2026-11-22 07:00, for 1h; sheepdog show LOAD-1

Came and went: 12
  [fail] DISK on nas: 97 % used; from 2026-11-21 04:00, for 2h 30min; sheepdog show DISK-1
  [fail] RAID on nas: exit 2; since 2026-11-21 04:00, for 1d 4h
  and 10 more: sheepdog list

Never came: 1
  [missing] HOME on nas: was due 2026-11-22 04:00; since 2026-11-21 04:00, for 1d 4h; sheepdog show HOME-1

What the dog itself could not do: 2
  From 03:10 to 03:25 it was blind.
  One message to eve@x.org is dead.

-- 
Sheepdog on shepherd. What is not well now: sheepdog status. What was barked: sheepdog list
`,
  );
  assert.deepEqual(to, ["ops@x.org"]);
  assert.equal(headers["X-Sheepdog-Notices"], "0");
});

test("what there is nothing of is left out, and a quiet day is three lines", () => {
  const busy = letter({ past: [line("DISK", { until: at("21T05:30") })] });
  assert.equal(busy.subject, "[digest] 1 came and went");
  assert.doesNotMatch(busy.text, /Open|Never came|could not do/);
  const quiet = letter({});
  assert.equal(quiet.subject, "[digest] all well");
  assert.match(quiet.text, /^From .* to .*: all well\n\n-- \nSheepdog on shepherd\..*\n$/);
});

test("of a long list a hundred lines are shown, and how many more there are", () => {
  const { text } = letter({
    open: Array.from({ length: 130 }, (_, at) => line(`T${at}`)),
    own: Array.from({ length: 130 }, (_, at) => `sentence ${at}`),
    more: { open: 5 },
  });
  assert.match(text, /^Open: 135$/m);
  assert.match(text, /T99 on nas: .*\n {2}and 35 more: sheepdog status\n/);
  assert.match(text, /sentence 99\n {2}and 30 more: sheepdog dead list\n/);
});

test("a digest that goes with something new comes after it, and the subject is that of what is new", () => {
  const { subject, text } = letter({ open: [line("BORG-ETC")] }, { notices: [notice()] });
  assert.equal(subject, "[fail] BORG-ETC on penguin2: exit 2 after 12s");
  assert.ok(text.indexOf("BORG-ETC on penguin2 failed:") < text.indexOf("Open: 1"), text);
});
