import { createHash } from "node:crypto";
import { type Parcel, parcelKey } from "../parcel.ts";
import { wording } from "./wording.ts";

/** A parcel as programs get it: JSON, with `title` and `text` for people before what is in it. */
export function described(parcel: Parcel): string {
  const { title, text } = wording(parcel);
  return JSON.stringify({ title, text, ...parcel });
}

/** What names a parcel for ever, in letters that may stand anywhere: who has had one knows it again by that. */
export const nameOf = (parcel: Parcel): string =>
  createHash("sha256").update(parcelKey(parcel)).digest("hex").slice(0, 32);
