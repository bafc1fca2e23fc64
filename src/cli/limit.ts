import { limit } from "../limit.ts";
import { formatSpan, type Seconds } from "../time.ts";

/** Ends a question when it takes longer than that. */
export const within = (span: Seconds): Disposable =>
  limit(
    span,
    `sheepdog: no answer within ${formatSpan(span)}: ask for less, or give it longer with --timeout\n`,
    "SIGTERM",
  );
