import type { Operating } from "../operate.ts";
import { CONFIG, JSON_OUT, text } from "./options.ts";

/** Options of whatever an operator asks for. */
export const OPERATING = {
  key: text("Sign with this SSH key, or the other half of this .pub that the agent has"),
  config: CONFIG,
  json: JSON_OUT,
} as const;

/** @param given  as yargs has read them */
export const operating = ({
  key,
  config,
  json,
}: {
  readonly key?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}): Operating => ({ key, config, json: json === true });
