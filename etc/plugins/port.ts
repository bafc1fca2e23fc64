// An example in TypeScript: a module, no program. Copy it to /etc/sheepdog/plugins, and try it:
// sheepdog plugin test ./port.ts port=25
import { connect } from "node:net";
import { number, plugin, text, z } from "sheepdog/plugin";

export default plugin({
  name: "port",
  about: "whether a port takes connections, and how soon",
  settings: {
    host: text("localhost", "Where the port is"),
    port: number(22, "Which one", { min: 1, max: 65535 }),
    warn: number(500, "Milliseconds from which on it is a warning", { min: 1 }),
  },
  content: z.object({ port: z.number(), milliseconds: z.optional(z.number()) }),
  rhythm: { every: "5min" },
  monitor({ host, port, warn }, { signal }) {
    const since = performance.now();
    return new Promise((resolve) => {
      const socket = connect({ host, port, signal });
      socket.on("connect", () => {
        socket.destroy();
        const milliseconds = Math.ceil(performance.now() - since);
        const level = milliseconds < warn ? "ok" : "warning";
        resolve({ level, summary: `${host}:${port} took ${milliseconds} ms`, content: { port, milliseconds } });
      });
      socket.on("error", ({ message }) => resolve({ level: "fail", summary: message, content: { port } }));
    });
  },
  // On the server. What is measured is rounded, so that a fact that has hardly changed is the same fact.
  receiver: ({ content: { port, milliseconds } }) =>
    milliseconds === undefined ? [] : [{ fact: ["port", port, Number(milliseconds.toPrecision(2))] }],
});
