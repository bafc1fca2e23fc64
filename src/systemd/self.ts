import { readFileSync } from "node:fs";
import type { Scope } from "./manager.ts";

/** The service that this process is of, by its control group, and whose manager runs it. */
export function ownUnit(): readonly [unit: string | undefined, scope: Scope] {
  try {
    const groups = readFileSync("/proc/self/cgroup", "utf8").split("\n");
    const path = groups.find((line) => /^0::|:name=systemd:/.test(line) && line.includes(".service")) ?? "";
    return [/([^/]+\.service)[^/]*$/.exec(path)?.[1], path.includes("/user@") ? "user" : "system"];
  } catch {
    return [undefined, "system"]; // no /proc
  }
}
