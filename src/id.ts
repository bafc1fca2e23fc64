import { closeSync, openSync, readSync } from "node:fs";
import type { Epoch } from "./time.ts";

/** Bytes from the kernel's own source of chance. node:crypto asks the same one, and takes an eighth of what a command
 * may cost to be loaded (docs/decisions/0001-start.md). */
export function random(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const source = openSync("/dev/urandom", "r");
  try {
    readSync(source, bytes); // urandom(4): up to 256 bytes come whole
  } finally {
    closeSync(source);
  }
  return bytes;
}

/** A UUIDv7 (RFC 9562): its text sorts by the moment it was made, so an index on it grows at one end.
 * Two made in one millisecond are in no order. */
export function makeId(moment: Epoch): string {
  const bytes = random(16);
  bytes.writeUIntBE(Math.max(0, moment), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return uuid(bytes.toString("hex"));
}

/** The same for what has a name: made again, it is the same, and so is its place among others. */
export function placedId(moment: Epoch, name: string): string {
  const bytes = digest(name);
  bytes.writeUIntBE(Math.max(0, moment), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  return uuid(bytes.toString("hex"));
}

/** A UUIDv8 (RFC 9562) that follows from other names: made again, it is the same. */
export function derivedId(...names: readonly string[]): string {
  const bytes = digest(names.join("\0"));
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  return uuid(bytes.toString("hex"));
}

/** 16 bytes that follow from a text, marked as those of a UUID (but for its version). */
function digest(text: string): Buffer {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes;
}

/** 32 hexadecimal digits as a UUID is written. */
export const uuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
