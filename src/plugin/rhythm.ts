import { parseSpan, type Seconds, seconds } from "../time.ts";
import type { Watched } from "./indicator.ts";

/** How often an indicator is read: as configured, else as its plugin says, else every five minutes. */
export function rhythmOf({
  table,
  plugin,
}: Watched): { readonly every: Seconds } | { readonly calendar: string } {
  if (table.every !== undefined) return { every: table.every };
  if (table.calendar !== undefined) return { calendar: table.calendar };
  const { rhythm } = plugin;
  if (rhythm !== undefined && "calendar" in rhythm) return rhythm;
  return { every: parseSpan(rhythm?.every ?? "5min") ?? seconds(300) };
}
