import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Broker, Dead, Intake, Message, Take, Verdict } from "../../src/broker/contract.ts";
import { type Seconds, seconds } from "../../src/time.ts";
import { Trouble } from "../../src/trouble.ts";
import { until } from "../support/until.ts";

/** Opens one more broker on the same queues. */
export type Open = () => Promise<Broker>;

/** Milliseconds in which a busy machine does what is done at once. What waits for Redis waits for 30 s and more. */
export const SOON = 10_000;

export const DONE: Verdict = { kind: "done" };
const later = (after: Seconds): Verdict => ({ kind: "later", after });
export const all =
  (verdict: Verdict, seen?: string[]): Take =>
  async (batch) => {
    seen?.push(...batch.map(({ body }) => body));
    return batch.map(() => verdict);
  };

export const drain = (more: Partial<Intake> = {}): Intake => ({
  batch: 100,
  once: true,
  signal: new AbortController().signal,
  ...more,
});
export const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => JSON.stringify({ at }));

/** Consumes beside the test, until it is stopped. */
export function beside(
  t: TestContext,
  broker: Broker,
  queue: string,
  take: Take,
  more: Partial<Intake> = {},
) {
  const stop = new AbortController();
  const left = broker.consume(queue, drain({ once: false, signal: stop.signal, ...more }), take);
  t.after(() => stop.abort());
  left.catch(() => undefined); // told to whoever stops it
  return {
    stop: async (): Promise<void> => {
      stop.abort();
      await left;
    },
    left,
  };
}

