import { connect } from "node:net";
import { because } from "../because.ts";
import { plugin } from "../plugin/contract.ts";
import { type Endpoint, endpoint } from "../plugin/endpoint.ts";
import { list, maybeText, span } from "../plugin/setting.ts";
import { tally } from "../plugin/tally.ts";
import { formatSpan, milliseconds, type Seconds, seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "tcp",
  about: "whether ports are open, and who answers there",
  rhythm: { every: "1min" },
  settings: {
    hosts: list([], 'what is connected to: "host:port", with brackets for IPv6: "[::1]:25"'),
    within: span("5s", "how long it may take until it is connected and has answered"),
    expect: maybeText("SSH-2.0-", "text that must be in what comes at once, without being asked for"),
  },
  async monitor({ hosts, within, expect }, { signal }) {
    if (hosts.length === 0) throw new Trouble("there is nothing to connect to", { advice: "set `hosts`" });
    const seen = await Promise.all(
      hosts.map(async (host) => look(endpoint(host), { within, expect, signal })),
    );
    const slowest = seconds(Math.max(...seen.map(({ took }) => took)));
    const fine =
      seen.length === 1
        ? `${seen[0]?.where} answers in ${formatSpan(slowest)}`
        : `all ${seen.length} answer, the slowest in ${formatSpan(slowest)}`;
    const findings = seen.map(({ where, wrong }) => ({
      level: wrong === undefined ? ("ok" as const) : ("fail" as const),
      text: `${where}: ${wrong}`,
    }));
    return {
      ...tally(findings, fine),
      facts: seen.map(({ where, open }) => ["tcp", where, open ? "open" : "closed"] as const),
      content: {
        seconds: Object.fromEntries(seen.map(({ where, took }) => [where, Number(took.toFixed(4))])),
      },
    };
  },
});

interface Manner {
  readonly within: Seconds;
  readonly expect: string | undefined;
  readonly signal: AbortSignal;
}

interface Seen {
  readonly where: string;
  readonly open: boolean;
  readonly took: Seconds;
  readonly wrong?: string;
}

/** Bytes that are read of what somebody says who was not asked. */
const BANNER = 4096;

function look({ where, host, port }: Endpoint, { within, expect, signal }: Manner): Promise<Seen> {
  const since = performance.now();
  return new Promise((resolve) => {
    let open = false;
    let banner = "";
    const socket = connect({ host, port });
    const end = (wrong?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      const took = seconds((performance.now() - since) / 1000);
      resolve({ where, open, took, ...(wrong === undefined ? {} : { wrong }) });
    };
    const late = (): void =>
      end(
        open
          ? `is open and says ${banner === "" ? "nothing" : "something else"} within ${formatSpan(within)}`
          : `is not connected within ${formatSpan(within)}`,
      );
    const timer = setTimeout(late, milliseconds(within));
    signal.addEventListener("abort", late, { once: true });
    socket.on("connect", () => {
      open = true;
      if (expect === undefined) end();
    });
    socket.on("data", (chunk: Buffer) => {
      banner += chunk.toString("utf8");
      if (expect !== undefined && banner.includes(expect)) end();
      else if (banner.length > BANNER) end(other(banner));
    });
    socket.on("error", (error) => end(because(error)));
    socket.on("close", () => end(banner === "" ? "closes the connection and says nothing" : other(banner)));
  });
}

const other = (banner: string): string =>
  `says something else: ${banner.trim().split("\n")[0]?.slice(0, 100)}`;
