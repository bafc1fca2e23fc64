import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { localKey } from "../../src/operator/local.ts";
import { Kennel, text } from "../support/kennel.ts";

const ROUNDS = new URL("../../src/unit/rounds.js", import.meta.url).href;

/** A moment so many minutes from now, as iCalendar writes it. */
const stamp = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, "");

const event = (...lines: readonly string[]): string =>
  ["BEGIN:VEVENT", ...lines, "END:VEVENT", ""].join("\r\n");

/** A handler with a diary. */
class Office {
  readonly kennel: Kennel;
  readonly file: string;

  constructor(t: TestContext) {
    this.kennel = new Kennel(t);
    this.file = join(this.kennel.home, "ops.ics");
    this.kennel.configure(
      `name = "shepherd"\n[mail]\nto = "ops@example.org"\n[policy]\ngather = "0s"\n[diary]\nfiles = ["${this.file}"]\n`,
    );
    this.plan();
  }

  plan(...events: readonly string[]): void {
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ""].join("\r\n");
    writeFileSync(this.file, `${lines}${events.join("")}END:VCALENDAR\r\n`);
  }

  /** Calls for rounds. */
  call(): { readonly status: number | null; readonly stderr: string } {
    const program = `import(${JSON.stringify(ROUNDS)}).then(({ main }) => main())`;
    return spawnSync(
      process.execPath,
      ["-e", program, "--", "sheepdog-rounds", "-c", join(this.kennel.home, "sheepdog.toml")],
      {
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"] ?? "/usr/bin:/bin",
          HOME: this.kennel.home,
          TZ: "UTC",
          SHEEPDOG_STATE: this.kennel.state,
          SHEEPDOG_SPOOL: join(this.kennel.home, "spool"),
        },
      },
    );
  }

  /** And has them made. */
  async rounds(): Promise<void> {
    const { status, stderr } = this.call();
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    await this.kennel.handle();
  }

  async mails(): Promise<readonly string[]> {
    return (await this.kennel.mail()).map(({ kind, bark }) => `${kind} ${bark.tag}: ${bark.summary}`);
  }
}

test("an alarm that is due is told once, however often the rounds are made, and whether the handler hears or not", async (t) => {
  const office = new Office(t);
  await office.kennel.handle();
  office.plan(
    event(
      "UID:contract",
      `DTSTART:${stamp(60)}`,
      "SUMMARY:certificate contract ends",
      "BEGIN:VALARM",
      "TRIGGER:-PT61M",
      "END:VALARM",
    ),
    event(
      "UID:later",
      `DTSTART:${stamp(90)}`,
      "SUMMARY:not yet",
      "BEGIN:VALARM",
      "TRIGGER:-PT61M",
      "END:VALARM",
    ),
  );
  assert.equal(office.call().status, 0);
  assert.equal(office.call().status, 0);
  await office.rounds();
  await office.rounds();
  assert.deepEqual(await office.mails(), ["note DIARY: certificate contract ends in 1h"]);
  const barks = await office.kennel.spool.peek("barks", 100);
  assert.equal(office.call().status, 0);
  // What was told is not sent again: what is new is the call.
  assert.equal((await office.kennel.spool.peek("barks", 100)).length, barks.length + 1);
});

test("what the diary says and nobody understands is told once, and that it is understood again", async (t) => {
  const office = new Office(t);
  await office.kennel.handle();
  office.plan(event("UID:odd", "SUMMARY:when?"));
  await office.rounds();
  await office.rounds();
  office.plan();
  await office.rounds();
  await office.rounds();
  const mails = await office.mails();
  assert.equal(mails.length, 2);
  assert.match(mails[0] ?? "", /^bad DIARY-FILES: .*ops\.ics/);
  assert.match(mails[1] ?? "", /^well DIARY-FILES: all of the diary is understood$/);
});

const maintenance = (...more: readonly string[]): string =>
  event(
    "UID:move",
    `DTSTART:${stamp(-10).slice(0, 9)}000000Z`,
    "DTEND:20991231T000000Z",
    "SUMMARY:moving the web servers",
    "CATEGORIES:SHEEPDOG-SILENCE",
    ...more,
  );

