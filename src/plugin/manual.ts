import { keysOf } from "../config/shape.ts";
import * as z from "zod/mini";
import type { Plugin } from "./contract.ts";

/** A setting as a person reads of it. */
export interface Explained {
  readonly name: string;
  readonly about: string;
  /** What holds when it is left out, as TOML has it; behind a # what a value looks like, where nothing holds. */
  readonly value: string;
}

/** The settings of a plugin, from its schema. */
export const explainSettings = ({ settings }: Plugin): readonly Explained[] =>
  keysOf(z.strictObject(settings)).map(({ path, about, fallback }) => ({
    name: path.join("."),
    about: about.text,
    value: about.example === undefined ? JSON.stringify(fallback) : `#${JSON.stringify(about.example)}`,
  }));
