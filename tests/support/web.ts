import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A request as it came over the wire. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the server answers; may be changed while it runs. Without an answer it hangs. */
export type Manners = (asked: Asked, answer: ServerResponse) => unknown;

export interface Web {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: readonly Asked[];
  manners: Manners;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Answers with a status, and whatever else. */
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Manners =>
  (_, answer) =>
    answer.writeHead(status, headers).end(body);

/** A real HTTP server on a free port of the loopback; ends with the test.
 * @param tls  files with a key and a certificate for localhost */
export async function web(
  t: TestContext,
  manners: Manners = answering(200),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Web> {
  const asked: Asked[] = [];
  let server: Server | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    server =
      tls === undefined
        ? createServer()
        : createSecure({ key: readFileSync(tls.key), cert: readFileSync(tls.cert) });
    server.on("request", (request, answer) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url: path = "", headers } = request;
        const one = { method, path, headers, body: Buffer.concat(chunks).toString() };
        asked.push(one);
        it.manners(one, answer);
      });
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    server?.closeAllConnections();
    await new Promise<void>((resolve) => server?.close(() => resolve()));
  };
  await start();
  t.after(stop);
  const it: Web = {
    url: `http${tls === undefined ? "" : "s"}://localhost:${port}`,
    asked,
    manners,
    stop,
    start,
  };
  return it;
}
