import { existsSync, readFileSync } from "node:fs";

/** What kind of container this is, as systemd-detect-virt(1) calls it; undefined on a machine, real or virtual. */
export function container(): string | undefined {
  // Written by systemd itself, and by the manager that started this container.
  for (const file of ["/run/systemd/container", "/run/host/container-manager"])
    if (existsSync(file)) return readFileSync(file, "utf8").trim() || "container-other";
  if (existsSync("/run/.containerenv")) return "podman";
  return existsSync("/.dockerenv") ? "docker" : undefined;
}
