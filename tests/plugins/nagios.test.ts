import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import nagios from "../../src/plugins/nagios.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";
import { Machine } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";

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

/** A port of the loopback that nobody listens on, of both kinds. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

/** A server that ends with the test. */
function serve(t: TestContext, program: string, ...args: readonly string[]): void {
  const server = spawn(program, args, { stdio: "ignore" });
  t.after(() => server.kill("SIGKILL"));
}

const CHRONYD = "/usr/sbin/chronyd";
/** A real chronyd that tells the time of this machine, and sets none. */
async function chronyd(t: TestContext): Promise<Words> {
  const [home, port] = [folder(t), await freePort()];
  const lines = [
    "local stratum 8",
    `port ${port}`,
    "cmdport 0",
    "bindaddress 127.0.0.1",
    "allow 127.0.0.1",
    `pidfile ${home}/pid`,
  ];
  writeFileSync(join(home, "conf"), `${lines.join("\n")}\n`);
  serve(t, CHRONYD, "-x", "-d", "-u", "root", "-f", join(home, "conf"));
  await until("chronyd answers", () => answers(port));
  return ["-H", "127.0.0.1", "-p", port];
}

/** Whether somebody answers who is asked for the time. */
async function answers(port: string): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    const answer = once(socket, "message", { signal: AbortSignal.timeout(200) });
    socket.send(Buffer.from([0x23, ...new Uint8Array(47)]), Number(port), "127.0.0.1");
    await answer;
    return true;
  } catch {
    return false; // nobody yet
  } finally {
    socket.close();
  }
}

/** What ntpd says of itself to whoever asks in mode 6, which chronyd does not speak: that it follows one server.
 * @param offset  milliseconds by which its clock is wrong */
