import assert from "node:assert/strict";
import { test } from "node:test";
import { Herd } from "../support/herd.ts";

test("what an answer rests on is said under it: rows with their barks, rules, what there is not", async (t) => {
  const all = new Herd(t);
  const barks = await all.hear(
    {
      host: "web1",
      tag: "INVENTORY",
      level: "ok",
      facts: [
        ["ram", 2e9],
        ["package", "nginx", "1.22.1"],
      ],
    }, // 10:00
    { host: "web1", tag: "nginx.service", level: "fail" },
    { host: "web1", tag: "nginx.service", level: "ok" }, // 10:02
    {
      host: "web1",
      tag: "INVENTORY",
      level: "ok",
      facts: [
        ["ram", 2e9],
        ["package", "nginx", "1.26.0"],
      ],
    },
    { host: "web1", tag: "DISK", level: "fail" },
  );
  const id = (index: number): string => barks[index]?.id ?? "";
  const then = await all.ask(
    "ask",
    "--why",
    `during(state(H, T, fail), S, U), ram(H, B), at(package(H, nginx, '1.22.1'), S), \\+ silence(H, T, _, _, _)`,
  );
  assert.equal(then.stderr, "");
  assert.deepEqual(then.stdout.split("\n"), [
    "H = web1, T = nginx.service, S = 2026-03-01T10:01:00.000Z, U = 2026-03-01T10:02:00.000Z, B = 2000000000",
    `  state(web1, 'nginx.service', fail)   told by bark ${id(1)}, since 2026-03-01T10:01:00.000Z until 2026-03-01T10:02:00.000Z`,
    `  ram(web1, 2000000000)   told by bark ${id(0)}, since 2026-03-01T10:00:00.000Z`,
    `  at(package(web1, nginx, '1.22.1'), time('2026-03-01T10:01:00.000Z'))   told by bark ${id(0)}, since 2026-03-01T10:00:00.000Z until 2026-03-01T10:03:00.000Z`,
    "  \\+ silence(web1, 'nginx.service', _, _, _)   there is none",
    "",
  ]);
  // Of a moment that is computed it is the row of then, and what rules said then rests on rows of then.
  for (const question of [
    "at(package(H, nginx, V), time('2026-03-01T10:04:00Z') - minutes(2))",
    "old(H, V) :- package(H, nginx, V). at(old(H, V), time('2026-03-01T10:02:00Z'))",
    "old(H, V) :- package(H, nginx, V). during(state(H, T, ok), S, _), T = 'nginx.service', at(old(H, V), S)",
  ])
    assert.match(
      (await all.ask("ask", "--why", question)).stdout,
      new RegExp(`nginx, '1.22.1'\\), .* {3}told by bark ${id(0)}, since 2026-03-01T10:00:00.000Z until`),
    );
  const rules = `small(H) :- ram(H, B), B < 1000. small(H) :- ram(H, B), B < gib(4). odd(H, N) :- small(H), aggregate_all(count, state(H, _, fail), N).
    up(a, b). up(b, web1). over(X, Y) :- up(X, Y). over(X, Z) :- over(X, Y), up(Y, Z).`;
  const json = await all.ask("ask", "--why", "--json", `${rules} odd(H, N), over(a, H)`);
  assert.deepEqual(JSON.parse(json.stdout), [
    {
      H: "web1",
      N: 1,
      why: [
        {
          goal: "odd(web1, 1)",
          by: "rule",
          because: [
            {
              goal: "small(web1)",
              by: "rule",
              because: [
                {
                  goal: "ram(web1, 2000000000)",
                  by: "history",
                  bark: id(0),
                  since: "2026-03-01T10:00:00.000Z",
                },
              ],
            },
            {
              goal: "aggregate_all(count, state(web1, _, fail), 1)",
              by: "aggregate",
              because: [
                {
                  goal: "state(web1, 'DISK', fail)",
                  by: "history",
                  bark: id(4),
                  since: "2026-03-01T10:04:00.000Z",
                },
              ],
            },
          ],
        },
        {
          goal: "over(a, web1)",
          by: "rule",
          because: [
            {
              goal: "over(a, b)",
              by: "rule",
              because: [{ goal: "up(a, b)", by: "rule", because: [] }],
            },
            { goal: "up(b, web1)", by: "rule", because: [] },
          ],
        },
      ],
    },
  ]);
  const present = await all.ask("ask", "--why", "state(H, 'DISK', fail)");
  assert.deepEqual(present.stdout.split("\n"), [
    "H = web1",
    `  state(web1, 'DISK', fail)   told by bark ${id(4)}, since 2026-03-01T10:04:00.000Z`,
    "",
  ]);
  const either = await all.ask(
    "ask",
    "--why",
    "(state(web1, 'DISK', ok) ; state(web1, 'DISK', fail)), bark(I, _, _, 'DISK', _)",
  );
  assert.match(
    either.stdout,
    new RegExp(
      `  bark\\('${id(4)}', time\\('2026-03-01T10:04:00.000Z'\\), web1, 'DISK', fail\\)   told by bark ${id(4)}\n`,
    ),
  );
  assert.match(either.stdout, /^I = .*\n {2}state\(web1, 'DISK', fail\)/);
  const none = await all.ask("ask", "--why", "state(web1, 'DISK', missing)");
  assert.deepEqual([none.stdout, none.status], ["no\n", 1]);
});

test("a way through rules that call themselves is told, and never one that goes in a circle", async (t) => {
  const all = new Herd(t);
  await all.hear({ host: "d", tag: "PING", level: "fail" });
  // a -> b -> c -> a is a circle, and the way out of it leads by a to d.
  const rules = `edge(a, b). edge(b, c). edge(c, a). edge(a, d).
    reach(X, Y) :- edge(X, Y). reach(X, Z) :- edge(X, Y), reach(Y, Z).`;
  const { stdout } = await all.ask("ask", "--why", `${rules} reach(b, H), state(H, _, fail)`);
  const lines = stdout.split("\n").filter((line) => /edge|reach/.test(line));
  assert.deepEqual(
    lines.map((line) => line.trim()),
    [
      "reach(b, d)   by a rule",
      "edge(b, c)   by a rule",
      "reach(c, d)   by a rule",
      "edge(c, a)   by a rule",
      "reach(a, d)   by a rule",
      "edge(a, d)   by a rule",
    ],
  );
});

test("of what is counted the first ten are told", async (t) => {
  const all = new Herd(t);
  await all.hear(
    ...Array.from({ length: 12 }, (_, n) => ({ host: `h${n + 10}`, tag: "PING", level: "fail" as const })),
  );
  const { stdout } = await all.ask("ask", "--why", "aggregate_all(count, state(_, 'PING', fail), N)");
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[1] ?? "", /aggregate_all\(count, state\(_, 'PING', fail\), 12\) {3}it comes to that/);
  assert.equal(
    lines.filter((line) => / {4}state\(h\d\d, 'PING', fail\) {3}told by bark/.test(line)).length,
    10,
  );
  assert.equal(lines.at(-1), "    and more");
});
