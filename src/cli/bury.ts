import { loadConfig } from "../config/load.ts";
import { openBroker } from "../broker/open.ts";
import { spoolDirectory } from "../directories.ts";
import { explain } from "../trouble.ts";
import { dead, type Wish } from "./dead.ts";
import { SYSEXITS } from "./sysexits.ts";

/** `sheepdog dead` with the broker that is configured.
 * @returns the exit code: that of dead(), or 78 when the configuration is wrong
 * @throws Trouble when the broker does not answer */
export async function bury(given: string | undefined, wish: Wish): Promise<number> {
  let config;
  try {
    ({ config } = loadConfig(given));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Trouble") throw error;
    process.stderr.write(`sheepdog: ${explain(error)}\n`);
    return SYSEXITS.config[0];
  }
  const broker = await openBroker(config, spoolDirectory());
  try {
    return await dead(broker, wish);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
}
