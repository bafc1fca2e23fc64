import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bark, Json } from "../../src/bark.ts";
import type { Plugin } from "../../src/plugin/contract.ts";
import { type Read, read } from "../../src/plugin/read.ts";
import { check } from "../../src/plugin/settings.ts";
import { seconds } from "../../src/time.ts";
import { folder } from "./folder.ts";

/** Reads a plugin once, as sheepdog-indicator does.
 * @throws Error when it does not take the settings */
export async function reading(
  t: TestContext,
  plugin: Plugin,
  settings: Readonly<Record<string, unknown>> = {},
  { before, timeout = 30 }: { readonly before?: Json | undefined; readonly timeout?: number } = {},
): Promise<Bark & { readonly remember: Read["remember"] }> {
  const checked = check(plugin, settings);
  if (!checked.ok)
    throw new Error(checked.wrong.map(({ path, text }) => `${path.join(".")} ${text}`).join("; "));
  const { bark, remember } = await read(plugin, checked.settings, {
    host: "here",
    user: "me",
    tag: plugin.name,
    before,
    timeout: seconds(timeout),
    pipes: join(folder(t), "pipes"),
  });
  return { ...bark, remember };
}
