import { uptime } from "node:os";
import { plugin } from "../plugin/contract.ts";
import { formatSpan, seconds } from "../time.ts";

export default plugin({
  name: "uptime",
  about: "how long the machine has been up",
  rhythm: { every: "5min" },
  monitor() {
    const up = Math.floor(uptime());
    return { level: "ok", summary: `up ${formatSpan(seconds(up))}`, facts: [["uptime", up]] };
  },
});
