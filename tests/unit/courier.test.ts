import { join } from "node:path";
import { test } from "node:test";
import { Spool } from "../../src/broker/spool.ts";
import { Writer } from "../../src/history/writer.ts";
import { Courier } from "../../src/unit/courier.ts";
import { folder } from "../support/folder.ts";
import { until } from "../support/until.ts";

test("what comes as the courier is about to rest is carried too", async (t) => {
  const home = folder(t);
  const writer = new Writer(join(home, "history.db"));
  t.after(() => writer[Symbol.dispose]());
  const post = (body: string): void => writer.transaction((batch) => batch.post("mail", body));
  /** Does something so many microtasks after each message has left. */
  class Late extends Spool {
    after = 0;
    act: (() => void) | undefined;
    override async publish(queue: string, bodies: readonly string[]): Promise<void> {
      await super.publish(queue, bodies);
      const { act } = this;
      this.act = undefined;
      if (act !== undefined) void this.#later(act);
    }
    async #later(act: () => void): Promise<void> {
      for (let at = 0; at < this.after; at++) await Promise.resolve();
      act();
    }
  }
  const broker = new Late(join(home, "spool"));
  await using courier = new Courier(writer, broker, () => undefined);
  for (let after = 0; after < 15; after++) {
    broker.after = after;
    broker.act = () => {
      post(`late ${after}`);
      courier.wake();
    };
    post(`early ${after}`);
    courier.wake();
    const all = 2 * (after + 1);
    await until(
      `both of round ${after} have left`,
      async () => (await broker.peek("mail", 99)).length === all,
    );
  }
  // It is forgotten a moment after it can be seen to have left.
  await until("nothing waits", () => writer.waiting(9).length === 0);
});
