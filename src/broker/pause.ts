/** Waits.
 * @param ms  milliseconds
 * @returns early when the signal comes */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** Waiting doubles with every failure.
 * @param failures  1 after the first
 * @returns milliseconds: `first`, twice that, and so on, never more than `most` */
export const backoff = (failures: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** Math.min(failures - 1, 30));
