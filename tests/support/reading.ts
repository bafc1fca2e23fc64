import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bark, Json } from "../../src/bark.ts";
import type { Plugin } from "../../src/plugin/contract.ts";
import { read } from "../../src/plugin/read.ts";
import { check } from "../../src/plugin/settings.ts";
import { seconds } from "../../src/time.ts";

/** What an indicator says, read once on this machine with what would be configured for it.
 * @throws AssertionError when a setting is wrong */
export async function reading(
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>> = {},
  { before, timeout = 30 }: { readonly before?: Json | undefined; readonly timeout?: number } = {},
): Promise<Bark & { readonly remember: Json | undefined }> {
  const checked = check(plugin, settings);
  assert.ok(checked.ok, checked.ok ? "" : JSON.stringify(checked.wrong));
  const pipes = mkdtempSync(join(tmpdir(), "sheepdog-test-"));
  try {
    const { bark, remember } = await read(plugin, checked.settings, {
      host: "penguin2",
      user: "sheepdog",
      tag: plugin.name,
      before,
      timeout: seconds(timeout),
      pipes,
    });
    return { ...bark, remember };
  } finally {
    rmSync(pipes, { recursive: true, force: true });
  }
}
