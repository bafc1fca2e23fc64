import assert from "node:assert/strict";
import { test } from "node:test";
import type { Line, Parcel } from "../../src/parcel.ts";
import { openLog } from "../../src/notify/log.ts";
import { wording } from "../../src/notify/wording.ts";
import { bark, notice, parcel } from "../support/notice.ts";

const line = (tag: string, level: Line["level"] = "fail"): Line => ({
  host: "nas",
  tag,
  level,
  since: "2026-11-22T18:50:02Z",
  summary: "2 errors",
  bark: "0193",
});
const digest = {
  since: "2026-11-21T07:00:00Z",
  until: "2026-11-22T07:00:00Z",
  open: [],
  past: [],
  missing: [],
  own: [],
};
const only: Parcel = { ...parcel(), notices: [], digest };

test("several notices are a line each, one of many hosts is one line, and what is left out is said", () => {
  const disk = (host: string) =>
    notice({
      level: "warning",
      bark: bark({ level: "warning", tag: "DISK", host, content: {}, summary: "90 % full" }),
    });
  const notices = [disk("nas"), notice(), disk("web1"), disk("web1")];
  const { title, text, level } = wording(
    parcel(notices[0], { notices, more: 7, remarks: ["The cap is reached."] }),
  );
  assert.equal(title, "[fail] 4 troubles on 3 hosts, 7 more: BORG-ETC, DISK");
  assert.equal(level, "fail");
  assert.deepEqual(text.split("\n"), [
    "[fail] BORG-ETC on penguin2: exit 2 after 12s",
    "DISK on 2 hosts needs a look: nas, web1",
    "and 7 more, see sheepdog status",
    "The cap is reached.",
  ]);
  const many = Array.from({ length: 100 }, (_, at) => notice({ bark: bark({ tag: `TAG-${at}` }) }));
  assert.match(wording(parcel(many[0], { notices: many })).text, /TAG-29 on .*\nand 70 more$/);
});

test("a digest is no news, and says what is open, missing and held back", () => {
  const quiet = wording(only);
  assert.deepEqual([quiet.title, quiet.level], ["[digest] all well", "ok"]);
  const { title, text } = wording({
    ...only,
    digest: {
      ...digest,
      open: [line("SCRUB")],
      missing: [line("BACKUP", "missing")],
      own: ["2 letters are dead."],
      more: { open: 4 },
    },
  });
  assert.equal(title, "[digest] 5 open, 1 never came, 1 about the dog itself");
  assert.match(text, /Open: 5\n {2}\[fail\] SCRUB on nas: 2 errors; since /);
  assert.match(text, /2 letters are dead\.$/);
});

test("a log has a line for each notice, with what a journal sorts it by", async () => {
  process.env["JOURNAL_STREAM"] = "1:1";
  const written: string[] = [];
  const way = openLog((text) => void written.push(text));
  const evil = notice({ bark: bark({ summary: "x\n<0>y", content: {} }) });
  await way.tell(
    parcel(evil, {
      notices: [evil, notice({ level: "ok", kind: "well" })],
      digest: { ...digest, open: [line("SCRUB")] },
    }),
  );
  delete process.env["JOURNAL_STREAM"];
  assert.deepEqual(written.slice(0, 2), [
    "<3>[fail] BORG-ETC on penguin2: x\\n<0>y (0193f0a1-0000-7000-8000-000000000001)\n",
    "<6>[ok] BORG-ETC on penguin2: well again (0193f0a1-0000-7000-8000-000000000001)\n",
  ]);
  const rest = written.slice(2);
  assert.ok(rest.every((text) => text.startsWith("<6>") && text.indexOf("\n") === text.length - 1));
  assert.match(rest.join(""), /<6>\[fail\] SCRUB on nas: 2 errors; since /);
});
