import { readFileSync } from "node:fs";
import { cpus, machine, networkInterfaces, release, totalmem, uptime } from "node:os";
import type { Fact } from "../bark.ts";
import { when } from "../clock.ts";
import { bootId } from "../plugin/boot.ts";
import { container } from "../plugin/container.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { choice } from "../plugin/setting.ts";
import { formatSize } from "../size.ts";
import { type Epoch, epoch, formatSpan, iso, type Seconds, seconds } from "../time.ts";

export default plugin({
  name: "machine",
  about: "what this machine is: memory, cores, kernel, distribution, addresses, and whether it was rebooted",
  rhythm: { every: "10min" },
  unit: `# The kernel tells a machine's addresses by netlink.
RestrictAddressFamilies=AF_NETLINK`,
  settings: {
    reboot: choice(["warning", "ok"], "ok", "Level of the one reading after a reboot"),
  },
  async monitor({ reboot }, { before, now, run }) {
    const [ram, cores, kernel, arch] = [totalmem(), cpus().length, release(), machine()];
    const { name, id, version } = distribution();
    const boot = bootId();
    const last = earlier(before);
    const virtual = (last?.boot === boot ? last.virtual : undefined) ?? (await virtualisation(run));
    const booted = start(now, last, boot);
    const rebooted = last !== undefined && last.boot !== boot;
    const news = rebooted
      ? `rebooted at ${when(booted, "minute")}, had been up ${formatSpan(last.up)} when last seen; `
      : "";
    const size = `${cores === 1 ? "1 core" : `${cores} cores`}, ${formatSize(ram)}`;
    return {
      level: rebooted ? reboot : "ok",
      summary: `${news}${name}, Linux ${kernel}, ${arch}, ${size}${virtual === "none" ? "" : `, ${virtual}`}`,
      facts: [
        ["ram", Number(ram.toPrecision(3))],
        ["cores", cores],
        ["kernel", kernel],
        ["distribution", id, version],
        ["arch", arch],
        ["virtualisation", virtual],
        ["booted", iso(booted).replace(/:\d\d\.\d+Z$/, "Z")],
        ...addresses(),
      ],
      remember: { boot, up: Math.floor(uptime()), booted, virtual },
    };
  },
});

interface Earlier {
  readonly boot: string;
  readonly up: Seconds;
  readonly booted: Epoch;
  /** The same until the next start: whom to ask is a program, which costs more than all else. An older version of this
   * plugin did not remember it. */
  readonly virtual: string | undefined;
}

function earlier(before: unknown): Earlier | undefined {
  if (typeof before !== "object" || before === null) return undefined;
  const { boot, up, booted, virtual } = before as Readonly<Record<string, unknown>>;
  if (typeof boot !== "string" || typeof up !== "number" || typeof booted !== "number") return undefined;
  return {
    boot,
    up: seconds(up),
    booted: epoch(booted),
    virtual: typeof virtual === "string" ? virtual : undefined,
  };
}

/** Milliseconds by which the wall clock may be set without the start of the machine becoming another one. */
const SET = 120_000;

/** When the kernel was started. That is reckoned back from a wall clock that is set now and then, and would else be
 * another minute at every other reading; a clock that was plainly wrong at the start is believed later. */
function start(now: Epoch, last: Earlier | undefined, boot: string): Epoch {
  const reckoned = Math.floor((now - uptime() * 1000) / 60_000) * 60_000;
  if (last?.boot === boot && Math.abs(last.booted - reckoned) <= SET) return last.booted;
  return epoch(reckoned);
}

/** @see os-release(5) */
function distribution(): { readonly name: string; readonly id: string; readonly version: string } {
  const keys = new Map<string, string>();
  for (const line of firstOf(["/etc/os-release", "/usr/lib/os-release"]).split("\n")) {
    const [, key, value] = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) keys.set(key, value);
  }
  const [id, version] = [keys.get("ID") ?? "linux", keys.get("VERSION_ID") ?? "rolling"];
  return { id, version, name: keys.get("PRETTY_NAME") ?? `${keys.get("NAME") ?? id} ${version}` };
}

/** In the words of systemd-detect-virt(1), where that is there. */
async function virtualisation(run: Context["run"]): Promise<string> {
  const { stdout } = await run(["systemd-detect-virt"], { timeout: seconds(5), output: 4096 });
  if (stdout.trim() !== "") return stdout.trim();
  const inside = container();
  if (inside !== undefined) return inside;
  const vendor = firstOf(["/sys/class/dmi/id/sys_vendor"]);
  const known = VENDORS.find(([pattern]) => pattern.test(vendor));
  if (known !== undefined) return known[1];
  return /^flags\s*:.* hypervisor\b/m.test(firstOf(["/proc/cpuinfo"])) ? "vm-other" : "none";
}

const VENDORS = [
  [/^QEMU/, "qemu"],
  [/^VMware/, "vmware"],
  [/^innotek|^Oracle Corporation/, "oracle"],
  [/^Xen/, "xen"],
  [/^Amazon EC2/, "amazon"],
  [/^Google/, "google"],
] as const;

function firstOf(files: readonly string[]): string {
  for (const file of files)
    try {
      return readFileSync(file, "utf8");
    } catch {
      // the next one may be there
    }
  return "";
}

/** Those by which others reach this machine: none of the loopback, of one wire, or of IPv6 that is drawn anew each
 * day for privacy. */
function addresses(): readonly Fact[] {
  const passing = temporary();
  return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? [])
      .filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(address))
      .filter(({ family, address }) => family === "IPv4" || !passing.has(digits(address)))
      .map(({ address }): Fact => ["address", name, address]),
  );
}

/** In the fifth column are the flags of an address, see linux/if_addr.h. */
function temporary(): ReadonlySet<string> {
  const rows = firstOf(["/proc/net/if_inet6"])
    .split("\n")
    .map((line) => line.split(/\s+/));
  return new Set(rows.flatMap(([hex = "", , , , flags]) => (Number(`0x${flags}`) & TEMPORARY ? [hex] : [])));
}
const TEMPORARY = 0x01;

/** An IPv6 address in the 32 digits of the kernel. */
function digits(address: string): string {
  const [left = "", right] = address.split("::");
  const words = (part: string): readonly string[] =>
    part === "" ? [] : part.split(":").map((word) => word.padStart(4, "0"));
  const [head, tail] = [words(left), words(right ?? "")];
  return [...head, ...Array<string>(8 - head.length - tail.length).fill("0000"), ...tail].join("");
}
