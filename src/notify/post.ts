import type { IncomingMessage } from "node:http";
import { because } from "../because.ts";
import { authorities } from "../config/authorities.ts";
import { formatSpan, milliseconds, type Seconds } from "../time.ts";
import { version } from "../version.ts";

/** Something that is posted. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it, from the name server to the last byte of the answer. */
  readonly timeout: Seconds;
  /** A file with authorities to trust besides the system's. */
  readonly ca: string | undefined;
}

/** The answer, as far as it is read. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** The beginning; what is no UTF-8 is replaced. */
  readonly text: string;
}

/** Bytes of an answer that are read. */
const MOST = 4096;

/** Posts JSON. Redirects are not followed, and certificates are checked.
 * @throws Error, in words for a person, when there is no answer */
export async function post({ url, headers, body, timeout, ca }: Post): Promise<Answer> {
  // Loaded when they are needed; fetch() would take twice the memory (10 MB), and trusts no authority of the system's.
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const trusted = url.protocol === "https:" ? await authorities(ca === undefined ? [] : [ca]) : undefined;
  // No AbortSignal.timeout(): of node 20's the memory is taken back before they fire.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds(timeout));
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: "POST",
        headers: {
          "user-agent": `sheepdog/${version()}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...headers,
        },
        signal: stop.signal,
        agent: false,
        ...(trusted === undefined ? {} : { ca: trusted }),
      };
      const made = request(url, options, resolve);
      made.on("error", reject);
      made.end(body);
    });
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await beginning(answer) };
  } catch (error) {
    if (stop.signal.aborted) throw new Error(`no answer within ${formatSpan(timeout)}`, { cause: error });
    throw new Error(because(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The status says what became of it: what breaks off behind it changes nothing. */
async function beginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, MOST - length));
      length += chunk.length;
      if (length >= MOST) break;
    }
  } catch {
    // cut, or too slow
  } finally {
    answer.destroy();
  }
  return Buffer.concat(chunks).toString();
}
