import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { bundle } from "./bundle.ts";
import { single } from "./single.ts";

/** The text of a mail. */
export function body(parcel: Parcel, server: string): string {
  const { notices, digest } = parcel;
  const [only, second] = notices;
  const alone = second === undefined && digest === undefined ? only : undefined;
  const lines = alone === undefined ? bundle(parcel) : single(alone, parcel);
  return [...lines, "", "-- ", ...fewer(parcel, printable(server)), ""].join("\n");
}

function fewer({ notices }: Parcel, server: string): readonly string[] {
  const [only, second] = notices;
  if (only === undefined)
    return [`Sheepdog on ${server}. What is not well now: sheepdog status. What was barked: sheepdog list`];
  const everyone = second === undefined ? only.everyone.length : 1;
  const told = everyone > 1 ? `${everyone} people are told this. ` : "";
  const job = second === undefined ? `the job on ${printable(only.bark.host)}` : "the job";
  return [
    `${told}Sheepdog on ${server} writes once when something goes bad or gets worse, and once when it is well again.`,
    `To be told less: set mail.to in its configuration, or --mailto of ${job}, to others; where neither says whom, the user whose job it was is told.`,
  ];
}
