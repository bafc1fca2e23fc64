import { milliseconds, type Seconds } from "../time.ts";

interface Put {
  readonly id: string;
  /** Milliseconds on the monotonic clock. */
  readonly due: number;
}

/** Messages that are put off: names and moments only, the messages stay in their queue. */
export class Later implements Disposable {
  /** The first due first. */
  readonly #line: Put[] = [];
  readonly #ids = new Set<string>();
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param ring  called when one is due */
  constructor(ring: () => void) {
    this.#ring = ring;
  }

  put(id: string, after: Seconds): void {
    if (this.#ids.has(id)) return;
    const due = performance.now() + milliseconds(after);
    this.#line.splice(this.#place(due), 0, { id, due });
    this.#ids.add(id);
    this.#wind();
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Takes out what is due. */
  take(limit: number): readonly string[] {
    const current = performance.now();
    let count = 0;
    while (count < limit && (this.#line[count]?.due ?? Infinity) <= current) count++;
    const taken = this.#line.splice(0, count).map(({ id }) => id);
    for (const id of taken) this.#ids.delete(id);
    this.#wind();
    return taken;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  /** Behind all that are due no later. */
  #place(due: number): number {
    let [low, high] = [0, this.#line.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#line[middle] as Put).due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wind(): void {
    clearTimeout(this.#timer);
    const first = this.#line[0];
    // A timer of more than 2^31 ms would go off at once.
    if (first !== undefined)
      this.#timer = setTimeout(this.#ring, Math.min(Math.max(first.due - performance.now() + 1, 0), 2 ** 30));
  }
}
