/** "1 bark", "2,000 barks"
 * @param thing  one of them */
export const plural = (count: number, thing: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? thing : `${thing}s`}`;