test("of what a maintenance is about nobody is told while it lasts; planned no more, it is told then", async (t) => {
  const office = new Office(t);
  const { kennel } = office;
  await kennel.handle();
  office.plan(maintenance("X-SHEEPDOG-HOST:web*"));
  await office.rounds();
  await office.rounds();
  assert.deepEqual(kennel.rows('SELECT host, tag, "by", why FROM silence'), [
    ["web*", "*", "the diary", "moving the web servers"],
  ]);
  await kennel.spool.publish("barks", [text("fail", { host: "web1" }), text("fail", { host: "nas" })]);
  await kennel.handle();
  assert.deepEqual(
    (await kennel.mail()).map(({ bark }) => bark.host),
    ["nas"],
  );
  office.plan();
  await office.rounds();
  await office.rounds();
  assert.deepEqual(
    (await kennel.mail()).map(({ bark }) => bark.host),
    ["nas", "web1"],
  );
});

test("a maintenance of more hosts than strangers may ask for in a minute silences them all, and is never refused", async (t) => {
  const office = new Office(t);
  const { kennel } = office;
  await kennel.handle();
  const hosts = (first: number): readonly string[] =>
    Array.from({ length: 60 }, (_, n) => `X-SHEEPDOG-HOST:rack${first + n}`);
  office.plan(maintenance(...hosts(0)), maintenance(...hosts(60)).replace("move", "two"));
  await office.rounds();
  assert.deepEqual(kennel.rows("SELECT count(*) FROM silence"), [[100]]);
  await office.rounds();
  assert.deepEqual(kennel.rows("SELECT count(*) FROM silence"), [[120]]);
  assert.deepEqual(await office.mails(), []);
});

test("a maintenance that cannot be asked for is named, and is in the way of no other", async (t) => {
  const office = new Office(t);
  await office.kennel.handle();
  office.plan(
    maintenance(`X-SHEEPDOG-HOST:${"web".repeat(100)}`),
    maintenance("X-SHEEPDOG-HOST:web\tdb").replace("move", "two"),
    maintenance("X-SHEEPDOG-HOST:nas").replace("move", "three"),
  );
  await office.rounds();
  assert.deepEqual(office.kennel.rows("SELECT host FROM silence").flat(), ["nas"]);
  assert.match(
    (await office.mails()).join("\n"),
    /^bad DIARY-FILES: .*ops\.ics:4: SHEEPDOG-SILENCE of what no/,
  );
});

test("a silence that an operator ended stays ended, and one of a diary that cannot be read now stays", async (t) => {
  const office = new Office(t);
  const { kennel } = office;
  await kennel.handle();
  office.plan(maintenance("X-SHEEPDOG-HOST:web*"), maintenance("X-SHEEPDOG-HOST:db").replace("move", "two"));
  await office.rounds();
  const open = (): readonly unknown[] =>
    kennel.rows("SELECT host FROM silence WHERE ended IS NULL ORDER BY host").flat();
  assert.deepEqual(open(), ["db", "web*"]);
  const [[id] = []] = kennel.rows("SELECT id FROM silence WHERE host = 'db'");
  const words = ["silence", "end", String(id), "-c", join(kennel.home, "sheepdog.toml")];
  const ended = spawnSync(
    process.execPath,
    [new URL("../support/caller.js", import.meta.url).pathname, ...words],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "/usr/bin:/bin",
        HOME: kennel.home,
        SHEEPDOG_STATE: kennel.state,
        SHEEPDOG_SPOOL: join(kennel.home, "spool"),
      },
    },
  );
  assert.equal(ended.status, 0, ended.stderr);
  await office.rounds();
  await office.rounds();
  assert.deepEqual(open(), ["web*"]);
  rmSync(office.file);
  await office.rounds();
  assert.deepEqual(open(), ["web*"]);
});

test("where the handler's key is gone the rounds are made all the same, and it is said", async (t) => {
  const office = new Office(t);
  await office.kennel.handle();
  office.plan(maintenance("X-SHEEPDOG-HOST:web*"));
  rmSync(localKey(office.kennel.state));
  const { status, stderr } = office.call();
  assert.notEqual(status, 0);
  assert.match(stderr, /sheepdog-rounds: cannot use the handler.s key .*restart sheepdog-handler/);
  assert.equal((await office.kennel.spool.peek("barks", 9)).length, 1);
});
