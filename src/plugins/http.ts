import type { IncomingMessage } from "node:http";
import { authorities as trust } from "../config/authorities.ts";
import { because } from "../because.ts";
import { plugin } from "../plugin/contract.ts";
import { flag, list, maybeText, number, span } from "../plugin/setting.ts";
import { type Finding, tally } from "../plugin/tally.ts";
import { formatSpan, milliseconds, type Seconds, seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { version } from "../version.ts";

export default plugin({
  name: "http",
  about: "whether web pages answer as they should, and how fast",
  rhythm: { every: "5min" },
  settings: {
    urls: list(
      [],
      'what is asked for; a user and password may be in it: "https://dog:secret@www.example.org/"',
    ),
    status: number(200, "the status that is expected", { min: 100, max: 599 }),
    match: maybeText("Welcome", "text that must be in the first 1 MiB of the answer"),
    warn: span("3s", "an answer that takes longer is a warning"),
    fail: span("10s", "one that takes longer is trouble, and is not waited for"),
    redirects: flag(false, "follow redirects, on the same host only"),
    authorities: list([], "files with authorities to trust besides those of the system"),
  },
  async monitor({ urls, authorities, ...wanted }, { signal }) {
    if (urls.length === 0) throw new Trouble("there is nothing to ask for", { advice: "set `urls`" });
    const pages = urls.map(parse);
    const ca = pages.some(({ protocol }) => protocol === "https:") ? await trust(authorities) : undefined;
    const seen = await Promise.all(pages.map((page) => visit(page, { ...wanted, ca, signal })));
    const slowest = seconds(Math.max(...seen.map(({ took }) => took)));
    const fine =
      seen.length === 1
        ? `${seen[0]?.url} answers ${seen[0]?.status} in ${formatSpan(slowest)}`
        : `all ${seen.length} pages answer, the slowest in ${formatSpan(slowest)}`;
    return {
      ...tally(seen, fine),
      // 0: there was no answer.
      facts: seen.map(({ url, status }) => ["http", url, status ?? 0] as const),
      content: { seconds: Object.fromEntries(seen.map(({ url, took }) => [url, Number(took.toFixed(3))])) },
    };
  },
});

interface Wanted {
  readonly status: number;
  readonly match: string | undefined;
  readonly warn: Seconds;
  readonly fail: Seconds;
  readonly redirects: boolean;
  readonly ca: string[] | undefined;
  readonly signal: AbortSignal;
}

interface Seen extends Finding {
  readonly url: string;
  readonly status: number | undefined;
  readonly took: Seconds;
}

/** @throws Trouble that says which one it is, and not what is in it: there may be a password */
function parse(text: string, at: number): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new Trouble(`number ${at + 1} of \`urls\` is no address of a web page`, {
    kind: "configuration",
    advice: 'write it as "https://www.example.org/page"',
  });
}

/** Without user, password, and what is asked after the question mark, which may hold a key. */
const shown = ({ origin, pathname, search }: URL): string =>
  `${origin}${pathname}${search === "" ? "" : "?…"}`;

/** Redirects that are followed. */
const HOPS = 5;

async function visit(page: URL, wanted: Wanted): Promise<Seen> {
  const since = performance.now();
  // No AbortSignal.any() and no AbortSignal.timeout(): of node 20's the memory is taken back before they fire.
  const stop = new AbortController();
  const late = stop.signal;
  const timer = setTimeout(() => stop.abort(), milliseconds(wanted.fail));
  wanted.signal.addEventListener("abort", () => stop.abort(), { once: true });
  const url = shown(page);
  let status: number | undefined;
  const seen = (level: Seen["level"], text: string): Seen => ({
    level,
    text: `${url}: ${text}`,
    url,
    status,
    took: seconds((performance.now() - since) / 1000),
  });
  try {
    let answer = await ask(page, wanted, late);
    let from = page;
    for (let hop = 0; wanted.redirects && answer.location !== undefined && hop < HOPS; hop++) {
      const next = onward(answer.location, from);
      if (typeof next === "string") {
        status = answer.status;
        return seen("fail", next);
      }
      from = next;
      answer = await ask(next, wanted, late);
    }
    status = answer.status;
    const wrong = wrongWith(answer, wanted);
    if (wrong !== undefined) return seen("fail", wrong);
    const slow = seen("warning", "");
    return slow.took > wanted.warn
      ? { ...slow, text: `${url}: is slow, it answers in ${formatSpan(slow.took)}` }
      : seen("ok", "");
  } catch (error) {
    if (late.aborted) return seen("fail", `no answer within ${formatSpan(wanted.fail)}`);
    return seen(errno(error) === "EAI_AGAIN" ? "unknown" : "fail", because(error));
  } finally {
    clearTimeout(timer);
  }
}

function wrongWith({ status, location, body }: Answer, wanted: Wanted): string | undefined {
  const to =
    location !== undefined && URL.canParse(location) ? ` and redirects to ${shown(new URL(location))}` : "";
  if (status !== wanted.status) return `answers ${status}${to}, not ${wanted.status}`;
  if (wanted.match === undefined || body.includes(wanted.match)) return undefined;
  return `answers ${status}, but "${wanted.match}" is not in it`;
}

/** Where a redirect goes, with the user and password of the page where it is the same host.
 * @returns why it is not followed, otherwise */
function onward(location: string, from: URL): URL | string {
  const next = URL.canParse(location) ? new URL(location) : undefined;
  if (next === undefined) return "redirects to nowhere";
  if (next.host !== from.host) return `redirects to another host, ${next.origin}`;
  if (next.protocol !== from.protocol && next.protocol !== "https:")
    return `redirects from https to ${shown(next)}`;
  [next.username, next.password] = [from.username, from.password];
  return next;
}

interface Answer {
  readonly status: number;
  /** Where it redirects to, whole; undefined where it does not. */
  readonly location: string | undefined;
  readonly body: Buffer;
}

async function ask(url: URL, { match, ca }: Wanted, signal: AbortSignal): Promise<Answer> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const headers = { "user-agent": `sheepdog/${version()}`, accept: "*/*", "accept-encoding": "identity" };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // Without an agent that keeps connections: there is one question, and then the process ends.
    const made = request(
      url,
      { headers, signal, agent: false, ...(ca === undefined ? {} : { ca }) },
      resolve,
    );
    made.on("error", reject);
    made.end();
  });
  try {
    const { location } = answer.headers;
    const status = answer.statusCode ?? 0;
    const redirects =
      status >= 300 && status < 400 && location !== undefined && URL.canParse(location, url.href);
    return {
      status,
      location: redirects ? new URL(location, url).href : undefined,
      body: match === undefined ? Buffer.alloc(0) : await beginning(answer, match),
    };
  } finally {
    answer.destroy();
  }
}

/** Bytes of an answer that are read, at the most. */
const MOST = 1024 * 1024;

/** @returns what was read when the text was in it, at the end, or at the limit */
async function beginning(answer: IncomingMessage, match: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let [length, checked] = [0, 0];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, MOST - length));
    length += chunk.length;
    if (length >= MOST) break;
    // Looked at again only when there is twice as much: many small pieces would be joined over and over.
    if (length < 2 * checked) continue;
    checked = length;
    const so = Buffer.concat(chunks);
    if (so.includes(match)) return so;
  }
  return Buffer.concat(chunks);
}
