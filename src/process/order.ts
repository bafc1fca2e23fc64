import type { Seconds } from "../time.ts";

export type Command =
  | { readonly kind: "shell"; readonly line: string }
  | { readonly kind: "vector"; readonly vector: readonly string[] };

/** What of an order a stream needs. */
export interface Kept {
  /** Pass the output through as it comes. */
  readonly verbose: boolean;
  /** Bytes kept of each stream. */
  readonly capture: number;
  /** Folder where pipes are kept between runs. */
  readonly pipes: string;
}

export interface Order extends Kept {
  readonly command: Command;
  /** What the job reads: what we would read where absent. */
  readonly input?: string;
  /** All of its environment: ours where absent. */
  readonly environment?: Readonly<Record<string, string>>;
  /** When to stop the job. */
  readonly timeout?: Seconds;
  /** Between SIGTERM and SIGKILL. Asked only when a job has to be stopped. */
  readonly grace: () => Promise<Seconds>;
}
