import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { localKey } from "../../src/operator/local.ts";
import { type Verified, verify } from "../../src/operator/verify.ts";
import { epoch, iso, now } from "../../src/time.ts";
import type { Result } from "../../src/trouble.ts";
import { deedText, Office, signed } from "../support/deed.ts";
import { folder } from "../support/folder.ts";

const MINUTE = 60_000;
const line = (key: string): string => readFileSync(`${key.replace(/\.pub$/, "")}.pub`, "utf8").trim();

function refusal(result: Result<Verified, string>): string {
  assert.ok(!result.ok, "it is not accepted");
  return result.fault;
}
function principal(result: Result<Verified, string>): string {
  assert.ok(result.ok, result.ok ? "" : result.fault);
  return result.value.principal;
}

test("what is signed with the handler's own key is accepted, without any list", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const text = deedText();
  const result = await verify(
    { deed: text, signature: signed(text, localKey(office.state)) },
    office.whom,
    now(),
  );
  assert.equal(principal(result), "local");
  assert.deepEqual(result.ok && result.value.deed, JSON.parse(text));
  assert.deepEqual(readdirSync(office.state).sort(), ["operator", "operator.pub"]);
});

test("what somebody on the list has signed is accepted under the name that stands there", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const [alice, bob] = [office.key("alice"), office.key("bob", "-t", "ecdsa")];
  office.allow(
    `alice@example.org namespaces="sheepdog-operator" ${line(alice)}`,
    "# a remark",
    `bob,bob@* ${line(bob)}`,
  );
  for (const [key, name] of [
    [alice, "alice@example.org"],
    [bob, "bob"],
  ] as const) {
    const text = deedText({ by: "somebody else", why: "ünïcode \u{1F411} and \\u0041" });
    assert.equal(
      principal(await verify({ deed: text, signature: signed(text, key) }, office.whom, now())),
      name,
    );
  }
});

test("a certificate of an authority on the list is accepted while it is valid, and for its principals", async (t) => {
  const office = new Office(t);
  const [authority, carol] = [office.key("authority"), office.key("carol")];
  office.allow(`*@example.org cert-authority,namespaces="sheepdog-operator" ${line(authority)}`);
  const certified = (name: string, validity: string): void =>
    void execFileSync("ssh-keygen", [
      "-q",
      "-s",
      authority,
      "-I",
      "id",
      "-n",
      name,
      "-V",
      validity,
      `${carol}.pub`,
    ]);
  const ask = (): Promise<Result<Verified, string>> => {
    const text = deedText();
    return verify({ deed: text, signature: signed(text, `${carol}-cert.pub`) }, office.whom, now());
  };
  certified("carol@example.org", "-1h:+1h");
  assert.equal(principal(await ask()), "carol@example.org");
  certified("carol@elsewhere.org", "-1h:+1h");
  assert.match(refusal(await ask()), /^its signature is not accepted by the list of operators .*: /);
  certified("carol@example.org", "20200101:20210101");
  assert.match(refusal(await ask()), /not accepted by the list of operators/);
});

test("what is not signed, or signed with something that is no signature, is refused", async (t) => {
  const office = new Office(t);
  office.allow(`alice ${line(office.key("alice"))}`);
  const deed = deedText();
  assert.match(
    refusal(await verify({ deed }, office.whom, now())),
    /^it is not signed; use `sheepdog silence`/,
  );
  const whole = signed(deed, join(office.home, "alice"));
  for (const signature of [
    "",
    "x",
    "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
    whole.slice(3),
  ])
    assert.equal(
      refusal(await verify({ deed, signature }, office.whom, now())),
      "its signature is none that `ssh-keygen -Y sign` makes",
    );
  assert.match(
    refusal(
      await verify({ deed, signature: whole.replace("\n", `\n${"A".repeat(20_000)}\n`) }, office.whom, now()),
    ),
    /longer than 16384 characters/,
  );
  assert.match(refusal(await verify(undefined, office.whom, now())), /it says no `deed`/);
});

