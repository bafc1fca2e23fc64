import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Level } from "../../src/bark.ts";
import { readNagios } from "../../src/plugin/nagios.ts";
import nagios from "../../src/plugins/nagios.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";
import { Machine } from "../support/sheepdog.ts";

// The real ones, of Debian's monitoring-plugins-basic.
const PLUGINS = "/usr/lib/nagios/plugins";

async function port(t: TestContext, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return String((server.address() as AddressInfo).port);
}

/** A server that says one line to whoever comes. */
const greeter = (t: TestContext, line: string): Promise<string> =>
  port(
    t,
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (said) =>
        socket.end(said.toString().startsWith("QUIT") ? "221 bye\r\n" : "250 ok\r\n"),
      );
      socket.write(`${line}\r\n`);
    }),
  );

type Words = readonly string[];
interface Case {
  readonly check: string;
  readonly good: (t: TestContext) => Words | Promise<Words>;
  readonly bad: (t: TestContext) => Words | Promise<Words>;
  readonly level?: Level;
  /** Whether it measures something. */
  readonly perf?: boolean;
}

const old = (t: TestContext): string => {
  const file = join(folder(t), "file");
  writeFileSync(file, "some text");
  return file;
};

const CASES: readonly Case[] = [
  {
    check: "check_disk",
    good: () => ["-w", "0%", "-c", "0%", "-p", "/"],
    bad: () => ["-w", "100%", "-c", "100%", "-p", "/"],
    perf: true,
  },
  {
    check: "check_load",
    good: () => ["-w", "1000,1000,1000", "-c", "2000,2000,2000"],
    bad: () => ["-w", "0.001,0.001,0.001", "-c", "0.001,0.001,0.001"],
    perf: true,
  },
  {
    check: "check_procs",
    good: () => ["-w", "100000", "-c", "100000"],
    bad: () => ["-w", "0", "-c", "0"],
    perf: true,
  },
  {
    check: "check_users",
    good: () => ["-w", "1000", "-c", "1000"],
    bad: () => ["-w", "-1", "-c", "-1"],
    level: "unknown",
  },
  { check: "check_dummy", good: () => ["0", "all well"], bad: () => ["2", "not at all"] },
  {
    check: "check_file_age",
    good: (t) => ["-w", "1000", "-c", "2000", "-f", old(t)],
    bad: () => ["-f", "/nowhere"],
  },
  {
    check: "check_tcp",
    good: async (t) => ["-H", "127.0.0.1", "-p", await greeter(t, "hello")],
    bad: () => ["-H", "127.0.0.1", "-p", "1"],
    perf: true,
  },
  {
    check: "check_smtp",
    good: async (t) => ["-H", "127.0.0.1", "-p", await greeter(t, "220 here ESMTP")],
    bad: () => ["-H", "127.0.0.1", "-p", "1"],
    perf: true,
  },
  {
    check: "check_ssh",
    good: async (t) => ["-p", await greeter(t, "SSH-2.0-OpenSSH_9.2"), "127.0.0.1"],
    bad: () => ["-p", "1", "127.0.0.1"],
  },
  {
    check: "check_ftp",
    good: async (t) => ["-H", "127.0.0.1", "-p", await greeter(t, "220 here")],
    bad: () => ["-H", "127.0.0.1", "-p", "1"],
    perf: true,
  },
  {
    check: "check_pop",
    good: async (t) => ["-H", "127.0.0.1", "-p", await greeter(t, "+OK here")],
    bad: () => ["-H", "127.0.0.1", "-p", "1"],
    perf: true,
  },
  {
    check: "check_imap",
    good: async (t) => ["-H", "127.0.0.1", "-p", await greeter(t, "* OK here")],
    bad: () => ["-H", "127.0.0.1", "-p", "1"],
    perf: true,
  },
  {
    check: "check_http",
    good: async (t) => [
      "-H",
      "127.0.0.1",
      "-p",
      await port(
        t,
        createWeb((_, reply) => reply.end("hello")),
      ),
    ],
    bad: async (t) => [
      "-H",
      "127.0.0.1",
      "-p",
      await port(
        t,
        createWeb((_, reply) => reply.writeHead(500).end()),
      ),
    ],
    perf: true,
  },
  {
    check: "check_log",
    good: (t) => ["-F", old(t), "-O", join(folder(t), "seen"), "-q", "error"],
    bad: () => ["-F", "/nowhere", "-O", "/tmp/none", "-q", "error"],
    level: "unknown",
  },
];

