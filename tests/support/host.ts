import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Bark } from "../../src/bark.ts";
import { folder } from "./folder.ts";
import type { Ran } from "./sheepdog.ts";
import { until } from "./until.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const SCRIPT = `${ROOT}/tests/systemd/host`;
/** Where a host sees this checkout. */
const CHECKOUT = "/opt/sheepdog";
/** A boot takes half a second, and most of a minute on a machine where everything happens at once. */
const BOOT = 120_000;

/** Why no host can be booted here, for `skip` of a test; false where one can. */
export const hostless: string | false =
  process.getuid?.() === 0 ? false : "booting a systemd host needs root; run the tests as root to see these";

export interface HostOptions {
  /** For systemd-host, such as ["--limits"]. */
  readonly options?: readonly string[];
  /** Leave Sheepdog out. */
  readonly bare?: boolean;
  /** The configuration of the host: /etc/sheepdog/sheepdog.toml. */
  readonly config?: string;
  /** Where it meets others on a private network, and what it is called there. */
  readonly net?: { readonly bridge: Bridge; readonly name: string; readonly address: string };
}

/** A private network of hosts. It ends with the last one of them. */
export class Bridge {
  readonly state = mkdtempSync(join(tmpdir(), "sheepdog-bridge-"));

  /** A host is gone. */
  left(): void {
    const some = readdirSync(this.state, { withFileTypes: true }).some((one) => one.isDirectory());
    if (!some) rmSync(this.state, { recursive: true, force: true });
  }
}

/** A machine of its own with systemd as process 1 and Sheepdog installed by `make install`. It ends with the test,
 * and with the process of the test however that ends. */
export class Host {
  readonly #state: string;
  readonly #name: string;
  readonly #bridge: Bridge | undefined;
  readonly #attendant: ChildProcess;

  private constructor(state: string, attendant: ChildProcess, net: HostOptions["net"]) {
    this.#state = state;
    this.#name = net?.name ?? "host";
    this.#bridge = net?.bridge;
    this.#attendant = attendant;
  }

