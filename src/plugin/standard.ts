import { existsSync } from "node:fs";
import type { Config } from "../config/schema.ts";
import { builtins } from "./builtin.ts";

/** What is watched where nothing is configured: what every machine has, and what needs no setting. */
const STANDARD: readonly string[] = [
  "disk",
  "load",
  "machine",
  "memory",
  "packages",
  "ping",
  "services",
  "systemd",
  "time",
  "updates",
];
/** What of it there is nothing to be known of without systemd. */
const SYSTEMD: readonly string[] = ["services", "systemd"];

/** The names of what is watched on this machine. */
export function watchedNames({ indicators, standard }: Config): readonly string[] {
  const configured = Object.keys(indicators);
  const wanted = configured.filter((name) => indicators[name]?.enabled === true);
  if (configured.length > 0 && !standard) return wanted.sort();
  const booted = existsSync("/run/systemd/system");
  const set = STANDARD.filter((name) => builtins().includes(name) && (booted || !SYSTEMD.includes(name)));
  return [...wanted, ...set.filter((name) => !configured.includes(name))].sort();
}
