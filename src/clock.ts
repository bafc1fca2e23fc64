import type { Epoch } from "./time.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (value: number): string => String(value).padStart(2, "0");

/** A moment by the clock on this machine's wall; all forms but the last sort as text.
 * @param form  minute: "2026-11-22 18:49"; second: "2026-11-22 18:49:50"; stamp: "2026-11-22T18:49:50+01:00"
 *   (RFC 3339); full: "Sun 2026-11-22 18:49:50 +01:00" */
export function when(moment: Epoch, form: "minute" | "second" | "stamp" | "full"): string {
  const date = new Date(moment);
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minute = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (form === "minute") return `${day} ${minute}`;
  const second = `${minute}:${two(date.getSeconds())}`;
  if (form === "second") return `${day} ${second}`;
  const east = offset(-date.getTimezoneOffset());
  return form === "stamp" ? `${day}T${second}${east}` : `${DAYS[date.getDay()]} ${day} ${second} ${east}`;
}

/** @param east  minutes */
const offset = (east: number): string =>
  `${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.floor(Math.abs(east) % 60))}`;
