import type { Epoch } from "../time.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** A moment by the clock on this machine's wall; both forms sort as text.
 * @param form  minute: "2026-11-22 18:49"; second: "2026-11-22 18:49:50"; stamp: "2026-11-22T18:49:50+01:00" (RFC 3339) */
export function when(moment: Epoch, form: "minute" | "second" | "stamp"): string {
  const date = new Date(moment);
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minute = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (form === "minute") return `${day} ${minute}`;
  const second = `${minute}:${two(date.getSeconds())}`;
  return form === "second" ? `${day} ${second}` : `${day}T${second}${offset(-date.getTimezoneOffset())}`;
}

/** @param east  minutes */
const offset = (east: number): string =>
  `${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.floor(Math.abs(east) % 60))}`;
