import * as z from "zod/mini";
import type { Level } from "../bark.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { above, worst } from "../plugin/judge.ts";
import { exitOf, jsonOf } from "../plugin/program.ts";
import { list, number, percent } from "../plugin/setting.ts";
import { tally } from "../plugin/tally.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "smart",
  about: "what disks say of their own health (SMART): bad sectors, wear, temperature",
  rhythm: { every: "1h" },
  unit: `# Disks answer to root only.
User=root
Group=root
# Their devices, which PrivateDevices= hides; read-only is not enough for the commands that ask them.
PrivateDevices=no
DeviceAllow=block-* rw
DeviceAllow=char-nvme rw
DeviceAllow=char-sg rw
# SG_IO takes the first for SATA and SCSI, the admin commands of NVMe take the second.
CapabilityBoundingSet=CAP_SYS_RAWIO CAP_SYS_ADMIN
`,
  settings: {
    disks: list([], "what is asked; every disk that smartctl finds where it is not set"),
    sectors: number(1, "reallocated or pending sectors, and more, that are a warning", { min: 1 }),
    many: number(50, "and that are trouble", { min: 1 }),
    wear: percent("80%", "worn to this share of what it is made for: a warning; all of it: trouble"),
    warm: number(55, "degrees Celsius that are a warning", { min: 0, max: 200 }),
    hot: number(65, "degrees Celsius that are trouble", { min: 0, max: 200 }),
  },
  async monitor({ disks, ...limits }, { run }) {
    const asked = disks.length > 0 ? disks.map((name) => ({ name, type: undefined })) : await scan(run);
    if (asked.length === 0)
      throw new Trouble("smartctl finds no disk here", {
        advice: "set `disks`, or disable this indicator here",
      });
    const seen = await Promise.all(asked.map((disk) => look(disk, run)));
    const findings = seen.map((disk) => {
      const said = judgeDisk(disk, limits);
      return {
        level: worst(said.map(([level]) => level)),
        text: `${disk.name}: ${said.map(([, text]) => text).join(", ")}`,
      };
    });
    const fine = `${seen.length === 1 ? "the disk is" : `all ${seen.length} disks are`} healthy${warmest(seen)}`;
    return {
      ...tally(findings, fine),
      facts: seen.flatMap((disk) =>
        "refusal" in disk ? [] : [["drive", disk.name, disk.model, disk.serial] as const],
      ),
      content: { disks: seen },
    };
  },
});

type Run = Context["run"];
interface Asked {
  readonly name: string;
  readonly type: string | undefined;
}

const Scan = z.object({ devices: z.optional(z.array(z.object({ name: z.string(), type: z.string() }))) });

async function ask(run: Run, words: readonly string[]): Promise<unknown> {
  const ended = await run(["smartctl", "--json", ...words]);
  exitOf("smartctl", ended); // what it tells is in its answer, too
  return jsonOf("smartctl", ended);
}

const scan = async (run: Run): Promise<readonly Asked[]> =>
  Scan.parse(await ask(run, ["--scan"])).devices ?? [];

const count = z.optional(z.number());
/** What is read of the answer; every part is missing somewhere. */
const Answer = z.object({
  smartctl: z.object({
    exit_status: z.number(),
    messages: z.optional(z.array(z.object({ string: z.string(), severity: z.string() }))),
  }),
  model_name: z.optional(z.string()),
  serial_number: z.optional(z.string()),
  smart_status: z.optional(z.object({ passed: z.boolean() })),
  temperature: z.optional(z.object({ current: count })),
  ata_smart_attributes: z.optional(
    z.object({ table: z.array(z.object({ id: z.number(), raw: z.object({ value: z.number() }) })) }),
  ),
  scsi_grown_defect_list: count,
  nvme_smart_health_information_log: z.optional(
    z.object({
      critical_warning: count,
      percentage_used: count,
      available_spare: count,
      available_spare_threshold: count,
      media_errors: count,
    }),
  ),
});

