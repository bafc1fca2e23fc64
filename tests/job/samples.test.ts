import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { jobsIn } from "../../src/job/file.ts";
import { fill } from "../../src/job/vector.ts";
import { ROOT } from "../support/stage.ts";

const JOBS = join(ROOT, "etc/jobs");

/** What is asked of each sample, and whether its machine would do it. */
const TRIED: Readonly<Record<string, readonly (readonly [args: Record<string, string>, ok: boolean])[]>> = {
  ban: [
    [{ address: "203.0.113.9" }, true],
    [{ address: "192.168.7.7" }, false],
    [{ address: "2001:db8::9" }, false],
    [{ address: "203.0.113.9 }; flush ruleset" }, false],
    [{}, false],
  ],
  ban6: [
    [{ address: "2001:db8::9" }, true],
    [{ address: "fe80::1" }, false],
    [{ address: "::ffff:203.0.113.9" }, false],
    [{ address: "203.0.113.9" }, false],
  ],
  restart: [
    [{ unit: "nginx.service" }, true],
    [{ unit: "sheepdog-agent.service" }, false],
  ],
  upgrade: [
    [{ package: "openssl" }, true],
    [{ package: "openssl=1.0" }, false],
    [{ package: "-o=APT::Update::Pre-Invoke::=id" }, false],
  ],
};

test("each sample of a job can be read, and does what it is for and nothing else", () => {
  const jobs = jobsIn(JOBS);
  assert.deepEqual(
    jobs.map(([name]) => name),
    Object.keys(TRIED),
  );
  for (const [name, job] of jobs) {
    assert.ok(job.ok, job.ok ? "" : job.fault);
    assert.ok(job.value.about !== undefined);
    for (const [args, ok] of TRIED[name] ?? [])
      assert.equal(fill(job.value.run, job.value.arguments, args).ok, ok, JSON.stringify(args));
  }
});

const alone =
  process.getuid?.() !== 0
    ? "a network namespace needs root"
    : existsSync("/usr/sbin/nft")
      ? false
      : "nft is not installed";

test("nft takes what the samples of bans run and undo, however often, and what was undone by itself", {
  skip: alone,
}, () => {
  const all = new Map(jobsIn(JOBS));
  for (const [name, address, set] of [
    ["ban", "203.0.113.9", "banned4"],
    ["ban6", "2001:db8::9", "banned6"],
  ] as const) {
    const job = all.get(name);
    assert.ok(job?.ok === true);
    const line = (vector: readonly string[] | undefined): string => {
      const filled = fill(vector ?? [], job.value.arguments, { address });
      assert.ok(filled.ok);
      return filled.value.map((word) => `'${word}'`).join(" ");
    };
    const list = `nft list set inet sheepdog ${set}`;
    const [run, undo] = [line(job.value.run), line(job.value.undo)];
    const load = `nft -f '${join(ROOT, "etc/nftables/sheepdog.nft")}'`;
    const script = [load, load, run, run, list, "echo ---", undo, undo, list].join(" && ");
    const said = execFileSync("unshare", ["--net", "sh", "-c", script], { encoding: "utf8" });
    const [banned = "", free = ""] = said.split("---");
    assert.equal(banned.split(address).length, 2);
    assert.match(banned, new RegExp(`elements = \\{ ${address} timeout 1d expires \\w+ \\}`));
    assert.doesNotMatch(free, /elements/);
  }
});
