import type { Seconds } from "../time.ts";

export type Command =
  | { readonly kind: "shell"; readonly line: string }
  | { readonly kind: "vector"; readonly vector: readonly string[] };

export interface Order {
  readonly command: Command;
  /** When to stop the job. */
  readonly timeout?: Seconds;
  /** Between SIGTERM and SIGKILL. Asked only when a job has to be stopped. */
  readonly grace: () => Promise<Seconds>;
  /** Pass the output through as it comes. */
  readonly verbose: boolean;
  /** Bytes kept of each stream. */
  readonly capture: number;
  /** Folder where pipes are kept between runs. */
  readonly pipes: string;
}