test("a deed that was changed by one sign after it was signed is refused", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const alice = office.key("alice");
  office.allow(`alice ${line(alice)}`);
  for (const key of [alice, localKey(office.state)]) {
    const text = deedText({ tag: "SCRUB" });
    const signature = signed(text, key);
    for (const changed of [text.replace("SCRUB", "SCRUC"), `${text} `, text.replace('"host"', '"host" ')])
      assert.match(
        refusal(await verify({ deed: changed, signature }, office.whom, now())),
        /^its signature is not right: .*incorrect signature/,
      );
  }
});

test("a signature that was made for something else is refused, and so is a key that is listed for something else", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const [alice, git] = [office.key("alice"), office.key("git")];
  office.allow(`alice ${line(alice)}`, `git namespaces="git" ${line(git)}`);
  const text = deedText();
  const ask = async (signature: string): Promise<string> =>
    refusal(await verify({ deed: text, signature }, office.whom, now()));
  assert.match(await ask(signed(text, alice, "git")), /namespace does not match/);
  assert.match(await ask(signed(text, localKey(office.state), "file")), /namespace does not match/);
  assert.match(
    await ask(signed(text, git)),
    /not permitted for use in signature namespace "sheepdog-operator"/,
  );
});

test("the key of somebody who is not on the list is refused by its fingerprint, with what to do", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const mallory = office.key("mallory");
  const text = deedText();
  const ask = async (): Promise<string> =>
    refusal(await verify({ deed: text, signature: signed(text, mallory) }, office.whom, now()));
  const [, fingerprint] = execFileSync("ssh-keygen", ["-l", "-f", mallory], { encoding: "utf8" }).split(" ");
  assert.equal(
    await ask(),
    `it is signed by the key ${fingerprint}, and there is no list of operators ${office.list} (ENOENT); let root make it, one line a person: NAME namespaces="sheepdog-operator" and the public key`,
  );
  office.allow(`alice ${line(office.key("alice"))}`);
  assert.equal(
    await ask(),
    `it is signed by the key ${fingerprint}, which is not in the list of operators ${office.list}; let root add its line there`,
  );
});

test("a key whose time on the list is over is refused, and the line is named", async (t) => {
  const office = new Office(t);
  const alice = office.key("alice");
  office.allow("# since 2019", `alice valid-before="20200101" ${line(alice)}`);
  const text = deedText();
  assert.match(
    refusal(await verify({ deed: text, signature: signed(text, alice) }, office.whom, now())),
    /operators:2: key has expired/,
  );
});

test("a line of the list that says nothing is passed over, and named where nobody else is found", async (t) => {
  const office = new Office(t);
  const [alice, bob] = [office.key("alice"), office.key("bob")];
  office.allow("garbage line", `alice ${line(alice)}`, `bob valid-before="20200101" ${line(bob)}`);
  const ask = (key: string): Promise<Result<Verified, string>> => {
    const text = deedText();
    return verify({ deed: text, signature: signed(text, key) }, office.whom, now());
  };
  assert.equal(principal(await ask(alice)), "alice");
  assert.match(refusal(await ask(bob)), /operators:1: missing key; .*operators:3: key has expired/);
});

test("a list that others could have written is not used, and the handler's own key still is", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const alice = office.key("alice");
  office.allow(`alice ${line(alice)}`);
  const ask = (key: string): Promise<Result<Verified, string>> => {
    const text = deedText();
    return verify({ deed: text, signature: signed(text, key) }, office.whom, now());
  };
  chmodSync(office.list, 0o664);
  assert.match(refusal(await ask(alice)), /is not used: others may write to .*operators; run `chmod go-w/);
  chmodSync(office.list, 0o644);
  assert.equal(principal(await ask(alice)), "alice");
  chmodSync(office.home, 0o777);
  assert.match(refusal(await ask(alice)), /is not used: others may write to /);
  chmodSync(office.home, 0o700);
  if (process.getuid?.() === 0) {
    chownSync(office.list, 65_534, 65_534);
    assert.match(refusal(await ask(alice)), /belongs to neither root nor this user; run `chown root/);
  }
  assert.equal(principal(await ask(localKey(office.state))), "local");
  rmSync(office.list);
  mkdirSync(office.list);
  assert.match(refusal(await ask(alice)), /is not used: it is no file/);
});

