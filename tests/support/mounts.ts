import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmdirSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folder } from "./folder.ts";

/** A disk of its own with ext4 on it, in a file. It ends with the test.
 * @param options  as mount(8) takes them
 * @returns undefined where this user may not mount one */
export function loopDisk(t: TestContext, options: string): string | undefined {
  const image = join(folder(t), "image");
  const path = mkdtempSync(join(tmpdir(), "dog-"));
  writeFileSync(image, "");
  truncateSync(image, 32 * 1024 * 1024);
  spawnSync("mkfs.ext4", ["-q", "-m", "0", "-N", "64", image]);
  const { status } = spawnSync("mount", ["-o", `loop,${options}`, image, path]);
  t.after(() => {
    if (status === 0) spawnSync("umount", ["--lazy", path]);
    rmdirSync(path);
  });
  return status === 0 ? path : undefined;
}

/** A file system whose server does not answer, as that of a dead machine: FUSE with nobody at the other end.
 * @returns undefined where this user may not mount one */
export async function deadMount(t: TestContext): Promise<string | undefined> {
  const path = mkdtempSync(join(tmpdir(), "dog-"));
  const options = "fd=3,rootmode=40000,user_id=0,group_id=0";
  const script = `exec 3<>/dev/fuse && mount -i -t fuse.dead -o ${options} far:/away "$1" && echo up && exec sleep 600`;
  const server = spawn("sh", ["-c", script, "sh", path], { stdio: ["ignore", "pipe", "ignore"] });
  const up = await Promise.race([
    once(server.stdout, "data").then(() => true),
    once(server, "close").then(() => false),
  ]);
  t.after(() => {
    server.kill("SIGKILL");
    if (up) spawnSync("umount", ["--lazy", path]);
    rmdirSync(path);
  });
  return up ? path : undefined;
}
