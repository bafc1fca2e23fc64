import type { TestContext } from "node:test";

/** Stops a process in its tracks, until the test goes on with it or ends. */
export function stall(t: TestContext, pid: number): void {
  process.kill(pid, "SIGSTOP");
  t.after(() => {
    try {
      process.kill(pid, "SIGCONT");
    } catch {
      // it has ended meanwhile
    }
  });
}
