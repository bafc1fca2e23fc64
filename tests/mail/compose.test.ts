import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as always, asyncProperty, string } from "fast-check";
import { simpleParser } from "mailparser";
import type { Level, State } from "../../src/bark.ts";
import { compose, type Desk } from "../../src/mail/compose.ts";
import { render } from "../../src/mail/letter.ts";
import type { Notice } from "../../src/notice.ts";
import type { Parcel } from "../../src/parcel.ts";
import { epoch } from "../../src/time.ts";
import { bark, notice, parcel } from "../support/notice.ts";

process.env["TZ"] = "Europe/Berlin";

const desk: Desk = { name: "shepherd.example.org", now: epoch(Date.parse("2026-11-22T18:50:03Z")) };
const letter = (one: Notice = notice()) => compose(parcel(one), desk);
const parse = async (one: Notice, at: Desk = desk) => parsed(parcel(one), at);
const parsed = async (one: Parcel, at: Desk = desk) => simpleParser(await render(compose(one, at)));
const run = (changes: object, level: Level = "fail") =>
  notice({ bark: bark({ level, content: { ...bark().content, ...changes } }) });

test("the subject says what failed, where, how and after how long", () => {
  assert.equal(letter().subject, "[fail] BORG-ETC on penguin2: exit 2 after 12s");
});

test("the subject says which signal, which limit, and that a command is not there", () => {
  const said = (changes: object): string => letter(run(changes)).subject.replace(/^.*?: /, "");
  assert.equal(said({ status: null, signal: "SIGKILL" }), "killed by SIGKILL after 12s");
  assert.equal(said({ status: 124, timeout: 7200 }), "stopped at its limit of 2h");
  assert.equal(said({ status: 127 }), "exit 127 (command not found) after 12s");
  assert.equal(said({ status: null }), "never started after 12s");
});

test("the subject of what is well again says how long it was not", () => {
  const well = notice({
    kind: "well",
    bark: bark({ level: "ok" }),
    previous: { level: "fail", since: "2026-11-22T15:40:02Z" },
  });
  assert.equal(letter(well).subject, "[ok] BORG-ETC on penguin2: well again after 3h 10min");
});

test("what is told again says that it is still so, and since when; what goes to and fro, that it will be quiet", () => {
  const more = { previous: { level: "fail", since: "2026-11-22T14:50:03Z" } } as const;
  const again = letter(notice({ kind: "reminder", time: "2026-11-22T18:50:03Z", ...more }));
  assert.equal(again.subject, "[fail] BORG-ETC on penguin2: still, for 4h: exit 2 after 12s");
  assert.match(again.text, /^BORG-ETC on penguin2 still fails, for 4h now: exit 2 after 12s\n/);
  assert.match(again.text, /^Before: {3}fail since Sun 2026-11-22 15:50:03 \+01:00, for 4h$/m);
  const flaps = letter(notice({ kind: "flapping", ...more }));
  assert.equal(flaps.subject, "[flapping] BORG-ETC on penguin2: goes to and fro, now fail");
  assert.match(
    flaps.text,
    /^BORG-ETC on penguin2 goes to and fro, and is not told again until it is stable: exit 2/,
  );
});

test("what did not come is told by when it was due, and shows nothing that the last one said", () => {
  const last = { level: "ok", expect: "24h", time: "2026-11-21T18:50:02Z" } as const;
  const { subject, text, headers } = letter(notice({ level: "missing", bark: bark(last) }));
  assert.equal(subject, "[missing] BORG-ETC on penguin2: did not come, was due 2026-11-22 19:50");
  assert.match(text, /^BORG-ETC on penguin2 did not come: was due 2026-11-22 19:50\n/);
  assert.match(text, /^Was due: {2}Sun 2026-11-22 19:50:02 \+01:00$/m);
  assert.doesNotMatch(text, /--- std|Result:|Next due/);
  assert.equal(headers["X-Sheepdog-Level"], "missing");
  const unknown = letter(notice({ level: "missing", bark: bark({ level: "ok", expect: "soon" }) }));
  assert.equal(unknown.subject, "[missing] BORG-ETC on penguin2: did not come, not in time");
});

test("what is bad in another way than was told is not called worse", () => {
  const worse = (level: State, before: State): string =>
    letter(notice({ kind: "worse", level, previous: { level: before, since: "2026-11-22T14:50:03Z" } })).text;
  assert.match(worse("fail", "warning"), /^BORG-ETC on penguin2 failed, worse than before: /);
  assert.match(worse("fail", "missing"), /^BORG-ETC on penguin2 failed, in another way than before: /);
  assert.match(worse("missing", "fail"), /^BORG-ETC on penguin2 did not come, in another way than before: /);
});