  static async boot(
    t: TestContext,
    { options = [], bare = false, config = "", net }: HostOptions = {},
  ): Promise<Host> {
    const state = net?.bridge.state ?? folder(t);
    const name = net?.name ?? "host";
    const meets = net === undefined ? [] : ["--net", net.address];
    const attendant = spawn(
      SCRIPT,
      ["up", name, "--attend", "--bind-ro", `${ROOT}:${CHECKOUT}`, ...meets, ...options],
      {
        env: environment(state),
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    const host = new Host(state, attendant, net);
    t.after(() => host.#down());
    await up(attendant);
    // What somebody has tried on this machine is no part of the host, which sees the machine's files.
    await host.sh("rm -rf /etc/sheepdog /etc/credstore/sheepdog.* /var/lib/sheepdog* /var/spool/sheepdog");
    if (!bare) {
      await host.sh(
        `make -s -C ${CHECKOUT} install PREFIX=/usr && systemd-sysusers && systemd-tmpfiles --create sheepdog.conf && systemctl daemon-reload`,
      );
      if (config !== "") await host.write("/etc/sheepdog/sheepdog.toml", config);
    }
    return host;
  }

  /** Runs a program as root.
   * @throws Error with all it said when it fails */
  async run(...words: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.ran(...words);
    if (status !== 0) throw new Error(`${words.join(" ")}: exit ${status}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** The same whatever its exit code. */
  async ran(...words: readonly string[]): Promise<Ran> {
    return exec(this.#state, ["exec", this.#name, "--", ...words]);
  }

  /** Runs a line of shell as root. */
  sh = (line: string): Promise<string> => this.run("sh", "-c", line);

  /** Writes a file, with the folders above it.
   * @param mode  such as "600" */
  async write(path: string, text: string, mode = "644"): Promise<void> {
    const quoted = Buffer.from(text).toString("base64");
    await this.sh(
      `mkdir -p "$(dirname ${path})" && echo ${quoted} | base64 -d >${path} && chmod ${mode} ${path}`,
    );
  }

  /** One property of a unit, as `systemctl show` has it. */
  show = (unit: string, property: string): Promise<string> =>
    this.run("systemctl", "show", "--value", "-p", property, unit);

  /** What a unit said, oldest first. */
  log = (unit: string): Promise<string> =>
    this.sh(`journalctl --sync; journalctl -q -o cat --no-pager -u ${unit}`);

  /** What `sheepdog list` has about a tag, oldest first. */
  async barks(tag = "*"): Promise<readonly Bark[]> {
    return JSON.parse(
      await this.run("sheepdog", "list", "--json", "--limit", "10000", "--tag", tag),
    ) as readonly Bark[];
  }

  /** The same once there are so many.
   * @throws Error with how many there are, and what went wrong on the host */
  async barked(tag: string, count: number, within?: number): Promise<readonly Bark[]> {
    let found: readonly Bark[] = [];
    const enough = async () => (found = await this.barks(tag)).length >= count;
    await until(`${count} barks of ${tag}`, enough, within).catch(async (error: unknown) => {
      throw new Error(`${(error as Error).message}; there are ${found.length}\n${await this.report()}`);
    });
    return found;
  }

  /** All that the mailer has written to its folder. */
  mails = (): Promise<string> =>
    this.sh("cat $(find /var/lib/sheepdog-mailer/mail -name '*.eml') </dev/null");

  /** Waits until a property of a unit is so. */
  async awaits(unit: string, property: string, value: string | RegExp, within?: number): Promise<void> {
    let last = "";
    const is = (): boolean => (typeof value === "string" ? last === value : value.test(last));
    await until(
      `${property} of ${unit} is ${value}, it was ${last}`,
      async () => {
        last = await this.show(unit, property);
        return is();
      },
      within,
    ).catch(async (error: unknown) => {
      throw new Error(`${(error as Error).message}; last ${JSON.stringify(last)}\n${await this.report()}`);
    });
  }

  /** Failed units, with their journal. */
  async report(): Promise<string> {
    return (await exec(this.#state, ["report", this.#name])).stderr;
  }

  /** @param how  "hard" is a power cut */
  async reboot(how: "soft" | "hard" = "soft"): Promise<void> {
    const ran = await exec(this.#state, ["reboot", this.#name, ...(how === "hard" ? ["--hard"] : [])]);
    if (ran.status !== 0) throw new Error(`reboot: ${ran.stderr}`);
  }

  async #down(): Promise<void> {
    if (this.#attendant.exitCode !== null || this.#attendant.signalCode !== null) return;
    this.#attendant.stdin?.end();
    await once(this.#attendant, "exit");
    this.#bridge?.left();
  }
}

const environment = (state: string): NodeJS.ProcessEnv => ({ ...process.env, SYSTEMD_HOST_STATE: state });

async function exec(state: string, words: readonly string[]): Promise<Ran> {
  const since = Date.now();
  return new Promise((resolve) => {
    const options = { env: environment(state), cwd: "/", maxBuffer: 1 << 28 };
    const child = execFile(SCRIPT, words, options, (_, stdout, stderr) =>
      resolve({
        status: child.exitCode,
        signal: child.signalCode,
        stdout,
        stderr,
        elapsed: Date.now() - since,
      }),
    );
    child.stdin?.end();
  });
}

async function up(attendant: ChildProcess): Promise<void> {
  let said = "";
  attendant.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  if (attendant.stdout === null) throw new Error("stdout is piped");
  const lines = createInterface({ input: attendant.stdout });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no boot in ${BOOT} ms\n${said}`)), BOOT);
    lines.on("line", () => resolve(clearTimeout(timer)));
    attendant.on("exit", (status) => reject(new Error(`no host, exit ${status}\n${said}`)));
  });
}
