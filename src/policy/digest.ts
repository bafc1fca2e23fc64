import { type Epoch, epoch } from "../time.ts";

/** Whether the day's digest is due.
 * @param hour  "07:00" by this machine's clock, or "never"
 * @param last  when it was sent last */
export function digestDue(hour: string, last: Epoch, now: Epoch): boolean {
  if (hour === "never") return false;
  const [hours = 0, minutes = 0] = hour.split(":").map(Number);
  const date = new Date(now);
  const today = epoch(
    new Date(date.getFullYear(), date.getMonth(), date.getDate(), hours, minutes).getTime(),
  );
  return now >= today && last < today;
}