for (const { check, good, bad, level = "fail", perf = false } of CASES)
  test(`${check} is read as it means it, when all is well and when it is not`, async (t) => {
    const program = `${PLUGINS}/${check}`;
    const well = await reading(nagios, { command: [program, ...(await good(t))] });
    assert.equal(well.level, "ok", JSON.stringify(well));
    assert.notEqual(well.summary, "");
    if (perf) assert.equal(well.facts?.[0]?.[0], "perf", JSON.stringify(well));
    const ill = await reading(nagios, { command: [program, ...(await bad(t))] });
    assert.equal(ill.level, level, JSON.stringify(ill));
  });

test("lines after the first are kept, and so is what is measured behind a bar in them", () => {
  const { level, summary, content, facts } = readNagios(
    1,
    "DISK WARNING - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n/ 15272 MB (77%);\n/boot 68 MB (69%); | /boot=68MB;88;93;0;98\n/home=69357MB;253404;253409;0;253414\n",
  );
  assert.equal(level, "warning");
  assert.equal(summary, "DISK WARNING - free space: / 3326 MB (56%);");
  assert.equal(content?.["output"], "/ 15272 MB (77%);\n/boot 68 MB (69%);");
  assert.deepEqual(facts, [
    ["perf", "/", 2640, "MB"],
    ["perf", "/boot", 68, "MB"],
    ["perf", "/home", 69400, "MB"],
  ]);
});

test("an exit code that Nagios does not know is unknown, and is said", () => {
  const { level, summary } = readNagios(7, "well\n");
  assert.deepEqual([level, summary], ["unknown", "well (exit 7, which means nothing to Nagios)"]);
});

test("a command that is none is refused, one that hangs or says nothing is unknown", async () => {
  await assert.rejects(reading(nagios, { command: ["check_disk"] }), /begins with the absolute path/);
  await assert.rejects(reading(nagios, {}), /begins with the absolute path/);
  const slow = await reading(nagios, { command: ["/bin/sleep", "20"] }, { timeout: 1 });
  assert.deepEqual([slow.level, /within/.test(slow.summary)], ["unknown", true]);
  const mute = await reading(nagios, { command: ["/bin/false"] });
  assert.match(mute.summary, /printed nothing and left with 1/);
});

test("a real check_disk that goes critical becomes a mail", async (t) => {
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  const mails = join(machine.home, "mails");
  writeFileSync(
    config,
    `[mail]\nto = "ops@example.org"\nuri = "file:${mails}"\n[indicators.root-disk]\nuse = "nagios"\ncommand = ["${PLUGINS}/check_disk", "-w", "100%", "-c", "100%", "-p", "/"]\n`,
  );
  for (const [unit, ...args] of [
    ["indicator", "root-disk"],
    ["handler", "--once"],
    ["mailer", "--once"],
  ] as const) {
    const ran = await machine.run(["-c", config, ...args], `sheepdog-${unit}`);
    assert.equal(ran.status, 0, ran.stderr);
  }
  const { readdirSync, readFileSync } = await import("node:fs");
  const [mail] = readdirSync(mails, { recursive: true }).filter((name) => /[0-9a-f]{8}/.test(String(name)));
  assert.match(
    readFileSync(join(mails, String(mail)), "utf8"),
    /Subject: \[fail\] root-disk on .*DISK CRITICAL/s,
  );
});