test("a bark about no job has its summary as subject", () => {
  const { content: _, elapsed: __, ...rest } = bark({ host: "nas", tag: "SCRUB", summary: "2 errors" });
  assert.equal(letter(notice({ bark: rest })).subject, "[fail] SCRUB on nas: 2 errors");
});

test("how to be told less is right for an address of the configuration and for the user whose job it was", async () => {
  const { text = "" } = await parse(notice());
  assert.match(text, /To be told less: set mail\.to .*, or --mailto of the job on penguin2, to others/);
  assert.match(text, /where neither says whom, the user whose job it was is told/);
});

test("the body has everything that is needed at 3 a.m., in local time with its offset", async () => {
  const { text = "" } = await parse(
    notice({
      previous: { level: "ok", since: "2026-11-20T18:50:02.500Z" },
      remarks: ["The address x@y was not allowed."],
    }),
  );
  for (const line of [
    "BORG-ETC on penguin2 failed: exit 2 after 12s",
    "Host:     penguin2",
    "User:     backup",
    "Command:  borg create --stats /export/backup/borg::stamp /export/ipfs",
    "Started:  Sun 2026-11-22 19:49:50 +01:00",
    "Ended:    Sun 2026-11-22 19:50:02 +01:00",
    "Elapsed:  12s",
    "Result:   exit 2",
    "Before:   ok since Fri 2026-11-20 19:50:02 +01:00, for 2d",
    "More:     sheepdog show 0193f0a1-0000-7000-8000-000000000001",
    "History:  sheepdog list --host penguin2 --tag BORG-ETC",
    "At it:    sheepdog ack penguin2 BORG-ETC --why …",
    "The address x@y was not allowed.",
    "--- stderr ---",
    "Repository /export/backup/borg does not exist.",
    "--- stdout ---",
    "12 files",
  ])
    assert.ok(text.split("\n").includes(line), `${line}\nis missing in\n${text}`);
});

test("a stream that is empty is said to be nothing", () => {
  assert.match(
    letter(run({ stderr: "", stdout: " \n" })).text,
    /--- stderr: nothing ---\n\n--- stdout: nothing ---/,
  );
});

test("of a long stream the end is shown, from the start of a line, and how much is missing is said", () => {
  const stderr = Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join("\n");
  const { text } = letter(run({ stderr }));
  const left = /--- stderr, the last part; (\d+) bytes before it are left out here ---\n(line \d+)\n/.exec(
    text,
  );
  assert.ok(left, text.slice(0, 2000));
  assert.equal(stderr.slice(Number(left[1])).split("\n")[0], left[2]);
  assert.match(text, /line 19999\n--- end of stderr ---/);
});

test("the same notice to several people is one Message-ID, and all of them are in the header", async () => {
  const everyone = ["a@x.org", "b@x.org"];
  const one = parcel(notice({ everyone }));
  const mails = await Promise.all([parsed(one), parsed({ ...one, to: "b@x.org" })]);
  assert.equal(mails[0]?.messageId, `<${one.id}@sheepdog.shepherd.example.org>`);
  assert.equal(mails[1]?.messageId, mails[0]?.messageId);
  for (const mail of mails)
    assert.deepEqual(
      [mail.to].flat().flatMap((to) => to?.value.map(({ address }) => address)),
      everyone,
    );
});

test("well again threads under the mail that said it failed", async () => {
  const first = notice();
  const mail = await parse(notice({ kind: "well", thread: first.id, bark: bark({ level: "ok" }) }));
  const before = await parse({ ...first, thread: first.id });
  assert.equal(mail.inReplyTo, before.messageId);
  assert.deepEqual([mail.references].flat(), [before.messageId]);
  assert.equal(before.inReplyTo, undefined);
});

test("nobody's holiday message comes back, and filters find what they need", async () => {
  const { headers } = await parse(notice());
  assert.equal(headers.get("auto-submitted"), "auto-generated");
  assert.equal(headers.get("x-auto-response-suppress"), "All");
  assert.equal(headers.get("x-sheepdog-host"), "penguin2");
  assert.equal(headers.get("x-sheepdog-tag"), "BORG-ETC");
  assert.equal(headers.get("x-sheepdog-level"), "fail");
  assert.equal(headers.get("x-sheepdog-bark"), bark().id);
});

