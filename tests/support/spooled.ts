import type { Bark } from "../../src/bark.ts";
import type { Host } from "./host.ts";

/** What was barked on a host and lies in the spool, heard by nobody yet, oldest first. */
export async function spooled(host: Host): Promise<readonly Bark[]> {
  const text = await host.sh(
    "find /var/spool/sheepdog -type f -print0 | sort -z | xargs -0 -r sed -s '$a\\'",
  );
  return text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Bark] : []));
}
