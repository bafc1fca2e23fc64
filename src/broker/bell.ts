/** One ear for several things that may happen. A ring while nobody listens is kept, so nothing is missed between
 * looking and waiting; many rings are heard as one. */
export class Bell {
  #rung = false;
  #answer: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  /** Waits for the next ring; one that came since the last time counts. */
  async heard(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#answer = resolve));
    this.#answer = undefined;
    this.#rung = false;
  }
}