type Seen =
  | { readonly name: string; readonly refusal: string }
  | {
      readonly name: string;
      readonly model: string;
      readonly serial: string;
      readonly passed: boolean | null;
      readonly celsius: number | null;
      readonly reallocated: number;
      readonly pending: number;
      readonly worn: number | null;
      readonly spare: number | null;
      readonly least: number | null;
      readonly errors: number;
    };

/** Bits of the exit code of smartctl(8): it was called wrongly, or the disk did not open. The others tell of the
 * disk, and so does what it prints. */
const UNREAD = 0b11;

async function look({ name, type }: Asked, run: Run): Promise<Seen> {
  const means = type === undefined ? [] : ["-d", type];
  // Never wakes up a disk that sleeps.
  const answer = Answer.parse(await ask(run, ["-n", "standby", "-i", "-H", "-A", ...means, name]));
  if ((answer.smartctl.exit_status & UNREAD) !== 0) {
    const said =
      answer.smartctl.messages?.[0]?.string ?? `smartctl leaves with ${answer.smartctl.exit_status}`;
    return { name, refusal: said.replace(`${name}: `, "") };
  }
  const raw = (id: number): number =>
    answer.ata_smart_attributes?.table.find((one) => one.id === id)?.raw.value ?? 0;
  const nvme = answer.nvme_smart_health_information_log;
  return {
    name,
    model: answer.model_name ?? "unknown",
    serial: answer.serial_number ?? "unknown",
    passed: answer.smart_status?.passed ?? null,
    celsius: answer.temperature?.current ?? null,
    reallocated: raw(5) + (answer.scsi_grown_defect_list ?? 0),
    pending: raw(197) + raw(198),
    worn: nvme?.percentage_used ?? null,
    spare: nvme?.available_spare ?? null,
    least: nvme?.available_spare_threshold ?? null,
    errors: nvme?.media_errors ?? 0,
  };
}

interface Limits {
  readonly sectors: number;
  readonly many: number;
  readonly wear: number;
  readonly warm: number;
  readonly hot: number;
}

type Said = readonly [level: Level, text: string];

function judgeDisk(disk: Seen, limits: Limits): readonly Said[] {
  if ("refusal" in disk)
    // A disk that sleeps is left to sleep: there is nothing to tell.
    return [/standby|sleep/i.test(disk.refusal) ? ["ok", "sleeps"] : ["unknown", disk.refusal]];
  const { passed, celsius, reallocated, pending, worn, spare, least, errors } = disk;
  const sectors = { warn: limits.sectors, fail: Math.max(limits.many, limits.sectors) };
  const said: readonly Said[] = [
    [
      passed === false ? "fail" : passed === null ? "unknown" : "ok",
      passed === null ? "says nothing of its health" : "says that it will fail soon",
    ],
    [above(reallocated, sectors), `${reallocated} sectors are replaced`],
    [above(pending, sectors), `${pending} sectors cannot be read`],
    [above(errors, sectors), `${errors} errors of its medium`],
    [
      worn === null ? "ok" : above(worn, { warn: limits.wear, fail: Math.max(100, limits.wear) }),
      `is worn to ${worn}%`,
    ],
    [spare !== null && least !== null && spare <= least ? "fail" : "ok", `has ${spare}% of its spare left`],
    [
      celsius === null
        ? "ok"
        : above(celsius, { warn: limits.warm, fail: Math.max(limits.hot, limits.warm) }),
      `has ${celsius} °C`,
    ],
  ];
  return said.filter(([level]) => level !== "ok");
}

function warmest(seen: readonly Seen[]): string {
  const degrees = seen.flatMap((disk) => ("refusal" in disk || disk.celsius === null ? [] : [disk.celsius]));
  return degrees.length === 0
    ? ""
    : `, ${degrees.length === 1 ? "" : "the warmest has "}${Math.max(...degrees)} °C`;
}
