import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelLog } from "../../src/plugin/kernel.ts";
import { folder } from "../support/folder.ts";
import { first } from "../support/path.ts";

test("where there is no journal it is dmesg that shows what the kernel said", (t) => {
  assert.equal(kernelLog({ PATH: folder(t) }), "`dmesg`");
  assert.equal(kernelLog({ PATH: `${folder(t)}:${first(t, { journalctl: "" })}` }), "`journalctl -k`");
});
