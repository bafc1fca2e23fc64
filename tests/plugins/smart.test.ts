// The machines that test this have no disk of their own: a program that prints what smartctl 7.3 prints stands in for
// it, shortened to what is read. What a loop device says is said by the real smartctl.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import smart from "../../src/plugins/smart.ts";
import { reading } from "../support/reading.ts";
import { stand } from "../support/stand.ts";

const answer = (body: object, status = 0) =>
  JSON.stringify({
    json_format_version: [1, 0],
    smartctl: { version: [7, 3], exit_status: status },
    ...body,
  });

const ata = ({ reallocated = 0, pending = 0, passed = true, celsius = 34, status = 0 } = {}) =>
  answer(
    {
      model_name: "WDC WD40EFRX-68N32N0",
      serial_number: "WD-WCC7K0000000",
      smart_status: { passed },
      ata_smart_attributes: {
        revision: 16,
        table: [
          {
            id: 5,
            name: "Reallocated_Sector_Ct",
            value: 200,
            worst: 200,
            thresh: 140,
            raw: { value: reallocated, string: "" },
          },
          {
            id: 197,
            name: "Current_Pending_Sector",
            value: 200,
            worst: 200,
            thresh: 0,
            raw: { value: pending, string: "" },
          },
        ],
      },
      temperature: { current: celsius },
    },
    status,
  );

const nvme = ({ used = 4, spare = 100, errors = 0 } = {}) =>
  answer({
    model_name: "Samsung SSD 980 PRO 1TB",
    serial_number: "S5GXNX0R000000",
    smart_status: { passed: true, nvme: { value: 0 } },
    nvme_smart_health_information_log: {
      critical_warning: 0,
      temperature: 41,
      available_spare: spare,
      available_spare_threshold: 10,
      percentage_used: used,
      media_errors: errors,
    },
    temperature: { current: 41 },
  });

/** The disks of a machine, by name. */
function disks(t: TestContext, all: { readonly [name: string]: string }, status = 0): void {
  const scan = answer({
    devices: Object.keys(all).map((name) => ({ name, info_name: name, type: "scsi", protocol: "SCSI" })),
  });
  const cases = Object.entries(all).map(
    ([name, said]) => `*" ${name}") cat <<'END'\n${said}\nEND\nexit ${status};;`,
  );
  stand(t, "smartctl", `case " $*" in\n*--scan) cat <<'END'\n${scan}\nEND\n;;\n${cases.join("\n")}\nesac`);
}

test("healthy disks are fine, and the warmest is told", async (t) => {
  disks(t, { "/dev/sda": ata(), "/dev/nvme0": nvme() });
  const { level, summary, facts } = await reading(smart, {});
  assert.deepEqual([level, summary], ["ok", "all 2 disks are healthy, the warmest has 41 °C"]);
  assert.deepEqual(facts?.[0], ["drive", "/dev/sda", "WDC WD40EFRX-68N32N0", "WD-WCC7K0000000"]);
});

test("sectors that are replaced or cannot be read are a warning, many are trouble", async (t) => {
  disks(t, { "/dev/sda": ata({ reallocated: 3 }), "/dev/sdb": ata({ pending: 80 }) });
  const { level, summary } = await reading(smart, {});
  assert.deepEqual(
    [level, summary],
    ["fail", "/dev/sdb: 80 sectors cannot be read; /dev/sda: 3 sectors are replaced"],
  );
  assert.equal((await reading(smart, { disks: "/dev/sda" })).level, "warning");
});

test("a disk that gives up on itself is trouble, whatever the exit code", async (t) => {
  disks(t, { "/dev/sda": ata({ passed: false, status: 8 }) }, 8);
  const { level, summary } = await reading(smart, {});
  assert.deepEqual([level, summary], ["fail", "/dev/sda: says that it will fail soon"]);
});

test("wear, spare and errors of NVMe are told", async (t) => {
  disks(t, { "/dev/nvme0": nvme({ used: 85 }), "/dev/nvme1": nvme({ used: 104, spare: 8, errors: 2 }) });
  const { level, summary } = await reading(smart, {});
  assert.equal(level, "fail");
  assert.equal(
    summary,
    "/dev/nvme1: 2 errors of its medium, is worn to 104%, has 8% of its spare left; /dev/nvme0: is worn to 85%",
  );
});

test("a disk that is hot is told", async (t) => {
  disks(t, { "/dev/sda": ata({ celsius: 58 }), "/dev/sdb": ata({ celsius: 70 }) });
  assert.equal((await reading(smart, {})).summary, "/dev/sdb: has 70 °C; /dev/sda: has 58 °C");
});

test("a disk that sleeps is left to sleep", async (t) => {
  const said = {
    smartctl: {
      version: [7, 3],
      exit_status: 2,
      messages: [{ string: "Device is in STANDBY mode, exit(2)", severity: "information" }],
    },
  };
  disks(t, { "/dev/sda": JSON.stringify(said) }, 2);
  const { level, summary } = await reading(smart, {});
  assert.deepEqual([level, summary], ["ok", "the disk is healthy"]);
});

test("a machine without disks is unknown", async (t) => {
  disks(t, {});
  assert.match((await reading(smart, {})).summary, /^smartctl finds no disk here/);
});

const real = spawnSync("smartctl", ["--version"]).status === 0;
test("a loop device has no such thing", { skip: !real && "needs smartctl" }, async () => {
  const { level, summary } = await reading(smart, { disks: "/dev/loop0" });
  assert.equal(level, "unknown");
  assert.match(summary, /^\/dev\/loop0: /);
});
