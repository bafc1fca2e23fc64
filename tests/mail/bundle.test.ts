import assert from "node:assert/strict";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import type { Bark, State } from "../../src/bark.ts";
import { compose, type Desk } from "../../src/mail/compose.ts";
import { render } from "../../src/mail/letter.ts";
import type { Notice } from "../../src/notice.ts";
import type { Parcel } from "../../src/parcel.ts";
import { epoch } from "../../src/time.ts";
import { bark, notice, parcel } from "../support/notice.ts";

process.env["TZ"] = "Europe/Berlin";

const desk: Desk = { name: "shepherd", now: epoch(0) };
const NOON = "2026-11-22T12:00:00.000Z";

/** What is told of a subject that is no job; its id says which. */
function told(
  subject: string,
  summary: string,
  more: Partial<Notice> = {},
  also: Partial<Bark> = {},
): Notice {
  const [tag = "", host = ""] = subject.split(" on ");
  const { content: _, elapsed: __, ...plain } = bark({ time: NOON });
  const level = more.level ?? "fail";
  const about = { ...plain, id: `${tag}-${host}`, host, tag, summary, level: heard(level), ...also };
  return notice({ id: `${tag}-${host}-1`, level, time: NOON, bark: about, ...more });
}
const heard = (state: State): Bark["level"] => (state === "missing" ? "ok" : state);

const before = (level: State, since: string): Partial<Notice> => ({
  previous: { level, since: `2026-11-22T${since}:00.000Z` },
});
const well = (subject: string): Notice =>
  told(subject, "as it should be", { kind: "well", level: "ok", ...before("fail", "09:30") });
const reminder = (subject: string): Notice =>
  told(subject, "97 % used", { kind: "reminder", ...before("fail", "08:00") });
const herd = (count: number): readonly Notice[] =>
  Array.from({ length: count }, (_, at) => told(`DISK on web${at + 1}`, `${at % 3} MB left`));

const together = (notices: readonly Notice[], more: Partial<Parcel> = {}): Parcel =>
  parcel(notice({ id: "together", time: NOON }), { notices, ...more });
const letter = (...notices: readonly Notice[]) => compose(together(notices), desk);
const subject = (...notices: readonly Notice[]): string => letter(...notices).subject;

test("the subject of several says what they come to: what is the worst, on how many hosts, and which", () => {
  for (const [notices, expected] of [
    [herd(37), /^\[fail\] DISK on 37 hosts: web1, web2, .*…$/],
    [
      ["web1", "web2", "nas"].map((host) => told(`DISK on ${host}`, "97 % used")),
      "[fail] DISK on 3 hosts: 97 % used",
    ],
    [
      [told("DISK on nas", "full"), told("LOAD on nas", "40", { level: "warning" }), well("RAID on web")],
      "[fail] 2 troubles on nas, 1 well again: DISK, LOAD",
    ],
    [
      [...herd(9), told("RAID on nas", "sdb"), ...["a", "b", "c"].map((host) => well(`LOAD on ${host}`))],
      "[fail] 10 troubles on 10 hosts, 3 well again: DISK, RAID",
    ],
    [
      [told("BORG on nas", "", { level: "missing" }), told("BORG on web", "", { level: "missing" })],
      "[missing] BORG on 2 hosts: not in time",
    ],
    [[reminder("DISK on a"), reminder("DISK on b")], "[fail] still DISK on 2 hosts: 97 % used"],
    [[reminder("DISK on a"), reminder("RAID on a")], "[fail] still 2 troubles on a: DISK, RAID"],
    [
      [told("LINK on a", "", { kind: "flapping" }), told("LINK on b", "", { kind: "flapping", level: "ok" })],
      "[flapping] LINK on 2 hosts: a, b",
    ],
    [[well("DISK on a"), well("DISK on b")], "[ok] DISK on 2 hosts well again: a, b"],
    [[well("DISK on a"), well("RAID on b")], "[ok] 2 well again on 2 hosts: DISK, RAID"],
    [
      [told("ROOM on cellar", "open a window", { kind: "note", level: "ok" }), well("DISK on a")],
      "[note] ROOM on cellar, 1 well again: open a window",
    ],
  ] as const) {
    const said = subject(...notices);
    if (typeof expected === "string") assert.equal(said, expected);
    else assert.match(said, expected);
    assert.ok(Array.from(said).length <= 150);
  }
});

