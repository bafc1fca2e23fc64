import assert from "node:assert/strict";
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Fact } from "../../src/bark.ts";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";
import { ROOT } from "../support/stage.ts";

const SAMPLES = join(ROOT, "etc/rules");
const DAY = 24;
const GIB = 1024 ** 3;
const moment = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A bark of so many hours ago. */
const bark = (host: string, tag: string, level: string, hours: number, more: object = {}): string =>
  text(level, { host, tag, time: moment(hours), ...more });
const told = (host: string, hours: number, ...facts: readonly Fact[]): string =>
  bark(host, "facts", "ok", hours, { facts });

interface Sample {
  readonly barks: readonly string[];
  /** Questions, and what the command answers. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}
const ALERTS = "alert(H, T, S)";

/** What each of them is tried on: what it is about, and beside that what it is not. */
const TRIED: Readonly<Record<string, Sample>> = {
  "attack.pl": {
    barks: [told("web1", 1, ["attack", "192.0.2.7", 1500], ["attack", "192.0.2.8", 12])],
    answers: { [ALERTS]: ["web1\tATTACK\t1500 attempts to log in from 192.0.2.7"] },
  },
  "ban.pl": {
    barks: [
      told("web1", 1, ["attack", "192.0.2.7", 150], ["attack", "192.0.2.8", 12]),
      told("web2", 1, ["attack", "2001:db8::7", 20]),
      told("nas", 1, ["attack", "192.0.2.9", 150]),
    ],
    answers: {
      "react(H, J, A)": ["ban", "ban6"]
        .flatMap((job) =>
          ["web1", "web2", "web3"].map(
            (host) => `${host}\t${job}\t{"address":"${job === "ban" ? "192.0.2.7" : "2001:db8::7"}"}`,
          ),
        )
        .sort(),
    },
  },
  "backup.pl": {
    barks: [
      bark("nas", "BORG-ETC", "ok", 5 * DAY),
      bark("nas", "BORG-HOME", "ok", DAY),
      bark("nas", "RESTIC", "fail", 1),
      bark("nas", "SCRUB", "ok", 9 * DAY),
    ],
    answers: {
      [ALERTS]: [
        "nas\tUNSAVED BORG-ETC\tno good backup for three days",
        "nas\tUNSAVED RESTIC\tno good backup for three days",
      ],
    },
  },
  "certificate.pl": {
    barks: [
      told(
        "web1",
        1,
        ["certificate", "/etc/a.pem", "a.example", moment(-10 * DAY)],
        ["certificate", "/etc/b.pem", "b.example", moment(-40 * DAY)],
        ["certificate", "/etc/c.pem", "c.example", moment(DAY)],
      ),
    ],
    answers: {
      [ALERTS]: [
        `web1\tCERTIFICATE a.example\ta.example in /etc/a.pem ends ${moment(-10 * DAY)
          .slice(0, 16)
          .replace("T", " ")}`,
      ],
    },
  },
  "escalate.pl": {
    barks: [bark("nas", "A", "fail", 5), bark("nas", "B", "fail", 3), bark("nas", "C", "warning", 9)],
    answers: {
      "mailto(nas, 'A', To)": ["boss@example.org", "ops@example.org"],
      "mailto(nas, 'B', To)": [],
      "mailto(nas, 'C', To)": [],
    },
  },
  "flood.pl": {
    barks: Array.from({ length: 10 }, (_, at) => [
      bark(`web${at}`, "DNS", "fail", 1),
      bark(`web${at}`, "DISK", at < 9 ? "fail" : "ok", 1),
    ]).flat(),
    answers: {
      [ALERTS]: ["herd\tDNS\t10 machines have it"],
      "mute(web1, 'DNS')": ["yes"],
      "mute(web1, 'DISK')": ["no"],
      "mute(herd, 'DNS')": ["no"],
    },
  },
  "full.pl": {
    barks: [
      told("nas", 8 * DAY, ["disk", "/", 100 * GIB, 60 * GIB], ["disk", "/home", 100 * GIB, 60 * GIB]),
      told("nas", 1, ["disk", "/", 100 * GIB, 80 * GIB], ["disk", "/home", 100 * GIB, 70 * GIB]),
    ],
    answers: { [ALERTS]: ["nas\tFILLS /\t80.0 GiB of 100.0 GiB used, 60.0 GiB a week ago"] },
  },
  "inhibit.pl": {
    barks: [bark("router", "PING", "fail", 1), bark("web1", "HTTP", "fail", 1), bark("nas", "A", "fail", 1)],
    answers: { "mute(web1, 'HTTP')": ["yes"], "mute(router, 'PING')": ["no"], "mute(nas, 'A')": ["no"] },
  },
  "lab.pl": {
    barks: [bark("lab1", "A", "warning", 1), bark("lab1", "B", "fail", 1), bark("nas", "A", "warning", 1)],
    answers: {
      "mute(lab1, 'A')": ["yes"],
      "mute(lab1, 'B')": ["no"],
      "mute(nas, 'A')": ["no"],
      "mailto(lab1, 'B', To)": ["lab@example.org"],
      "mailto(nas, 'A', To)": [],
    },
  },
  "openssl.pl": {
    barks: [
      told("web1", 1, ["package", "openssl", "3.0.9-1"], ["package", "nginx", "1.26.0"]),
      told("web2", 1, ["package", "openssl", "3.0.15-1"], ["package", "zlib", "0.1"]),
    ],
    answers: { [ALERTS]: ["web1\tOLD openssl\topenssl 3.0.9-1 is older than 3.0.15"] },
  },
  "pair.pl": {
    barks: [
      told(
        "web1",
        1,
        ["package", "openssl", "3.0.9"],
        ["package", "nginx", "1.26.0"],
        ["package", "zlib", "1"],
      ),
      told(
        "web2",
        1,
        ["package", "openssl", "3.0.9"],
        ["package", "nginx", "1.22.1"],
        ["package", "zlib", "2"],
      ),
    ],
    answers: { [ALERTS]: ["web1\tUNLIKE nginx\tnginx is 1.26.0, on web2 it is 1.22.1"] },
  },
  "reboot.pl": {
    barks: [
      told("web1", 9 * DAY, ["reboot", "linux-image"]),
      told("web1", 1, ["reboot", "linux-image"]),
      told("web2", 2 * DAY, ["reboot", "dbus"]),
    ],
    answers: { [ALERTS]: ["web1\tREBOOT\tfor a week: linux-image"] },
  },
  "security.pl": {
    barks: [
      told(
        "web1",
        5 * DAY,
        ["update", "openssl", "1", "2", "security"],
        ["update", "vim", "1", "2", "other"],
      ),
      told(
        "web1",
        1,
        ["update", "openssl", "1", "3", "security"],
        ["update", "vim", "1", "2", "other"],
        ["update", "zlib", "1", "2", "security"],
      ),
      told("web2", 1, ["update", "openssl", "1", "2", "security"]),
    ],
    answers: { [ALERTS]: ["web1\tSECURITY\t1 updates for security wait for three days"] },
  },
  "silent.pl": {
    barks: [
      bark("old", "A", "ok", 3 * DAY),
      bark("old", "SILENT", "fail", 1, { monitor: "rule" }),
      bark("new", "A", "ok", 2),
    ],
    answers: {
      [ALERTS]: [
        `old\tSILENT\tnothing was heard of it since ${moment(3 * DAY)
          .slice(0, 16)
          .replace("T", " ")}`,
      ],
      "mute(old, 'A')": ["no"],
    },
  },
  "unstable.pl": {
    barks: [
      ...Array.from({ length: 5 }, (_, at) => [
        bark("web1", "nginx.service", "fail", 100 - 10 * at),
        bark("web1", "nginx.service", "ok", 99 - 10 * at),
      ]).flat(),
      bark("web1", "A", "fail", 3),
    ],
    answers: { [ALERTS]: ["web1\tUNSTABLE nginx.service\tfailed 5 times in a week"] },
  },
};

test("each sample has its try", () => {
  assert.deepEqual(Object.keys(TRIED).sort(), readdirSync(SAMPLES).sort());
});

for (const [name, { barks, answers }] of Object.entries(TRIED))
  test(`${name} says what it is about, and nothing else`, async (t) => {
    const yard = new Farmyard(t);
    await yard.spool.publish("barks", barks);
    await yard.handle();
    const file = join(SAMPLES, name);
    for (const [question, expected] of Object.entries(answers)) {
      const { stdout, stderr } = yard.command("ask", "--file", file, question);
      assert.equal(stderr, "");
      assert.deepEqual(
        stdout.split("\n").filter((line) => line !== ""),
        expected,
        question,
      );
    }
  });

test("all samples can be in force at once, and each rule of mute and mailto can be asked by the handler", async (t) => {
  const yard = new Farmyard(t);
  for (const name of readdirSync(SAMPLES)) copyFileSync(join(SAMPLES, name), join(yard.rules, name));
  const { stdout, status } = yard.command("rules", "check", "-c", join(yard.home, "sheepdog.toml"));
  assert.equal(status, 0);
  assert.match(stdout, /rules in 15 files: ok/);
  await yard.spool.publish("barks", [
    bark("router", "PING", "fail", 0),
    bark("web1", "A", "fail", 0),
    bark("lab1", "B", "fail", 0),
    bark("nas", "C", "fail", 0),
  ]);
  await yard.handle({ rules: [yard.rules] });
  assert.deepEqual(
    yard.said.filter((line) => /rules|heeded/.test(line)),
    [],
  );
  assert.deepEqual((await yard.mail()).map(({ to, bark: { host } }) => `${host} ${to}`).sort(), [
    "lab1 lab@example.org",
    "nas ops@example.org",
    "router ops@example.org",
  ]);
  assert.deepEqual([yard.call().stderr, yard.call().status], ["", 0]);
});
