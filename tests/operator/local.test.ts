import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { localKey } from "../../src/operator/local.ts";
import { explain } from "../../src/trouble.ts";
import { Office } from "../support/deed.ts";
import { Kennel } from "../support/kennel.ts";

test("the handler makes its key at the first start, for its user alone, and keeps it", async (t) => {
  const kennel = new Kennel(t);
  await kennel.handle();
  const file = localKey(kennel.state);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const before = readFileSync(file, "utf8");
  assert.match(before, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  assert.match(readFileSync(`${file}.pub`, "utf8"), /^ssh-ed25519 \S+ local\n$/);
  await kennel.handle();
  assert.equal(readFileSync(file, "utf8"), before);
  assert.deepEqual(kennel.said, [
    `takes barks from ${kennel.spool.place}`,
    `takes barks from ${kennel.spool.place}`,
  ]);
});

test("a key that lacks its other half is made anew, and what a killed check has left is removed", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const before = readFileSync(localKey(office.state), "utf8");
  rmSync(`${localKey(office.state)}.pub`);
  mkdirSync(join(office.state, "deed-x1y2z3"));
  writeFileSync(join(office.state, "deed-x1y2z3", "signature"), "");
  await office.makeLocalKey();
  assert.notEqual(readFileSync(localKey(office.state), "utf8"), before);
  assert.deepEqual(readdirSync(office.state).sort(), ["operator", "operator.pub"]);
});

test("where no key can be made the handler says why, and handles barks all the same", async (t) => {
  const kennel = new Kennel(t);
  const path = process.env["PATH"];
  t.after(() => (process.env["PATH"] = path));
  mkdirSync(join(kennel.home, "bin"));
  writeFileSync(join(kennel.home, "bin", "flock"), `#!/bin/sh\nPATH=${path} exec flock "$@"\n`, {
    mode: 0o755,
  });
  process.env["PATH"] = join(kennel.home, "bin");
  await kennel.handle();
  assert.match(
    kennel.said[0] ?? "",
    /^cannot make .*operator, by which this machine's administrators may silence: cannot run ssh-keygen \(ENOENT\): install OpenSSH's client \(Debian: openssh-client\)$/,
  );
  assert.match(
    kennel.said[1] ?? "",
    /^cannot make .*reactions, by which it has machines do what rules say: cannot run ssh-keygen/,
  );
  assert.match(kennel.said[2] ?? "", /^takes barks/);
});

test("a folder that cannot be written to is told with the reason", async (t) => {
  const office = new Office(t);
  rmSync(office.state, { recursive: true });
  writeFileSync(office.state, "");
  await assert.rejects(office.makeLocalKey(), (error) => {
    assert.match(explain(error), /^cannot make .*\/operator, .*ENOTDIR/);
    return true;
  });
});
