/** Waits until something is so.
 * @param within  milliseconds
 * @throws Error when it is not so in time */
export async function until(
  what: string,
  is: () => boolean | Promise<boolean>,
  within = 20_000,
): Promise<void> {
  const limit = performance.now() + within;
  while (!(await is())) {
    if (performance.now() > limit) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