async function ntpd(t: TestContext, offset: number): Promise<Words> {
  const socket = createSocket("udp4");
  socket.on("message", (asked, { address, port }) => {
    const variables = `stratum=2,offset=${offset},jitter=0.5`;
    const said = asked.readUInt8(1) === 1 ? Buffer.from([0, 7, 0x96, 0x14]) : Buffer.from(variables);
    const header = Buffer.from(asked.subarray(0, 12));
    header.writeUInt8(asked.readUInt8(1) | 0x80, 1); // it is an answer, and all of it
    header.writeUInt16BE(0x0615, 4); // nothing is wrong with its clock
    header.writeUInt16BE(said.length, 10);
    const filled = Buffer.alloc(Math.ceil(said.length / 4) * 4);
    said.copy(filled);
    socket.send(Buffer.concat([header, filled]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return ["-H", "127.0.0.1", "-p", String(socket.address().port)];
}

const SSHD = "/usr/sbin/sshd";
/** A real sshd, and how it is called by somebody who has a key and asks nobody. */
async function sshd(t: TestContext): Promise<Words> {
  const [home, port] = [folder(t), await freePort()];
  for (const key of ["host", "key"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(home, key)]);
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true }); // where it locks itself in
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${home}/host`,
    `AuthorizedKeysFile ${home}/key.pub`,
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin yes",
    `PidFile ${home}/pid`,
  ];
  writeFileSync(join(home, "conf"), `${lines.join("\n")}\n`);
  // Were it asked to learn the key, ssh would say so, and check_by_ssh take that for trouble.
  writeFileSync(join(home, "known"), `[127.0.0.1]:${port} ${readFileSync(join(home, "host.pub"), "utf8")}`);
  serve(t, SSHD, "-D", "-f", join(home, "conf"));
  await until("sshd listens", () => existsSync(join(home, "pid")));
  const options = ["BatchMode=yes", `UserKnownHostsFile=${home}/known`];
  return [
    "-H",
    "127.0.0.1",
    "-p",
    port,
    "-l",
    userInfo().username,
    "-i",
    join(home, "key"),
    ...options.flatMap((option) => ["-o", option]),
  ];
}

type Words = readonly string[];
interface Case {
  readonly check: string;
  readonly good: (t: TestContext) => Words | Promise<Words>;
  readonly bad: (t: TestContext) => Words | Promise<Words>;
  /** Whether it measures something. */
  readonly perf?: boolean;
  /** What the other side needs. */
  readonly needs?: typeof CHRONYD | typeof SSHD;
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
    check: "check_icmp",
    good: () => ["-H", "127.0.0.1", "-n", "2", "-w", "5000,50%", "-c", "9000,90%"],
    bad: () => ["-H", "127.0.0.1", "-n", "2", "-w", "5000,0%", "-c", "9000,0%"],
    perf: true,
  },
  {
    check: "check_ntp_time",
    good: async (t) => [...(await chronyd(t)), "-w", "1", "-c", "2"],
    bad: async (t) => [...(await chronyd(t)), "-w", "@0:10", "-c", "@0:10"],
    perf: true,
    needs: CHRONYD,
  },
  {
    check: "check_ntp_peer",
    good: async (t) => [...(await ntpd(t, -2.5)), "-w", "1", "-c", "2", "-W", "3", "-C", "5", "-m", "0:"],
    bad: async (t) => [...(await ntpd(t, 7300)), "-w", "1", "-c", "2"],
    perf: true,
  },
  {
    check: "check_by_ssh",
    good: async (t) => [...(await sshd(t)), "-C", `${PLUGINS}/check_dummy 0 'all well'`],
    bad: async (t) => [...(await sshd(t)), "-C", `${PLUGINS}/check_dummy 2 'not at all'`],
    needs: SSHD,
  },
  {
    check: "negate",
    good: () => [`${PLUGINS}/check_dummy`, "2", "as it should be"],
    bad: () => [`${PLUGINS}/check_dummy`, "0", "as it should not be"],
  },
];

const absent = (program: string | undefined): string | false =>
  program === CHRONYD && process.getuid?.() !== 0
    ? "chronyd needs root"
    : program !== undefined && !existsSync(program) && `${program} is not installed`;

for (const { check, good, bad, perf = false, needs } of CASES)
  test(`${check} is read as it means it, when all is well and when it is not`, {
    skip: absent(needs),
  }, async (t) => {
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

test("what another machine says by check_by_ssh keeps what it measured, and a key that is none is unknown", {
  skip: absent(SSHD),
}, async (t) => {
  const command = [`${PLUGINS}/check_by_ssh`, ...(await sshd(t))];
  const far = await reading(nagios, {
    command: [...command, "-C", `${PLUGINS}/check_disk -w 100% -c 0% -p /`],
  });
  assert.equal(far.level, "warning", JSON.stringify(far));
  assert.match(far.summary, /^DISK WARNING - free space: \/ /);
  assert.deepEqual(far.facts?.[0]?.slice(0, 2), ["perf", "/"]);
  const key = join(folder(t), "other");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  const other = command.map((word) => (word.endsWith("/key") ? key : word));
  const { level, summary } = await reading(nagios, {
    command: [...other, "-o", "IdentitiesOnly=yes", "-C", "true"],
  });
  assert.deepEqual([level, /Permission denied/.test(summary)], ["unknown", true], summary);
});

test("an NTP server that is not there is trouble by both checks, and so is a chronyd by check_ntp_peer", {
  skip: absent(CHRONYD),
}, async (t) => {
  const nobody = ["-H", "127.0.0.1", "-p", await freePort(), "-t", "2"];
  for (const [check, words] of [
    ["check_ntp_time", nobody],
    ["check_ntp_peer", nobody],
    ["check_ntp_peer", [...(await chronyd(t)), "-t", "1"]],
  ] as const) {
    const { level, summary } = await reading(nagios, { command: [`${PLUGINS}/${check}`, ...words] });
    assert.deepEqual([check, level], [check, "fail"], summary);
  }
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
  const { readdirSync } = await import("node:fs");
  const [mail] = readdirSync(mails, { recursive: true }).filter((name) => /[0-9a-f]{8}/.test(String(name)));
  assert.match(
    readFileSync(join(mails, String(mail)), "utf8"),
    /Subject: \[fail\] root-disk on .*DISK CRITICAL/s,
  );
});
