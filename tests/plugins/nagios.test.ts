import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
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

/** Sends back what it is sent. */
async function echo(t: TestContext): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (said, { address, port }) => socket.send(said, port, address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return String(socket.address().port);
}

type Words = readonly string[];
interface Case {
  readonly check: string;
  readonly good: (t: TestContext) => Words | Promise<Words>;
  readonly bad: (t: TestContext) => Words | Promise<Words>;
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
    bad: () => ["-w", "@0:1000", "-c", "@0:1000"],
    perf: true,
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
    bad: (t) => {
      const seen = join(folder(t), "seen");
      writeFileSync(seen, "");
      return ["-F", old(t), "-O", seen, "-q", "some"];
    },
  },
  {
    check: "check_swap",
    good: () => ["-w", "1", "-c", "1", "-n", "ok"],
    bad: () => ["-w", "100%", "-c", "100%", "-n", "critical"],
    perf: true,
  },
  {
    check: "check_ping",
    good: () => ["-H", "127.0.0.1", "-p", "1", "-w", "5000,50%", "-c", "9000,90%"],
    bad: () => ["-H", "127.0.0.1", "-p", "1", "-w", "0.00001,50%", "-c", "0.00001,90%"],
    perf: true,
  },
  {
    check: "check_udp",
    good: async (t) => ["-H", "127.0.0.1", "-p", await echo(t), "-s", "hello", "-e", "hello", "-t", "5"],
    bad: () => ["-H", "127.0.0.1", "-p", "1", "-s", "hello", "-e", "hello", "-t", "1"],
  },
  {
    check: "check_cluster",
    good: () => ["-s", "-d", "0,0,0", "-w", "0", "-c", "1"],
    bad: () => ["-s", "-d", "2,2,0", "-w", "0", "-c", "1"],
  },
  {
    check: "negate",
    good: () => [`${PLUGINS}/check_dummy`, "2", "as it should be"],
    bad: () => [`${PLUGINS}/check_dummy`, "0", "as it should not be"],
  },
];

for (const { check, good, bad, perf = false } of CASES)
  test(`${check} is read as it means it, when all is well and when it is not`, async (t) => {
    const program = `${PLUGINS}/${check}`;
    const well = await reading(nagios, { command: [program, ...(await good(t))] });
    assert.equal(well.level, "ok", JSON.stringify(well));
    assert.notEqual(well.summary, "");
    assert.equal(well.content?.["malformed"], undefined, JSON.stringify(well));
    if (perf) assert.equal(well.facts?.[0]?.[0], "perf", JSON.stringify(well));
    const ill = await reading(nagios, { command: [program, ...(await bad(t))] });
    assert.equal(ill.level, "fail", JSON.stringify(ill));
    assert.equal(ill.content?.["status"], 2);
  });

test("a command that is none is refused, one that hangs or says nothing is unknown", async () => {
  await assert.rejects(reading(nagios, { command: ["check_disk"] }), /begins with the absolute path/);
  await assert.rejects(reading(nagios, {}), /begins with the absolute path/);
  const slow = await reading(nagios, { command: ["/bin/sleep", "20"] }, { timeout: 1 });
  assert.deepEqual([slow.level, /within/.test(slow.summary)], ["unknown", true]);
  const mute = await reading(nagios, { command: ["/bin/false"] });
  assert.equal(mute.level, "unknown");
  assert.match(mute.summary, /^\/bin\/false printed nothing and left with 1/);
  const stern = await reading(nagios, { command: ["/bin/sh", "-c", "echo no such disk >&2; exit 2"] });
  assert.match(stern.summary, /printed nothing and left with 2: no such disk/);
});

test("a plugin that is not installed, is no program or ends by a signal is unknown, and is named", async (t) => {
  const none = join(folder(t), "check_none");
  const absent = await reading(nagios, { command: [none] });
  assert.equal(absent.level, "unknown");
  assert.equal(absent.summary.startsWith(`${none} is not installed`), true, absent.summary);
  writeFileSync(none, "");
  const idle = await reading(nagios, { command: [none] });
  assert.equal(idle.level, "unknown");
  assert.equal(idle.summary.startsWith(`${none} cannot be started (EACCES)`), true, idle.summary);
  const killed = await reading(nagios, { command: ["/bin/sh", "-c", "echo OK; kill -SEGV $$"] });
  assert.deepEqual([killed.level, killed.summary], ["unknown", "/bin/sh was ended by SIGSEGV"]);
});

test("a plugin that writes more than anybody can read is unknown, and says so", async () => {
  const { level, summary } = await reading(nagios, {
    command: ["/usr/bin/head", "-c", "9000000", "/dev/zero"],
  });
  assert.deepEqual([level, summary], ["unknown", "/usr/bin/head wrote more than can be read"]);
});

test("a real check_disk is barked as sheepdog-indicator reads it: critical, with what it measured", async (t) => {
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(
    config,
    `[mail]\nto = "ops@example.org"\n[indicators.root-disk]\nuse = "nagios"\ncommand = ["${PLUGINS}/check_disk", "-w", "100%", "-c", "100%", "-p", "/"]\n`,
  );
  const { status, stderr } = await machine.run(["-c", config, "root-disk"], "sheepdog-indicator");
  assert.equal(status, 0, stderr);
  assert.equal(machine.barks.length, 1);
  const [bark] = machine.barks;
  assert.deepEqual([bark?.tag, bark?.monitor, bark?.level], ["root-disk", "nagios", "fail"]);
  assert.match(bark?.summary ?? "", /^DISK CRITICAL - free space: \/ /);
  const [name, label, value, unit] = bark?.facts?.[0] ?? [];
  assert.deepEqual([name, label, typeof value, unit], ["perf", "/", "number", "B"]);
  const { perf = [] } = (bark?.content ?? {}) as unknown as {
    readonly perf?: readonly { readonly max?: number; readonly crit?: object }[];
  };
  const [measure] = perf;
  assert.ok((measure?.max ?? 0) > 0);
  assert.ok(measure?.crit !== undefined);
});

test("a command without an absolute path is refused with the name of its key", async (t) => {
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(
    config,
    `[mail]\nto = "ops@example.org"\n[indicators.root-disk]\nuse = "nagios"\ncommand = ["check_disk", "-w", "20%"]\n`,
  );
  const { status, stderr } = await machine.run(["-c", config, "root-disk"], "sheepdog-indicator");
  assert.notEqual(status, 0);
  assert.match(stderr, /indicators\.root-disk\.command: .*absolute path/);
  assert.deepEqual(machine.barks, []);
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
