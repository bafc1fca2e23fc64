import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Herd } from "../support/herd.ts";

const SQLITE = fileURLToPath(import.meta.resolve("better-sqlite3"));
const inventory = (host: string, ram: number, nginx: string, ...more: (readonly (string | number)[])[]) => ({
  host,
  tag: "INVENTORY",
  level: "ok" as const,
  facts: [["ram", ram], ["package", "nginx", nginx], ...more] as (readonly [
    string,
    ...(string | number)[],
  ])[],
});

test("a history that is exported as Prolog's text answers there as it does here", async (t) => {
  const all = new Herd(t);
  await all.hear(
    inventory("web1", 2e9, "1.22.1"),
    inventory("web2", 2e9, "1.22.1"),
    inventory("big", 64e9, "1.22.1"),
    inventory("old", 2e9, "1.18.0"),
    { host: "web1", tag: "nginx.service", level: "fail" },
    { host: "web1", tag: "nginx.service", level: "ok" },
    inventory("web2", 2e9, "1.26.0"),
    { host: "web2", tag: "nginx.service", level: "fail" },
    { host: "big", tag: "nginx.service", level: "fail" },
    { host: "old", tag: "nginx.service", level: "fail" },
    { host: "web1", tag: "nginx.service", level: "fail" },
  );
  const ours = await all.ask(
    "ask",
    `during(state(H, T, fail), Since, Until), ram(H, B), B < gib(4), at(package(H, nginx, '1.22.1'), Since),
     Length = Until - Since, Begin = Since - time('2026-03-01')`,
    "--csv",
  );
  const theirs = await all.shell(
    `sheepdog export --prolog > herd.pl && swipl -q -l herd.pl -g "
       forall((state_during(H, T, fail, Since, Until), ram(H, B), B < 4 * 1024 ** 3,
               package_during(H, nginx, '1.22.1', A, Z), A =< Since, Since < Z, Begin is Since - 1772323200000,
               (Until =:= inf -> Length = '' ; Length is Until - Since)),
              format('~w,~w,~w,~w,~w~n', [H, T, B, Length, Begin]))" -t halt`,
  );
  assert.equal(theirs.stderr, "");
  const rows = ours.stdout
    .trim()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(","))
    .map(([host, tag, , , bytes, length, begin]) => [host, tag, bytes, length, begin].join());
  assert.equal(rows.length, 2);
  assert.deepEqual(theirs.stdout.trim().split("\n").sort(), rows.sort());
});

test("what is exported is Prolog's text whatever it says", async (t) => {
  const all = new Herd(t);
  const odd = ["It's", "a\\b", "two\nlines", "nul\u0000", "Größe", "[]", "🐕", '"'];
  await all.hear({
    host: "web1",
    tag: "ODD",
    level: "ok",
    facts: [
      ...odd.map((text) => ["said", text] as const),
      ["Odd name", 1.5],
      ["large", 1e21],
      ["small", 1e-9],
    ],
  });
  const { stdout, stderr } = await all.shell(
    `sheepdog export --prolog > herd.pl && swipl -q -l herd.pl -g "
       forall(said(_, X), (atom_codes(X, L), writeln(L))), forall('Odd name'(_, X), writeln(X)),
       forall((large(_, 1.0e21) ; small(_, 1.0e-9)), writeln(same)),
       (catch(notice(_, _, _, _, _, _), _, true) -> true ; writeln(none))" -t halt`,
  );
  assert.equal(stderr, "");
  const codes = odd.map((text) => `[${Array.from(text, (sign) => sign.codePointAt(0)).join(",")}]`);
  assert.deepEqual(stdout.trim().split("\n").sort(), [...codes, "1.5", "same", "same", "none"].sort());
});

test("what was unknown then is told apart from what was not so", async (t) => {
  const all = new Herd(t);
  await all.hear(
    { host: "early", tag: "INVENTORY", level: "ok", facts: [["package", "nginx", "1.22.1"]] }, // 10:00
    { host: "late", tag: "PING", level: "ok" },
    { host: "early", tag: "INVENTORY", level: "ok", facts: [["package", "curl", "8"]] }, // 10:02: nginx is gone
    { host: "late", tag: "INVENTORY", level: "ok", facts: [["package", "curl", "8"]] }, // 10:03
  );
  const ask = async (text: string): Promise<string> =>
    (await all.ask("ask", text)).stdout.replaceAll("\n", " ");
  const without = (time: string): string =>
    `host(H), known(package, H, ${time}), \\+ at(package(H, nginx, _), ${time})`;
  assert.equal(await ask(without("time('2026-03-01T10:01:00Z')")), "");
  assert.equal(await ask(without("time('2026-03-01T10:02:30Z')")), "early ");
  assert.equal(await ask(without("time('2026-03-01T10:03:00Z')")), "early late ");
  assert.equal(await ask("host(H), \\+ known(package, H, time('2026-03-01T10:01:00Z'))"), "late ");
  assert.equal(await ask("known(package, H)"), "early late ");
  // While nobody looked nothing is known.
  const blind = await all.shell(
    `${process.execPath} -e "
       const db = new (require('${SQLITE}'))(process.env.SHEEPDOG_STATE + '/history.db');
       const at = (time) => Date.parse('2026-03-01T' + time + 'Z');
       db.exec('INSERT INTO blind VALUES (' + at('10:05:00') + ', ' + at('10:10:00') + '), (' + at('10:20:00') + ', ' + at('10:30:00') + ')')"
     sheepdog ask "known(package, early, time('2026-03-01T10:04:59Z'))"
     sheepdog ask "known(package, early, time('2026-03-01T10:05:00Z'))"
     sheepdog ask "known(package, early, time('2026-03-01T10:10:00Z'))"
     sheepdog ask "known(package, early, time('2026-03-01T10:25:00Z'))"
     sheepdog ask "known(package, early, time('2026-03-01T10:30:00Z'))"
     sheepdog ask "known(package, early, time('2026-03-01T09:59:59Z'))"`,
  );
  assert.equal(blind.stderr, "");
  assert.deepEqual(blind.stdout.trim().split("\n"), ["yes", "no", "yes", "no", "yes", "no"]);
});
