import type { Syntax } from "./deed.ts";

export const demo: Syntax = (all, choose) =>
  void all.command(
    "demo",
    "See the whole way of a bark, in a temporary folder",
    (own) =>
      own
        .usage(
          "$0 demo\n\nA job fails, a person gets a mail, the job is well again: with the real commands, in a temporary\nfolder that is removed.",
        )
        .example("$0 demo", "see it"),
    () => choose(async () => (await import("../demo.ts")).demo()),
  );
