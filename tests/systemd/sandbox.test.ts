import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const UNITS = [
  "handler",
  "mailer",
  "receiver",
  "flush",
  "sweep",
  "rounds",
  "daemon",
  "bark@",
  "indicator@",
] as const;

let probes = 0;

/** What a program says that runs in the sandbox of one of Sheepdog's units.
 * @param script  JavaScript */
async function within(host: Host, unit: string, script: string): Promise<string> {
  const name = `probe-${++probes}`;
  const ours = await host.run("cat", `/usr/lib/systemd/system/sheepdog-${unit}.service`);
  const probe = ours
    .replaceAll(/^(Exec\w+|Type|Restart\w*|WatchdogSec|\[Install\]|WantedBy)\b.*$/gm, "")
    .replace("[Service]", `[Service]\nType=oneshot\nExecStart=/usr/local/bin/${name}`);
  await host.write(`/etc/systemd/system/${name}.service`, probe);
  await host.write(`/usr/local/bin/${name}`, `#!/usr/bin/env node\n${script}`, "755");
  await host.sh(`systemctl daemon-reload; systemctl start ${name}`);
  return host.sh(`journalctl --sync; journalctl -q -o cat --no-pager -u ${name} _COMM=node`);
}

/** Whether an address can be reached. */
const reach = (address: string): string =>
  `const socket = require("net").connect(6380, "${address}");
   const say = (word) => { console.log("${address}", word); process.exit(); };
   socket.on("connect", () => say("reached")).on("error", ({ code }) => say(code));
   setTimeout(say, 500, "silent");`;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t);
  await t.test("the handler reaches this machine and no other, the mailer others too", async () => {
    await host.sh("ip address add 10.99.0.1/32 dev lo");
    await host.sh(
      "systemd-run -q redis-server --port 6380 --bind 0.0.0.0 --protected-mode no --save ''; sleep 1",
    );
    assert.match(await within(host, "handler", reach("127.0.0.1")), /127.0.0.1 reached/);
    assert.match(await within(host, "handler", reach("10.99.0.1")), /10.99.0.1 silent/);
    assert.match(await within(host, "mailer", reach("10.99.0.1")), /10.99.0.1 reached/);
  });

  await t.test("the mailer sees no files but those it needs, and writes to its own alone", async () => {
    await host.sh("mkdir -p /data; touch /data/x");
    await host.write("/etc/credstore/sheepdog.other", "sesame", "600");
    const list = `const { readdirSync, readFileSync } = require("fs");
      for (const folder of ["/", "/var", "/var/lib", "/run"]) console.log(folder, "has", readdirSync(folder).join(" "));
      for (const file of ["/etc/resolv.conf", "/etc/shadow", "/etc/credstore/sheepdog.other"])
        try { readFileSync(file); console.log("reads", file); } catch {}`;
    const seen = await within(host, "mailer", list);
    assert.match(seen, /^\/var\/lib has sheepdog-mailer$/m);
    assert.doesNotMatch(seen, /\b(shadow|data|credstore|home|root|srv|mnt)\b/);
    assert.match(seen, /^reads \/etc\/resolv.conf$/m);
    const write = `const { writeFileSync } = require("fs");
      for (const folder of ["", "/usr", "/etc", "/etc/sheepdog", "/run", "/var", "/var/lib", "/var/lib/sheepdog-mailer", "/tmp"])
        try { writeFileSync(folder + "/x", ""); console.log("wrote to", folder); } catch {}`;
    const wrote = (await within(host, "mailer", write)).split("\n").sort();
    assert.deepEqual(wrote, ["wrote to /tmp", "wrote to /var/lib/sheepdog-mailer"]);
  });

  await t.test("no unit writes outside of its state, the spool and what is its alone", async () => {
    const write = `const { writeFileSync } = require("fs");
      for (const folder of ["", "/dev", "/dev/shm", "/dev/mqueue", "/etc", "/home", "/opt", "/run", "/run/lock", "/run/systemd",
        "/run/user", "/srv", "/usr", "/var", "/var/cache", "/var/lib", "/var/spool"])
        try { writeFileSync(folder + "/x", ""); console.log("wrote to", folder); } catch {}
      console.log("tried");`;
    const wrote = await Promise.all(UNITS.map(async (unit) => [unit, await within(host, unit, write)]));
    assert.deepEqual(
      wrote,
      UNITS.map((unit) => [unit, "tried"]),
    );
  });

  await t.test("the handler makes its operators' key, and can check what was signed with it", async () => {
    await host.run("systemctl", "start", "sheepdog-handler");
    const about = await host.run("stat", "-c", "%a %U", "/var/lib/sheepdog/operator");
    assert.equal(about, "600 sheepdog");
    const asked = await host.run("sheepdog", "silence", "host=*", "--for", "1h", "--why", "x", "--json");
    const { bark } = JSON.parse(asked) as { bark: string };
    const show = `sheepdog show ${bark} --json >/etc/sheepdog/bark.json`;
    await until("the deed is heard", async () => (await host.ran("sh", "-c", show)).status === 0);
    const check = `import("/opt/sheepdog/out/src/operator/verify.js").then(async ({ verify, operators }) => {
        const { content } = JSON.parse(require("fs").readFileSync("/etc/sheepdog/bark.json", "utf8"));
        const whom = operators("/var/lib/sheepdog", "/etc/sheepdog/operators");
        const { value, fault } = await verify(content, whom, Date.now());
        console.log("signed by", value?.principal ?? fault);
      });`;
    assert.equal(await within(host, "handler", check), "signed by local");
    const read = `try { require("fs").readFileSync("/var/lib/sheepdog/operator") } catch ({ code }) { console.log(code) }`;
    assert.equal(await within(host, "indicator@", read), "EACCES");
  });

  await t.test("the mailer asks the name server of now, and not the one of its start", async () => {
    await host.run("systemctl", "start", "sheepdog-mailer");
    const pid = await host.show("sheepdog-mailer", "MainPID");
    await host.write("/etc/resolv.conf.new", "nameserver 192.0.2.99\n");
    await host.run("mv", "/etc/resolv.conf.new", "/etc/resolv.conf");
    assert.match(await host.run("nsenter", "-m", "-t", pid, "cat", "/etc/resolv.conf"), /192\.0\.2\.99/);
  });
});
