import { readFileSync } from "node:fs";

/** What the kernel calls the time since it was started; no other has the same. */
export const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
