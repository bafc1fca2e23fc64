import { userInfo } from "node:os";

/** Who this process runs as, for people. */
export function user(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown"); // a user id without an entry in passwd, as in containers
  }
}
