// How many jobs a second a BullMQ worker takes off a queue, with nothing to do for each. Prints the rate.
import { Queue, Worker } from "bullmq";

const [port, count] = process.argv.slice(2).map(Number);
const connection = { host: "127.0.0.1", port };
const queue = new Queue("bench", { connection });
const content = { text: "x".repeat(250) };
for (let at = 0; at < count; at += 1000)
  await queue.addBulk(Array.from({ length: 1000 }, () => ({ name: "bark", data: content, opts: { removeOnComplete: true } })));
let done = 0;
const since = process.hrtime.bigint();
await new Promise((resolve) => {
  const worker = new Worker("bench", async () => void (++done === count && setImmediate(resolve)), { connection, concurrency: 100 });
  worker.on("error", console.error);
});
console.log(Math.round((count * 1e9) / Number(process.hrtime.bigint() - since)));
process.exit(0);
