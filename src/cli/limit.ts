import { Worker } from "node:worker_threads";
import { formatSpan, milliseconds, type Seconds } from "../time.ts";

/** Ends this process when it takes longer than that. SQLite does not listen while it works, and neither does the loop:
 * so another thread does, and what it can do is a signal. */
export function within(span: Seconds): Disposable {
  const words = `sheepdog: no answer within ${formatSpan(span)}: ask for less, or give it longer with --timeout\n`;
  const worker = new Worker(WATCH, {
    eval: true,
    workerData: { ms: milliseconds(span), pid: process.pid, words },
  });
  worker.unref();
  return { [Symbol.dispose]: () => void worker.terminate() };
}

const WATCH = `
const { workerData: { ms, pid, words } } = require("node:worker_threads");
setTimeout(() => {
  require("node:fs").writeSync(2, words);
  process.kill(pid, "SIGTERM");
}, ms);
`;
