import { RedisStreams } from "../src/broker/redis.ts";
import { Answers } from "../src/cli/answers.ts";
import { Redis } from "../src/config/redis.ts";
import { makeId } from "../src/id.ts";
import { seal } from "../src/job/seal.ts";
import { now, seconds } from "../src/time.ts";

/** Asks the machine that it runs on, `nas`, for the job `true`, one time after the other, and prints how long each
 * took: milliseconds from the request's being handed to Redis until its answer is there, as JSON. */
export async function asked(count: number): Promise<void> {
  const broker = new RedisStreams(Redis.parse({ port: 6379 }), undefined);
  const times: number[] = [];
  for (let at = -5; at < count; at++) {
    const id = makeId(now());
    await using answers = new Answers(broker, id, ["nas"], () => undefined);
    await answers.listens;
    const sealed = await seal(
      { kind: "run", job: "true", args: {} },
      {
        id,
        hosts: ["nas"],
        by: "bench",
        from: now(),
        life: seconds(60),
        waits: true,
        key: { kind: "file", file: "/root/alice", words: "alice" },
      },
    );
    const began = performance.now();
    await broker.publish("jobs:nas", [JSON.stringify(sealed)]);
    const found = await answers.all(seconds(60), new AbortController().signal);
    if (found.get("nas")?.well !== true) throw new Error(JSON.stringify(found.get("nas")));
    if (at >= 0) times.push(performance.now() - began);
  }
  await broker[Symbol.asyncDispose]();
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