test("many troubles are one mail: the worst first, one tag on many hosts together, what is over last", () => {
  const letter = compose(
    together(
      [
        well("DISK on web03"),
        told("LINK on nas", "eth0 is down", { kind: "flapping", ...before("fail", "11:30") }),
        reminder("DISK on db"),
        told("ROOM on cellar", "open a window", { kind: "note", level: "ok", text: "It is 31 degrees." }),
        told("SMART on nas", "sda: 12 sectors", {
          kind: "worse",
          level: "unknown",
          ...before("warning", "10:00"),
        }),
        told("LOAD on web01", "load 9, limit 8", { level: "warning" }),
        told("DISK on web01", "/: 97 % used"),
        told("DISK on web02", "/: 98 % used", { remarks: ["The clock of web02 is 2min ahead."] }),
        notice({ id: "borg-1", time: NOON, bark: bark({ id: "borg", time: NOON }) }),
        told("HOME on penguin2", "well", { level: "missing" }, { due: "2026-11-22T03:00:00Z" }),
      ],
      { more: 7, remarks: ["The cap of 20 mails an hour is reached; what follows is in the digest."] },
    ),
    desk,
  );
  assert.equal(
    letter.text,
    `Sun 2026-11-22 13:00:00 +01:00: 8 troubles on 5 hosts, 1 note, 1 well again, 7 more

The cap of 20 mails an hour is reached; what follows is in the digest.

7 more are not in here: what is not well now says sheepdog status, what was, sheepdog list.

DISK on 2 hosts failed: web01, web02
  web01: /: 97 % used; since 2026-11-22 13:00; sheepdog show DISK-web01
  web02: /: 98 % used; since 2026-11-22 13:00; sheepdog show DISK-web02

BORG-ETC on penguin2 failed:
  exit 2 after 12s; since 2026-11-22 13:00; sheepdog show borg

HOME on penguin2 did not come:
  was due 2026-11-22 04:00; sheepdog show HOME-penguin2

SMART on nas cannot be judged:
  sda: 12 sectors, worse than before; since 2026-11-22 11:00, for 2h; sheepdog show SMART-nas

LOAD on web01 needs a look:
  load 9, limit 8; since 2026-11-22 13:00; sheepdog show LOAD-web01

ROOM on cellar:
  open a window; at 2026-11-22 13:00; sheepdog show ROOM-cellar

DISK on db still fails:
  97 % used; since 2026-11-22 09:00, for 4h; sheepdog show DISK-db

LINK on nas goes to and fro, and is not told again until it is stable:
  eth0 is down; since 2026-11-22 12:30, for 30min; sheepdog show LINK-nas

DISK on web03 is well again:
  as it should be; since 2026-11-22 13:00, after 2h 30min; sheepdog show DISK-web03

The clock of web02 is 2min ahead.

--- BORG-ETC on penguin2, stderr ---
Repository /export/backup/borg does not exist.
--- end of BORG-ETC on penguin2, stderr ---

--- ROOM on cellar, text ---
It is 31 degrees.
--- end of ROOM on cellar, text ---

-- 
Sheepdog on shepherd writes once when something goes bad or gets worse, and once when it is well again.
To be told less: set mail.to in its configuration, or --mailto of the job, to others; where neither says whom, the user whose job it was is told.
`,
  );
});

test("of a tag on very many hosts fifty are named, and how many more there are", () => {
  const { subject, text } = letter(...herd(62));
  assert.match(subject, /^\[fail\] DISK on 62 hosts: /);
  assert.match(text, /^DISK on 62 hosts failed: web1, web2, .*, web50 and 12 more$/m);
  assert.equal(text.match(/^ {2}web\d+: \d MB left; since/gm)?.length, 50);
  assert.match(text, /\n {2}and 12 more: sheepdog list\n/);
});

