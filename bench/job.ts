// From a request handed to Redis until its answer is there: one at a time on a booted machine, with systemd and all units
// as they ship; and one request for a thousand machines, each of which checks it in earnest and runs it, without systemd.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { RedisStreams } from "../src/broker/redis.ts";
import { Config } from "../src/config/schema.ts";
import type { Desk } from "../src/job/desk.ts";
import { settle } from "../src/job/settle.ts";
import { take } from "../src/job/take.ts";
import { direct } from "../src/job/direct.ts";
import { makeId } from "../src/id.ts";
import { Ledger } from "../src/job/ledger.ts";
import { seal } from "../src/job/seal.ts";
import { now, seconds } from "../src/time.ts";
import { user } from "../src/user.ts";
import { Answers } from "../src/cli/answers.ts";
import { redis } from "../tests/support/redis.ts";
import { Host, hostless } from "../tests/support/host.ts";
import { machine } from "./measure.ts";

const RUNS = Number(process.argv[2] ?? 100);
const MACHINES = Number(process.argv[3] ?? 1000);

/** What is to be tidied up. */
const ends: (() => unknown)[] = [];
const context = { after: (end: () => unknown) => void ends.unshift(end) } as unknown as TestContext;
const home = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const at = (times: readonly number[], share: number): string =>
  (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);

try {
  console.log(machine());
  if (hostless === false) await single();
  else console.log(`one machine: not measured, ${hostless}`);
  await many();
} finally {
  for (const end of ends) await end();
  rmSync(home, { recursive: true, force: true });
}

/** One machine, one request after the other. Where it is asked from is the machine itself. */
async function single(): Promise<void> {
  const host = await Host.boot(context, { config: 'name = "nas"\n[redis]\nport = 6379\n' });
  await host.write(
    "/etc/sheepdog/jobs.d/true.toml",
    'run = ["/bin/true"]\nallow = ["alice"]\nuser = "nobody"\n',
  );
  await host.sh(`systemd-run -q --unit=broker redis-server --appendonly yes --appendfsync always --dir /var/tmp
    ssh-keygen -q -t ed25519 -N '' -f /root/alice && echo "alice $(cat /root/alice.pub)" >/etc/sheepdog/allowed_signers
    systemctl start sheepdog-agent`);
  await host.awaits("sheepdog-agent", "ActiveState", "active", 60_000);
  const script = `import(${JSON.stringify(`/opt/sheepdog/out/bench/asker.js`)}).then(({ asked }) => asked(${RUNS}))`;
  const times = (JSON.parse(await host.run("node", "-e", script)) as number[]).sort(
    (one, other) => one - other,
  );
  console.log(
    `one machine, \`true\`, request to answer, ${times.length} times: p50 ${at(times, 0.5)} ms, p90 ${at(times, 0.9)} ms, p99 ${at(times, 0.99)} ms`,
  );
}

/** A thousand agents in this process, on one Redis, each with a desk of its own. */
async function many(): Promise<void> {
  const server = await redis(context, { settings: ["--maxclients", "5000"] });
  const key = join(home, "alice");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  mkdirSync(join(home, "jobs.d"));
  writeFileSync(
    join(home, "jobs.d/true.toml"),
    `run = ["/bin/true"]\nallow = ["alice"]\nuser = "${user()}"\n`,
  );
  writeFileSync(join(home, "signers"), `alice ${readFileSync(`${key}.pub`, "utf8")}`);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const hosts = Array.from({ length: MACHINES }, (_, each) => `host-${each}`);
  const working = await Promise.all(hosts.map((name) => agent(name, server.config(), stop.signal)));
  const asker = new RedisStreams(server.config(), undefined);
  const id = makeId(now());
  {
    await using answers = new Answers(asker, id, hosts, () => undefined);
    await answers.listens;
    const wish = { kind: "run", job: "true", args: {} } as const;
    const began = performance.now();
    const sealed = await seal(wish, {
      id,
      hosts,
      by: "bench",
      from: now(),
      life: seconds(3600),
      waits: true,
      key: { kind: "file", file: key, words: key },
    });
    for (const host of hosts) await asker.publish(`jobs:${host}`, [JSON.stringify(sealed)]);
    const found = await answers.all(seconds(600), new AbortController().signal);
    const well = [...found.values()].filter(({ well }) => well).length;
    console.log(
      `${MACHINES} agents on one Redis, one request: ${found.size} answered, ${well} well, in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  }
  stop.abort();
  await asker[Symbol.asyncDispose]();
  await Promise.all(working.map(({ over }) => over));
}

async function agent(
  name: string,
  where: ReturnType<Awaited<ReturnType<typeof redis>>["config"]>,
  signal: AbortSignal,
) {
  const broker = new RedisStreams(where, undefined, { consumer: name });
  const config = Config.parse({
    name,
    jobs: { folder: join(home, "jobs.d"), signers: join(home, "signers") },
  });
  const starter = direct((entry, run) => settle(entry, "run", run, desk), join(home, "run"));
  const desk: Desk = {
    law: { name, jobs: config.jobs.folder, signers: config.jobs.signers },
    terms: config,
    ledger: new Ledger(join(home, "desks", name)),
    starter,
    tell: (bark) => broker.publish(`answers:${bark.content?.["run"] as string}`, [JSON.stringify(bark)]),
  };
  let ready: () => void = () => undefined;
  const listens = new Promise<void>((resolve) => (ready = resolve));
  const over = broker
    .consume(`jobs:${name}`, { batch: 1, once: false, signal, ready }, async (messages) => {
      for (const { body, id } of messages) await take(body, id, desk);
      return messages.map(() => ({ kind: "done" }));
    })
    .then(() => broker[Symbol.asyncDispose]());
  await Promise.race([listens, over]);
  return { over };
}
