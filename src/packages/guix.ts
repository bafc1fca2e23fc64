import { existsSync } from "node:fs";
import { type Keeper, pair } from "./keeper.ts";

export const guix: Keeper = {
  name: "guix",
  list: (profiles) => [
    "guix",
    "package",
    ...profiles.filter((path) => existsSync(path)).map((path) => `--profile=${path}`),
    "-I",
  ],
  read: pair(/^(\S+)\t(\S+)\t/),
};