test("a login name gets this machine as its domain, and a nameless machine is still one", async () => {
  const mail = await parse(notice({ everyone: ["root"] }), { ...desk, name: "böse\r\nBcc: x@y" });
  assert.deepEqual([mail.to].flat()[0]?.value[0]?.address, "root@b-se-bcc-x-y");
  assert.equal(mail.from?.value[0]?.address, "sheepdog@b-se-bcc-x-y");
});

const HOSTILE = [
  "x\r\nBcc: victim@example.org\r\n\r\nbody",
  "x\nX-Injected: yes",
  "\u001b]0;owned\u0007\u001b[2J\u009b31m",
  "<script>alert(1)</script>",
  "\u202egnp.exe\u2066",
  "🐑🐕".repeat(120),
  "=?utf-8?B?QmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
  "\ud800lone\udfff",
  "'; rm -rf / #",
  "a".repeat(250),
];

test("nothing in a bark can add a header or a recipient, or reach a terminal", async () => {
  for (const evil of HOSTILE) {
    const bad = bark({
      host: evil,
      tag: evil,
      summary: evil,
      user: evil,
      content: { command: evil, stderr: evil, stdout: evil, status: 1 },
    });
    const made = letter(notice({ bark: bad }));
    const raw = (await render(made)).toString("latin1");
    const head = raw.slice(0, raw.indexOf("\n\n"));
    // A header that is folded goes on in a line that begins with a blank.
    const names = head
      .split("\n")
      .filter((line) => !/^[ \t]/.test(line))
      .map((line) => line.split(":")[0]);
    assert.deepEqual(new Set(names), new Set(EXPECTED), `${JSON.stringify(evil)}\n${head}`);
    assert.ok(
      raw.split("\n").every((line) => line.length <= 998 && /^[\t\x20-\x7e]*$/.test(line)),
      JSON.stringify(evil),
    );
    assert.ok(Array.from(made.subject).length <= 150, made.subject);
    const mail = await simpleParser(raw);
    assert.doesNotMatch(
      `${mail.subject}${mail.text}`,
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
    assert.deepEqual(
      [mail.to].flat().flatMap((to) => to?.value.map(({ address }) => address)),
      ["admin@myhost.eu"],
    );
    assert.equal(mail.cc ?? mail.bcc ?? mail.html, false);
  }
});
const EXPECTED = [
  "From",
  "To",
  "Subject",
  "Message-ID",
  "Date",
  "MIME-Version",
  "Content-Type",
  "Content-Transfer-Encoding",
  "Auto-Submitted",
  "X-Auto-Response-Suppress",
  "X-Sheepdog-Host",
  "X-Sheepdog-Tag",
  "X-Sheepdog-Level",
  "X-Sheepdog-Bark",
];

test("what is pasted into a shell from a mail is one word, whatever the tag", () => {
  const { text } = letter(notice({ bark: bark({ tag: "a'; rm -rf ~; '", host: "$(reboot)" }) }));
  assert.match(text, /--host '\$\(reboot\)' --tag 'a'\\''; rm -rf ~; '\\'''/);
});

test("any text at all becomes a mail whose lines every server takes, and arrives as it was", async () => {
  await always(
    asyncProperty(
      string({ unit: "binary", maxLength: 200 }),
      string({ unit: "grapheme", maxLength: 3000 }),
      async (tag, stderr) => {
        const content = { ...bark().content, stderr: `<${stderr}>` };
        const made = letter(notice({ bark: bark({ tag: tag || "x", content }) }));
        const raw = await render(made);
        assert.ok(
          raw
            .toString("latin1")
            .split("\n")
            .every((line) => line.length <= 998 && /^[\t\x20-\x7e]*$/.test(line)),
        );
        const mail = await simpleParser(raw);
        assert.ok(
          mail.text?.includes(/--- stderr ---\n([^]*)\n--- end of stderr/.exec(made.text)?.[1] ?? "?"),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a parcel with odd times, names and addresses never stops the mailer", () => {
  for (const odd of [
    { previous: { level: "ok", since: "never" } },
    { time: "yesterday" },
    { everyone: ["", "null", "x y", "a@x.org\r\nBcc: b@x.org"] },
    { id: "<>\r\n@" },
  ] as const)
    assert.match(
      letter({ ...notice(), ...odd }).messageId,
      /^<[0-9a-f-]+@sheepdog\.shepherd\.example\.org>$/,
    );
});
