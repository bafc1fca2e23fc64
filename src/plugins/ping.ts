import { release, type } from "node:os";
import { plugin } from "../plugin/contract.ts";
import { version } from "../version.ts";

/** Always fine: that it is late is what tells of a machine that is down, and that is told by the server. */
export default plugin({
  name: "ping",
  about: "the heartbeat of the dog itself: its absence tells of a machine that is down",
  rhythm: { every: "1min" },
  monitor: () => ({
    level: "ok",
    summary: `Sheepdog ${version()} on node ${process.versions.node}, ${type()} ${release()}`,
    facts: [
      ["sheepdog", version()],
      ["node", process.versions.node],
    ],
  }),
});