test("of the first few the end of what they said is shown", () => {
  const loud = (host: string): Notice => {
    const lines = Array.from({ length: 2000 }, (_, at) => `${host} ${at}`).join("\n");
    return notice({ bark: bark({ host, content: { ...bark().content, stderr: "", stdout: lines } }) });
  };
  const { text } = letter(...["a", "b", "c", "d", "e", "f"].map(loud));
  assert.match(
    text,
    /--- BORG-ETC on a, stdout, the last part; \d+ bytes before it are left out here ---\na \d/,
  );
  assert.match(text, /e 1999\n--- end of BORG-ETC on e, stdout ---/);
  assert.doesNotMatch(text, /BORG-ETC on f, /);
  assert.ok(text.length < 5 * 4096 + 4000);
});

test("a mail is about 256 KiB at most, however much there is to tell, and says that there is more", async () => {
  // Each of these makes a mail large in its own way: base64, and quoted-printable of what is mostly ASCII, or is not.
  for (const sign of ["鰻", "a鰻a", "=", "\u200b"]) {
    const wide = sign.repeat(20_000);
    const loud = { ...bark().content, stderr: wide, stdout: wide };
    const many = Array.from({ length: 1000 }, (_, at) =>
      notice({
        bark: bark({ host: `${at}${wide.slice(0, 200)}`, tag: `${at}${wide.slice(0, 250)}`, content: loud }),
        remarks: [`${at}${wide.slice(0, 1000)}`],
      }),
    );
    const raw = await render(compose(together(many), desk));
    assert.ok(raw.length < 264 * 1024, `${raw.length} bytes of ${sign}`);
    assert.match((await simpleParser(raw)).text ?? "", /has no room in a mail: see `sheepdog status`/);
  }
});

test("a mail about several troubles refers to the threads of all, up to ten, and answers one only where it is about one", async () => {
  const sent = async (one: Parcel) => {
    const { messageId, inReplyTo, references = [] } = await simpleParser(await render(compose(one, desk)));
    return { messageId, inReplyTo, references: [references].flat() };
  };
  const id = (name: string): string => `<${name}@sheepdog.shepherd>`;
  const first = told("DISK on a", "full");
  const again = { ...reminder("DISK on a"), id: "again", thread: first.id };
  const both = await sent(together([first, { ...well("RAID on b"), thread: "old" }]));
  assert.deepEqual(both, {
    messageId: id("together"),
    inReplyTo: undefined,
    references: [id(first.id), id("old")],
  });
  const later = await sent(together([again, { ...again, kind: "worse" }]));
  assert.deepEqual([later.inReplyTo, later.references], [id(first.id), [id(first.id)]]);
  assert.equal((await sent(together(herd(12)))).references.length, 10);
  // One that was gathered alone, under another name than its notice's: what comes later finds it by its thread.
  const alone = await sent(together([first]));
  assert.deepEqual([alone.inReplyTo, alone.references], [undefined, [id(first.id)]]);
});

test("filters find in the headers what all have in common, and how many there are", async () => {
  const { headers } = await simpleParser(await render(letter(...herd(3))));
  const found = [...headers].filter(([name]) => name.startsWith("x-sheepdog-"));
  assert.deepEqual(found, [
    ["x-sheepdog-tag", "DISK"],
    ["x-sheepdog-level", "fail"],
    ["x-sheepdog-notices", "3"],
  ]);
});

test("named in the header are those who are told all of it", () => {
  const [one, other] = [
    told("A on a", "", { everyone: ["a@x.org", "b@x.org", "c@x.org"] }),
    told("B on b", ""),
  ];
  const to = (everyone: readonly string[]) =>
    compose(together([one, { ...other, everyone }], { to: "b@x.org" }), desk).to;
  assert.deepEqual(to(["b@x.org", "a@x.org"]), ["a@x.org", "b@x.org"]);
  assert.deepEqual(to(["b@x.org"]), ["b@x.org"]);
});
