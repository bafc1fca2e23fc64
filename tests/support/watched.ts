import type { TestContext } from "node:test";
import { Host } from "./host.ts";
import { until } from "./until.ts";

export const CONFIG = `name = "nas"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
`;

/** A host that remembers its journal, and watches its units when a test says so. */
export async function watched(t: TestContext, options: readonly string[] = []): Promise<Host> {
  const host = await Host.boot(t, { config: CONFIG, options });
  await host.sh(
    "mkdir -p /var/log/journal && systemd-tmpfiles --create --prefix /var/log/journal && systemctl restart systemd-journald",
  );
  await host.run("systemctl", "start", "sheepdog.target");
  // The tests sweep when they want to.
  await host.run("systemctl", "stop", "sheepdog-sweep.timer");
  await host.awaits("sheepdog-handler", "ActiveState", "active");
  return host;
}

/** Writes a unit; systemd has yet to read it. */
export async function unit(host: Host, name: string, service: string, head = ""): Promise<void> {
  await host.write(`/etc/systemd/system/${name}`, `[Unit]\n${head}\n[Service]\n${service}\n`);
}

/** What is in the spool when a sweep ends is handled soon. */
export async function swept(host: Host): Promise<void> {
  await host.run("systemctl", "start", "sheepdog-sweep.service");
  await until("the spool is empty", async () => (await host.sh("ls /var/spool/sheepdog/barks/new")) === "");
}
