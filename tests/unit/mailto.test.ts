import assert from "node:assert/strict";
import { test } from "node:test";
import { Farmyard } from "../support/farmyard.ts";
import { text } from "../support/kennel.ts";
import { until } from "../support/until.ts";

const TEAMS = [
  "team(web1, 'web@example.org').",
  "team(web1, 'WEB@example.org').",
  "team(db1, 'dba@example.org').",
  "team(odd, 'not an address').",
  "team(half, 'half@example.org').",
  "team(half, 'a b').",
  "mailto(H, _, A) :- team(H, A).",
];

test("rules say who is told by mail, before the routes and [mail]; a bark that names somebody comes before them", async (t) => {
  const yard = new Farmyard(t, '[routes.web]\nhost = "web*"\nto = ["route@example.org"]\n');
  yard.rule("teams.pl", ...TEAMS);
  // Another file says more of the same predicate.
  yard.rule("night.pl", "mailto(H, 'NIGHT', 'night@example.org') :- host(H).");
  const hound = yard.start();
  const fail = (host: string, more: object = {}): string => text("fail", { host, ...more });
  const barks = [
    fail("web1"),
    fail("web2"),
    fail("db1", { tag: "NIGHT" }),
    fail("nas"),
    fail("web1", { tag: "OWN", mailto: ["own@example.org"] }),
    fail("odd"),
    fail("half"),
  ];
  await yard.spool.publish("barks", barks);
  await until("all are told", async () => (await yard.mail()).length >= 8);
  assert.deepEqual(
    (await yard.mail())
      .map(({ to, bark, remarks = [] }) => [bark.host, bark.tag, to, ...remarks].join(" "))
      .sort(),
    [
      "db1 NIGHT dba@example.org",
      "db1 NIGHT night@example.org",
      'half SCRUB half@example.org A rule says to tell "a b"; that is no address.',
      "nas SCRUB ops@example.org",
      'odd SCRUB ops@example.org A rule says to tell "not an address"; that is no address.',
      "web1 OWN own@example.org",
      "web1 SCRUB WEB@example.org",
      "web2 SCRUB route@example.org",
    ],
  );
  // Whoever was told that it is bad is told that it is well, whatever the rules say by then.
  yard.rule("teams.pl", "mailto(web1, _, 'new@example.org').");
  hound.child.kill("SIGHUP");
  await yard.spool.publish("barks", [text("ok", { host: "web1" })]);
  await until("it is well", async () => (await yard.mail()).length === 9);
  assert.equal((await yard.mail()).at(-1)?.to, "WEB@example.org");
  await yard.spool.publish("barks", [fail("web1")]);
  await until("it is bad again", async () => (await yard.mail()).length === 10);
  assert.equal((await yard.mail()).at(-1)?.to, "new@example.org");
  assert.equal(await hound.end("SIGTERM"), 0);
});

test("an alert is routed like any other trouble, and a mailto that fails leaves it to the routes", async (t) => {
  const yard = new Farmyard(t);
  yard.rule(
    "teams.pl",
    "alert(H, 'A', so) :- host(H).",
    "odd('('). mailto(H, T, A) :- state(H, T, _), odd(P), re(T, P), A = root.",
  );
  await yard.spool.publish("barks", [text("fail")]);
  await yard.handle({ rules: [yard.rules] });
  assert.equal((await yard.mail())[0]?.to, "ops@example.org");
  assert.match(yard.said.join("\n"), /mailto is not heeded .*"\(" is no regular expression/);
  yard.rule("teams.pl", "alert(H, 'A', so) :- host(H).", "mailto(_, 'A', 'alerts@example.org').");
  await yard.handle({ rules: [yard.rules] });
  assert.equal(yard.call().status, 0);
  await yard.handle({ rules: [yard.rules] });
  assert.deepEqual((await yard.mail()).map(({ to, bark }) => [to, bark.tag])[1], ["alerts@example.org", "A"]);
});