/** What every broker does, whatever holds its queues. */
export function brokers(name: string, start: (t: TestContext) => Promise<Open>): void {
  const title = (text: string): string => `${name}: ${text}`;

  test(title("messages come out in the order in which they went in"), async (t) => {
    const broker = await (await start(t))();
    const bodies = numbered(600);
    await broker.publish("barks", bodies.slice(0, 500));
    for (const body of bodies.slice(500, 505)) await broker.publish("barks", [body]);
    await broker.publish("barks", bodies.slice(505));
    const seen: string[] = [];
    await broker.consume("barks", drain(), all(DONE, seen));
    assert.deepEqual(seen, bodies);
    assert.deepEqual(await broker.peek("barks", 10), []);
  });

  test(title("one body given twice is two messages, and no batch is larger than asked for"), async (t) => {
    const broker = await (await start(t))();
    const body = '{"id":"0193f0a1-0000-7000-8000-000000000001"}';
    await broker.publish("mail", [body, body, body, body, body]);
    const sizes: number[] = [];
    const ids = new Set<string>();
    await broker.consume("mail", drain({ batch: 2 }), async (batch) => {
      sizes.push(batch.length);
      for (const { id } of batch) ids.add(id);
      return batch.map(() => DONE);
    });
    assert.equal(ids.size, 5);
    assert.ok(
      sizes.every((size) => size <= 2),
      `batches of ${sizes.join(", ")}`,
    );
  });

  test(title("a message says when it came, and keeps its name from one delivery to the next"), async (t) => {
    const broker = await (await start(t))();
    const before = Date.now();
    await broker.publish("barks", ['ä 漢 🐕 \u0000 " \\ \r\n']);
    const [shown] = await broker.peek("barks", 10);
    const seen: Message[] = [];
    await broker.consume("barks", drain(), async (batch) => {
      seen.push(...batch);
      if (seen.length === 1) throw new Trouble("not now");
      return batch.map(() => DONE);
    });
    assert.equal(seen.length, 2);
    assert.deepEqual(seen[0], shown);
    assert.deepEqual(seen[1], shown);
    assert.equal(shown?.body, 'ä 漢 🐕 \u0000 " \\ \r\n');
    // The kernel stamps files by a coarser clock.
    assert.ok(shown.time >= before - 50 && shown.time <= Date.now(), `${shown.time}`);
  });

  test(title("a message that arrives while the consumer waits is handed over"), async (t) => {
    const open = await start(t);
    const [broker, other] = [await open(), await open()];
    const seen: string[] = [];
    let ready = 0;
    const consumer = beside(t, broker, "barks", all(DONE, seen), { ready: () => ready++ });
    await until("ready", () => ready === 1);
    for (let at = 0; at < 5; at++) {
      await other.publish("barks", [`number ${at}`]);
      await until("it is handed over", () => seen.length === at + 1, 5000);
    }
    await consumer.stop();
    assert.deepEqual(await broker.peek("barks", 10), []);
  });

  test(title("what is said to be dead moves to the queue dead with its reason"), async (t) => {
    const broker = await (await start(t))();
    await broker.publish("barks", ["good", "bad"]);
    const [, bad] = await broker.peek("barks", 2);
    await broker.consume("barks", drain(), async (batch) =>
      batch.map(({ body }) => (body === "bad" ? { kind: "dead", reason: "no JSON" } : DONE)),
    );
    assert.deepEqual(await broker.peek("barks", 10), []);
    const [entry, ...others] = await broker.peek("dead", 10);
    assert.equal(others.length, 0);
    const { time, ...dead } = JSON.parse(entry?.body ?? "") as Dead;
    assert.deepEqual(dead, { queue: "barks", id: bad?.id, reason: "no JSON", body: "bad" });
    assert.ok(!Number.isNaN(Date.parse(time)));
  });

  test(title("what is put off comes again after its time and does not hold up the others"), async (t) => {
    const broker = await (await start(t))();
    const consumed: { readonly body: string; readonly at: number }[] = [];
    const consumer = beside(t, broker, "mail", async (batch) => {
      const again = consumed.some(({ body }) => body === "slow");
      consumed.push(...batch.map(({ body }) => ({ body, at: performance.now() })));
      return batch.map(({ body }) => (body === "slow" && !again ? later(seconds(0.5)) : DONE));
    });
    await broker.publish("mail", ["slow"]);
    await until("it is put off", () => consumed.length === 1);
    await broker.publish("mail", ["quick"]);
    await until("both are through", () => consumed.length === 3);
    assert.deepEqual(
      consumed.map(({ body }) => body),
      ["slow", "quick", "slow"],
    );
    assert.ok((consumed[2]?.at ?? 0) - (consumed[0]?.at ?? 0) >= 490);
    await consumer.stop();
    assert.deepEqual(await broker.peek("mail", 10), []);
  });

  test(title("what is put off stays in the queue, and a restart hands it over again"), async (t) => {
    const open = await start(t);
    const broker = await open();
    await broker.publish("mail", ["a", "b"]);
    let calls = 0;
    await broker.consume("mail", drain(), async (batch) => {
      calls++;
      return batch.map(() => later(seconds(3600)));
    });
    assert.equal(calls, 1);
    assert.equal((await broker.peek("mail", 10)).length, 2);
    const seen: string[] = [];
    await (await open()).consume("mail", drain(), all(DONE, seen));
    assert.deepEqual(seen, ["a", "b"]);
  });

  test(title("a batch whose handling fails is handed over again after a pause, whole"), async (t) => {
    const broker = await (await start(t))();
    await broker.publish("barks", numbered(3));
    const times: number[] = [];
    await broker.consume("barks", drain(), async (batch) => {
      times.push(performance.now());
      assert.equal(batch.length, 3);
      if (times.length === 1) throw new Trouble("disk full");
      return batch.map(() => DONE);
    });
    assert.equal(times.length, 2);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 990);
  });

  test(title("a bug in whoever takes a batch ends the consumer at once, and the batch stays"), async (t) => {
    const open = await start(t);
    const broker = await open();
    await broker.publish("barks", numbered(3));
    const { left } = beside(t, broker, "barks", async () => {
      throw new TypeError("a bug");
    });
    await assert.rejects(left, /a bug/);
    await broker[Symbol.asyncDispose]();
    const seen: string[] = [];
    await (await open()).consume("barks", drain(), all(DONE, seen));
    assert.deepEqual(seen, numbered(3));
  });

  test(title("told to stop, an idle consumer leaves at once"), async (t) => {
    const broker = await (await start(t))();
    let ready = false;
    const consumer = beside(t, broker, "barks", all(DONE), { ready: () => (ready = true) });
    await until("ready", () => ready);
    const since = performance.now();
    await consumer.stop();
    assert.ok(performance.now() - since < SOON);
  });

  test(title("told to stop, a busy consumer finishes the batch in hand and leaves the rest"), async (t) => {
    const open = await start(t);
    const broker = await open();
    await broker.publish("barks", numbered(30));
    let finish: (() => void) | undefined;
    const consumer = beside(
      t,
      broker,
      "barks",
      async (batch) => {
        await new Promise<void>((resolve) => (finish = resolve));
        return batch.map(() => DONE);
      },
      { batch: 10 },
    );
    await until("a batch is in hand", () => finish !== undefined);
    const stopped = consumer.stop();
    finish?.();
    await stopped;
    const seen: string[] = [];
    await (await open()).consume("barks", drain(), all(DONE, seen));
    assert.deepEqual(seen, numbered(30).slice(10));
  });

  test(title("what a consumer left unfinished is handed over again"), async (t) => {
    const open = await start(t);
    const broker = await open();
    await broker.publish("barks", numbered(20));
    const stop = new AbortController();
    await broker.consume("barks", drain({ signal: stop.signal, batch: 5 }), async () => {
      stop.abort();
      throw new Trouble("killed in the middle");
    });
    await broker[Symbol.asyncDispose]();
    const seen: string[] = [];
    await (await open()).consume("barks", drain(), all(DONE, seen));
    assert.deepEqual(seen, numbered(20));
  });

  test(title("peek shows the oldest without taking them, and remove takes one out"), async (t) => {
    const broker = await (await start(t))();
    assert.deepEqual(await broker.peek("dead", 5), []);
    await broker.publish("dead", ["a", "b", "c"]);
    const shown = await broker.peek("dead", 2);
    assert.deepEqual(
      shown.map(({ body }) => body),
      ["a", "b"],
    );
    assert.equal(await broker.remove("dead", shown[0]?.id ?? ""), true);
    assert.equal(await broker.remove("dead", shown[0]?.id ?? ""), false);
    for (const id of ["", "..", "../tmp/x", "x", "\n", "0-0"])
      assert.equal(await broker.remove("dead", id), false);
    assert.deepEqual(
      (await broker.peek("dead", 10)).map(({ body }) => body),
      ["b", "c"],
    );
  });

  test(title("queues do not mix, and each machine has a queue of jobs of its own"), async (t) => {
    const broker = await (await start(t))();
    await broker.publish("jobs:nas.example.org", ["one"]);
    await broker.publish("jobs:nas", ["two"]);
    await broker.publish("barks", []);
    assert.deepEqual(
      (await broker.peek("jobs:nas.example.org", 5)).map(({ body }) => body),
      ["one"],
    );
    assert.deepEqual(
      (await broker.peek("jobs:nas", 5)).map(({ body }) => body),
      ["two"],
    );
    assert.deepEqual(await broker.peek("barks", 5), []);
  });

  test(title("one verdict too few is a bug, and is not passed over"), async (t) => {
    const broker = await (await start(t))();
    await broker.publish("barks", ["a", "b"]);
    await assert.rejects(
      broker.consume("barks", drain(), async () => [DONE]),
      /one verdict a message/,
    );
    assert.equal((await broker.peek("barks", 5)).length, 2);
  });
}
