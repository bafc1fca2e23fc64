import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { fits } from "../../src/glob.ts";
import { recipients } from "../../src/policy/recipients.ts";

const mail = (to?: readonly string[], allow: readonly string[] = ["*"]) => ({
  to: to === undefined ? undefined : [...to],
  allow: [...allow],
});

test("a bark that names people tells them, in its order and nobody twice", () => {
  const { to, remarks } = recipients({ mailto: ["b@x.org", "a@x.org", "B@X.org"] }, mail(["ops@x.org"]));
  assert.deepEqual(to, ["b@x.org", "a@x.org"]);
  assert.deepEqual(remarks, []);
});

test("without names in the bark the configured people are told, else the user whose job it was, else root", () => {
  assert.deepEqual(recipients({ user: "backup" }, mail(["ops@x.org"])).to, ["ops@x.org"]);
  assert.deepEqual(recipients({ user: "backup" }, mail()).to, ["backup"]);
  assert.deepEqual(recipients({ user: "backup" }, mail([])).to, ["backup"]);
  for (const user of ["", "-oQ/tmp", "a b", "x@y.org", "a,b", "é", undefined])
    assert.deepEqual(recipients(user === undefined ? {} : { user }, mail()).to, ["root"], `user ${user}`);
});

test("what Sheepdog's own users bark goes to root, for nobody reads their mail", () => {
  const sysusers = new URL("../../../systemd/sysusers.conf", import.meta.url);
  const users = [...readFileSync(sysusers, "utf8").matchAll(/^u (\S+)/gm)].map(([, user]) => user ?? "");
  assert.ok(users.includes("sheepdog-receiver"));
  for (const user of users) assert.deepEqual(recipients({ user }, mail()).to, ["root"], user);
  assert.deepEqual(recipients({ user: "sheepdog-receiver" }, mail(["ops@x.org"])).to, ["ops@x.org"]);
  assert.deepEqual(recipients({ user: "sheepdogs" }, mail()).to, ["sheepdogs"]);
});

test("an address that mail.allow does not cover is replaced by the configured people, and the mail says so", () => {
  const { to, remarks } = recipients(
    { mailto: ["a@x.org", "spam@victim.com"] },
    mail(["ops@x.org"], ["*@x.org", "root"]),
  );
  assert.deepEqual(to, ["a@x.org", "ops@x.org"]);
  assert.equal(remarks.length, 1);
  assert.match(remarks[0] ?? "", /"spam@victim\.com".*mail\.allow.*ops@x\.org/);
});

test("what is no single plain address is refused, whatever mail.allow says", () => {
  const hostile = [
    "a@x.org\nBcc: all@x.org",
    "a@x.org,b@x.org",
    "a b@x.org",
    "<a@x.org>",
    "-t",
    "-oQ@x.org",
    "a@-x.org",
    "a@@x.org",
    "@x.org",
    "a@",
    "a@x.org\u0000",
    "a\u202e@x.org",
    '"a"@x.org',
    "|sh",
    "a@x.org;b",
    "user%x.org@y.org",
    "a@[10.0.0.1]",
    "a@x..org",
    "a@x.org.",
    `${"a".repeat(250)}@x.org`,
  ];
  for (const one of hostile) {
    const { to, remarks } = recipients({ mailto: [one] }, mail());
    assert.deepEqual(to, ["root"], JSON.stringify(one));
    // eslint-disable-next-line no-control-regex -- none may be left
    assert.doesNotMatch(remarks.join(), /[\u0000-\u001f\u202e]/);
  }
  for (const fine of ["root", "o'brien@x.org", "a.b+c@x.org", "bj\u00f6rn@x.org", "a@localhost"])
    assert.deepEqual(recipients({ mailto: [fine] }, mail()).to, [fine]);
});

test("somebody is always told, and a hundred refused addresses still make one short remark", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" })),
      fc.option(fc.string(), { nil: undefined }),
      (mailto, user) => {
        const { to, remarks } = recipients(
          user === undefined ? { mailto } : { mailto, user },
          mail(undefined, ["*@x.org"]),
        );
        assert.ok(to.length > 0);
        assert.ok(remarks.join("").length < 800);
      },
    ),
  );
});

test("a star stands for anything, and nothing else is special", () => {
  assert.ok(fits("*@x.org", "A@X.org"));
  assert.ok(fits("ops*", "ops"));
  assert.ok(!fits("*@x.org", "a@x.org.evil.com"));
  assert.ok(!fits("a.c@x.org", "abc@x.org"));
  assert.ok(!fits("", "a"));
  const hard = `${"*a".repeat(100)}b`;
  assert.ok(!fits(hard, "a".repeat(254)), "and a hard pattern ends soon");
});
