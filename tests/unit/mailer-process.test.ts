import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { simpleParser } from "mailparser";
import { Spool } from "../../src/broker/spool.ts";
import { parcelTo } from "../support/notice.ts";
import { smtp } from "../support/smtp.ts";
import { until } from "../support/until.ts";

/** A folder with a configuration, and the means to run the command in it. */
function home(t: TestContext, config: string) {
  const path = mkdtempSync(join(tmpdir(), "sheepdog-mailer-"));
  const children = new Set<ChildProcess>();
  t.after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  });
  mkdirSync(join(path, "state"));
  writeFileSync(join(path, "sheepdog.toml"), config, { mode: 0o600 });
  writeFileSync(
    join(path, "run.mjs"),
    `import { main } from ${JSON.stringify(new URL("../../src/unit/mailer.js", import.meta.url).href)}; await main();`,
  );
  const env = {
    PATH: process.env["PATH"],
    HOME: path,
    SHEEPDOG_STATE: join(path, "state"),
    SHEEPDOG_SPOOL: join(path, "spool"),
  };
  const start = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [join(path, "run.mjs"), ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = once(child, "close").then(([status, signal]) => ({
      status: status as number | null,
      signal: signal as string | null,
      said,
    }));
    return { child, ended, said: () => said };
  };
  return { path, spool: new Spool(join(path, "spool")), start, config: join(path, "sheepdog.toml") };
}

const publish = (spool: Spool, count: number) =>
  spool.publish(
    "mail",
    Array.from({ length: count }, (_, at) => JSON.stringify(parcelTo(`p${at}@x.org`))),
  );

test("a mailer killed between the server's word and its own memory mails a double only of what it could not know, under the same Message-ID", async (t) => {
  let kill = (): unknown => undefined;
  let letters = 0;
  const server = await smtp(t, { data: () => (++letters % 7 === 0 ? void kill() : undefined) });
  const { spool, start, config } = home(t, `[mail]\nuri = "${server.uri}"\n`);
  await publish(spool, 20);
  let kills = 0;
  const logs: string[] = [];
  for (let over = false; !over; ) {
    const { child, ended } = start("-c", config, "--once");
    kill = () => child.kill("SIGKILL");
    const { status, signal, said } = await ended;
    logs.push(said);
    if (signal === "SIGKILL") kills++;
    else assert.equal(status, 0, said);
    over = status === 0;
  }
  assert.ok(kills >= 3, `${kills} kills`);
  assert.equal((await spool.peek("mail", 100)).length, 0);
  const ids = new Map<string, Set<string>>();
  for (const { to, raw } of server.letters) {
    const address = to[0] ?? "";
    ids.set(address, (ids.get(address) ?? new Set()).add((await simpleParser(raw)).messageId ?? "none"));
  }
  assert.equal(ids.size, 20, "nobody was forgotten");
  assert.ok(
    [...ids.values()].every((one) => one.size === 1),
    "a double is recognisable",
  );
  // What is logged as accepted was remembered before, so no later mailer sent it again.
  const remembered = logs.flatMap((log) =>
    [...log.matchAll(/to=(\S+) .*outcome=accepted/g)].map(([, to]) => to),
  );
  assert.equal(new Set(remembered).size, remembered.length);
});

test("SIGTERM lets the mailer finish the letter in hand and leave with 0", async (t) => {
  let go: (() => void) | undefined;
  const server = await smtp(t, {
    data: () => new Promise<undefined>((resolve) => (go = () => resolve(undefined))),
  });
  const { spool, start, config } = home(t, `[mail]\nuri = "${server.uri}"\n`);
  await publish(spool, 1);
  const { child, ended, said } = start("-c", config);
  await until("the letter is on its way", () => go !== undefined).catch((error: Error) =>
    assert.fail(`${error.message}\n${said()}`),
  );
  child.kill("SIGTERM");
  go?.();
  assert.deepEqual(
    (({ status, signal }) => ({ status, signal }))(await ended),
    { status: 0, signal: null },
    said(),
  );
  assert.match(said(), /outcome=accepted/);
  assert.equal((await spool.peek("mail", 1)).length, 0);
});

test("a reload that takes the SMTP password away is refused, and the mailer goes on", async (t) => {
  const { path, spool, start, config } = home(t, "");
  const { child, ended, said } = start("-c", config);
  await until("it takes mail", () => said().includes("ready="));
  for (const secret of ["", `secret = "${join(path, "absent")}"\n`]) {
    writeFileSync(config, `[mail]\nuri = "smtp://dog@mail.example.org"\n${secret}`);
    child.kill("SIGHUP");
    const why = secret === "" ? "there is no password" : "absent (ENOENT)";
    await until("the reload is refused", () => said().includes(why));
  }
  assert.equal(said().match(/goes on with the configuration it has/g)?.length, 2);
  await publish(spool, 1);
  await until("the mail is written", () => said().includes("outcome=accepted"));
  child.kill("SIGTERM");
  assert.equal((await ended).status, 0);
});

test("without any configuration mail goes to files in the state directory", async (t) => {
  const { path, spool, start, config } = home(t, "");
  await publish(spool, 3);
  const { status, said } = await start("-c", config, "--once").ended;
  assert.equal(status, 0, said);
  assert.equal(readdirSync(join(path, "state", "mail")).filter((name) => name.endsWith(".eml")).length, 3);
});

test("a line or a configuration that cannot work ends it with one line that says what to do", async (t) => {
  const { start, config, path } = home(
    t,
    '[mail]\nuri = "smtp://dog:s3cret@mail.example.org"\nstarttls = "never"\n',
  );
  const told = async (...args: readonly string[]) =>
    (({ status, said }) => [status, said] as const)(await start(...args).ended);
  const [[usage, wrong], [cfg, clear], [none, missing], [help, text], [fine, version]] = await Promise.all([
    told("--onse"),
    told("-c", config),
    told("-c", join(path, "nothing.toml")),
    told("--help"),
    told("--version"),
  ]);
  assert.deepEqual([usage, cfg, none, help, fine], [64, 78, 78, 0, 0]);
  assert.match(wrong, /^sheepdog-mailer: .*--onse.*see sheepdog-mailer --help\n$/);
  assert.match(clear, /^sheepdog-mailer: .*in the clear: set mail\.starttls/);
  assert.doesNotMatch(clear, /s3cret/);
  assert.match(missing, /nothing\.toml/);
  assert.match(text, /--once/);
  assert.match(version, /^\d+\.\d+\.\d+\n$/);
});