test("the handler's own key is not believed once others may read it, or could have put another in its place", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const text = deedText();
  const signature = signed(text, localKey(office.state));
  const ask = (): Promise<Result<Verified, string>> => verify({ deed: text, signature }, office.whom, now());
  assert.equal(principal(await ask()), "local");
  chmodSync(localKey(office.state), 0o640);
  assert.match(
    refusal(await ask()),
    /this machine's own cannot be used: others may use .*operator \(mode 0640\); remove it/,
  );
  chmodSync(localKey(office.state), 0o600);
  chmodSync(office.state, 0o770);
  assert.match(refusal(await ask()), /others may write to /);
  chmodSync(office.state, 0o750);
  rmSync(localKey(office.state));
  assert.match(refusal(await ask()), /there is no key at .*operator \(ENOENT\); sheepdog-handler makes it/);
});

test("a deed is good for a quarter of an hour: what waited longer in a spool, or is from the future, is refused", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const moment = now();
  const ask = async (age: number): Promise<Result<Verified, string>> => {
    const text = deedText({ time: iso(epoch(moment - age)) });
    return verify({ deed: text, signature: signed(text, localKey(office.state)) }, office.whom, moment);
  };
  assert.equal(principal(await ask(15 * MINUTE)), "local");
  assert.equal(principal(await ask(-15 * MINUTE)), "local");
  assert.match(
    refusal(await ask(125 * MINUTE)),
    /^it was signed 2h 5min ago by the handler's clock \(.*Z, here it is .*Z\), and is good for 15min; if it is still wanted, ask again$/,
  );
  assert.match(
    refusal(await ask(-16 * MINUTE)),
    /signed 16min from now .*set the clock of whoever signed it$/,
  );
});

test("a deed that is sent again has the same id, and two that ask the same have two", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const text = deedText();
  const key = localKey(office.state);
  const id = async (deed: string): Promise<string> => {
    const result = await verify({ deed, signature: signed(deed, key) }, office.whom, now());
    return result.ok ? result.value.id : result.fault;
  };
  assert.match(await id(text), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(await id(text), await id(text));
  assert.notEqual(await id(deedText()), await id(deedText()));
});

test("what is longer than a deed can be is refused before anything is read of it", async (t) => {
  const office = new Office(t);
  const deed = deedText({ why: "x".repeat(9000) });
  assert.match(refusal(await verify({ deed, signature: "x" }, office.whom, now())), /longer than 8192 bytes/);
});

test("whatever is sent in place of a deed is refused in words, and nothing is left behind", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const alice = office.key("alice");
  office.allow(`alice ${line(alice)}`);
  const good = signed(deedText(), alice);
  const shape = fc.oneof(
    fc.record({ deed: fc.string({ unit: "binary" }), signature: fc.anything() }),
    fc.record({ deed: fc.json(), signature: fc.constant(good) }),
    fc.record({
      deed: fc.record({ kind: fc.constantFrom("ack", "end", "silence"), host: fc.anything() }).map(deedText),
      signature: fc.constantFrom(good, 1, null),
    }),
    fc.dictionary(fc.string(), fc.anything()),
  );
  await fc.assert(
    fc.asyncProperty(shape, async (content) => {
      assert.ok(refusal(await verify(content, office.whom, now())).length > 10);
    }),
    { numRuns: 200 },
  );
  assert.deepEqual(readdirSync(office.state).sort(), ["operator", "operator.pub"]);
});

