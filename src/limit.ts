import { Worker } from "node:worker_threads";
import { milliseconds, type Seconds } from "./time.ts";

/** Ends this process when it takes longer than that. SQLite does not listen while it works, and neither does the loop:
 * so another thread does, and what it can do is a signal.
 * @param words  for stderr, at the end */
export function limit(span: Seconds, words: string, signal: NodeJS.Signals): Disposable {
  const worker = new Worker(WATCH, {
    eval: true,
    workerData: { ms: milliseconds(span), pid: process.pid, words, signal },
  });
  worker.unref();
  return { [Symbol.dispose]: () => void worker.terminate() };
}

const WATCH = `
const { workerData: { ms, pid, words, signal } } = require("node:worker_threads");
setTimeout(() => {
  require("node:fs").writeSync(2, words);
  process.kill(pid, signal);
}, ms);
`;
