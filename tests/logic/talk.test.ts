import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { completed, understood } from "../../src/cli/understood.ts";
import { parse } from "../../src/logic/parse.ts";
import { Herd } from "../support/herd.ts";

const CALLER = join(dirname(fileURLToPath(import.meta.url)), "..", "support", "caller.js");

/** Types at a terminal, each time when what comes before has been seen. @returns what was to be seen */
async function typed(
  all: Herd,
  ...steps: readonly (readonly [seen: RegExp, type: string])[]
): Promise<string> {
  const child = spawn(
    "script",
    ["-qec", `stty cols 120; exec '${process.execPath}' '${CALLER}' ask`, "/dev/null"],
    { env: { ...all.environment, SHELL: "/bin/sh", NO_COLOR: "1", TERM: "dumb" }, cwd: all.home },
  );
  let [seen, from, step] = ["", 0, 0];
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk;
    const next = steps[step];
    const found = next?.[0].exec(seen.slice(from));
    if (next === undefined || found == null) return;
    from += found.index + found[0].length;
    step++;
    child.stdin.write(next[1]);
  });
  const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const signal = await new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
  clearTimeout(late);
  child.stdin.destroy();
  assert.equal(step, steps.length, seen);
  assert.equal(signal, null, "it did not end by itself");
  return seen.replaceAll("\r\n", "\n");
}

async function herd(all: Herd): Promise<void> {
  await all.hear(
    { host: "web1", tag: "INVENTORY", level: "ok", facts: [["ram", 2e9]] },
    { host: "web2", tag: "INVENTORY", level: "ok", facts: [["ram", 64e9]] },
    { host: "web1", tag: "DISK", level: "fail" },
  );
}

test("questions are asked one after another, with rules that are remembered", async (t) => {
  const all = new Herd(t);
  await herd(all);
  const seen = await typed(
    all,
    [/\?- $/, "state(H, T, fail),\r"],
    [/\| {2}$/, "ram(H, B).\r"],
    [/web1 +DISK[^]*\?- $/, "small(H) :- ram(H, B),\r"],
    [/\| {2}$/, "B < gib(4).\r"],
    [/added[^]*\?- $/, "small(X)\r"],
    [/X\s+web1[^]*\?- $/, "smal(X).\r"],
    [/question:1:1: unknown relation "smal"[^]*did you mean small\?[^]*\?- $/, ":why on\r"],
    [/\?- $/, "small(X)\r"],
    [/ram\(web1, 2000000000\)[^]*\?- $/, ":relations\r"],
    [/its memory[^]*\?- $/, "state(H\r"],
    [/\| {2}$/, "\u0003"],
    [/\?- $/, ":quit\r"],
  );
  assert.doesNotMatch(seen, /Error|at .*\.js:/);
  // It is remembered, for its owner.
  const file = join(all.environment["SHEEPDOG_STATE"] ?? "", "asked");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(readFileSync(file, "utf8"), /^state\(H, T, fail\),\nram\(H, B\)\.\n/);
});

test("Ctrl-C ends a question, and not what was said before", async (t) => {
  const all = new Herd(t);
  await herd(all);
  const seen = await typed(
    all,
    [/\?- $/, "n(0). n(M) :- n(N), M is N + 1.\r"],
    [/added[^]*\?- $/, "n(X), X < 0\r"],
    // It would run for a minute.
    [/X < 0/, "\u0003"],
    [/interrupted[^]*\?- $/, "n(X), X = 0\r"],
    [/X = 0/, "\u0003"],
    [/interrupted[^]*\?- $/, "state(H, T, fail).\r"],
    [/web1 +DISK[^]*\?- $/, "\u0004"],
  );
  assert.doesNotMatch(seen, /Error/);
});

test("what is not whole yet waits for more, and what is wrong does not", () => {
  const kind = (text: string): string =>
    understood(text, (whole) => ({ query: parse(whole).query !== undefined })).kind;
  assert.equal(kind("host(H)"), "question");
  assert.equal(kind("?- host(H)."), "question");
  assert.equal(kind("host(H),"), "unfinished");
  assert.equal(kind("host(H"), "unfinished");
  assert.equal(kind("p(X) :- host(X)"), "unfinished");
  assert.equal(kind("p(X) :-\n  host(X)."), "rules");
  assert.equal(kind("/* more"), "unfinished");
  assert.equal(kind("host(H),\n"), "fault");
  assert.equal(kind("host(H) host(G)"), "fault");
  assert.equal(kind(",host(H)"), "fault");
  assert.equal(kind("host('H"), "fault");
  assert.equal(kind("% nothing"), "nothing");
  assert.equal(kind(":quit"), "command");
});

test("names are completed where they stand", () => {
  const words = ["host", "package", "ram", "größer"];
  assert.deepEqual(completed("host(H), pa", words), [["package("], "pa"]);
  assert.deepEqual(completed("\\+ aggr", words), [["aggregate_all("], "aggr"]);
  assert.deepEqual(completed("grö", words), [["größer("], "grö"]);
  assert.deepEqual(completed(":re", words), [[":relations"], ":re"]);
  assert.deepEqual(completed("host(H), ", words), [[], ""]);
});