test("many signatures within a minute are not all checked, so that other barks need not wait", async (t) => {
  const office = new Office(t);
  const alice = office.key("alice");
  office.allow(`alice ${line(alice)}`);
  const moment = now();
  const deed = deedText({ time: iso(moment) });
  const signature = signed(deed, alice);
  const changed = { deed: `${deed} `, signature };
  const all = await Promise.all(Array.from({ length: 40 }, () => verify(changed, office.whom, moment)));
  const faults = all.map(refusal);
  assert.equal(faults.filter((fault) => fault.includes("incorrect signature")).length, 30);
  assert.equal(faults.filter((fault) => fault.startsWith("too many were signed within a minute")).length, 10);
  const later = epoch(moment + MINUTE);
  assert.equal(principal(await verify({ deed, signature }, office.whom, later)), "alice");
});

/** Runs with another ssh-keygen first on the PATH. */
async function instead<Outcome>(bin: string, script: string, act: () => Promise<Outcome>): Promise<Outcome> {
  const path = process.env["PATH"];
  writeFileSync(join(bin, "ssh-keygen"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env["PATH"] = `${bin}:${path}`;
  try {
    return await act();
  } finally {
    process.env["PATH"] = path;
  }
}

test("no key, deed or signature is on a command line, and the files that live as long as a check are private", async (t) => {
  const office = new Office(t);
  const bin = folder(t);
  const log = join(bin, "log");
  const recorded = `printf '%s\\n' "$@" >>${log}; for word; do [ -e "$word" ] && stat -c 'mode %a %n' "$word" >>${log}; done; env >>${log}
exec ${execFileSync("which", ["ssh-keygen"], { encoding: "utf8" }).trim()} "$@"`;
  process.env["SECRET_OF_THE_HANDLER"] = "hunter2";
  t.after(() => delete process.env["SECRET_OF_THE_HANDLER"]);
  const alice = office.key("alice");
  office.allow(`alice ${line(alice)}`);
  await instead(bin, recorded, async () => {
    await office.makeLocalKey();
    for (const key of [alice, localKey(office.state)]) {
      const text = deedText({ why: "a reason that nobody else reads" });
      assert.ok((await verify({ deed: text, signature: signed(text, key) }, office.whom, now())).ok);
    }
  });
  const written = readFileSync(log, "utf8");
  for (const telling of ["a reason", "AAAA", "BEGIN", line(alice).split(" ")[1] ?? ""])
    assert.ok(!written.includes(telling), `${telling} is on a command line`);
  assert.equal(written.match(/^mode 600 .*\/deed-\w+\/(signature|signers)$/gm)?.length, 4);
  assert.equal(statSync(localKey(office.state)).mode & 0o777, 0o600);
  // Only the test's own ssh-keygen, which signs, has its environment.
  assert.equal(written.match(/hunter2/g)?.length, 2);
});

test("where ssh-keygen does not end, or is not there, the deed is refused and says so", async (t) => {
  const office = new Office(t);
  await office.makeLocalKey();
  const text = deedText();
  const content = { deed: text, signature: signed(text, localKey(office.state)) };
  const bin = folder(t);
  await instead(bin, "exec sleep 60", async () => {
    const since = Date.now();
    assert.match(
      refusal(await verify(content, office.whom, now())),
      /cannot be checked: ssh-keygen was ended by SIGKILL/,
    );
    assert.ok(Date.now() - since < 30_000);
  });
  const path = process.env["PATH"];
  process.env["PATH"] = "/nonexistent";
  t.after(() => (process.env["PATH"] = path));
  assert.match(
    refusal(await verify(content, office.whom, now())),
    /cannot run ssh-keygen \(ENOENT\): install OpenSSH/,
  );
  process.env["PATH"] = path;
  assert.equal(principal(await verify(content, office.whom, now())), "local");
});
