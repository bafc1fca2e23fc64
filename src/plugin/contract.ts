import type * as z from "zod/mini";
import type { Bark, Fact, Json, Level } from "../bark.ts";
import type { Bounds, Finished } from "../process/bounded.ts";
import type { Epoch } from "../time.ts";

/** What an indicator has read: the part of a bark that the plugin knows. */
export interface Reading {
  readonly level: Level;
  /** One line a person understands: what is wrong and where, or that all is well. At most 1024 characters. */
  readonly summary: string;
  /** Details, for the receiver and for whoever looks at the bark. */
  readonly content?: { readonly [key: string]: Json };
  /** What is true of this machine now, whole relations: a fact that was told the last time and is not told now is
   * over. Absent: nothing is said about facts. Quantities are rounded to two or three digits, so that a fact that has
   * hardly changed is the same fact. */
  readonly facts?: readonly Fact[];
  /** Handed to the next reading on this machine, as `before`. */
  readonly remember?: Json;
}

/** What a monitor works with besides its settings. */
export interface Context {
  /** What the reading before it told to remember; undefined at the first one. An older version may have written it. */
  readonly before: Json | undefined;
  readonly now: Epoch;
  /** Aborted when the time for the reading is up; then nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** Runs a program without a shell, in a clean environment, in a process group of its own that is ended with it.
   * Never throws for what the program does. */
  readonly run: (vector: readonly string[], bounds?: Partial<Bounds>) => Promise<Finished>;
}

/** What a receiver wants done. It does nothing by itself: the handler carries this out, all of it or nothing. */
export type Action =
  /** Is true of the host of the bark, besides the facts that the bark itself tells. */
  | { readonly fact: Fact }
  /** Somebody is told, once, whatever the state is. */
  | { readonly notice: Telling }
  /** Another bark: of the same host and user where it does not say. */
  | { readonly bark: Partial<Bark> & Pick<Bark, "tag" | "level"> }
  /** A job on another machine. */
  | { readonly job: JobRequest }
  /** The bark itself is not kept and changes no state; the reason is for the log. */
  | { readonly drop: string };

export interface Telling {
  /** One line: the subject of the mail. */
  readonly summary: string;
  readonly text?: string;
  /** Addresses; when absent, whoever would be told that the bark is bad. */
  readonly to?: readonly string[];
}

export interface JobRequest {
  readonly host: string;
  readonly name: string;
  readonly arguments?: { readonly [name: string]: string | number };
}

type Shape = Readonly<Record<string, z.ZodMiniType>>;
type Settings<Given extends Shape> = { readonly [Key in keyof Given]: z.output<Given[Key]> };

/** What somebody writes who makes a plugin. */
export interface Definition<Given extends Shape, Content extends z.ZodMiniType> {
  /** Lower-case letters, digits and hyphens; the same as that of its file. */
  readonly name: string;
  /** What it watches, in one line. */
  readonly about: string;
  /** What can be set in [indicators.NAME], see setting.ts. */
  readonly settings?: Given;
  /** What `content` of its barks holds, where the receiver reads it. */
  readonly content?: Content;
  /** Reads the indicator once. What it throws becomes a bark with the level `unknown`. */
  readonly monitor?: (settings: Settings<Given>, context: Context) => Reading | Promise<Reading>;
  /** What follows from a bark of this plugin, on the server. Pure: a bark in, actions out. */
  readonly receiver?: (bark: Bark & { readonly content: z.output<Content> }) => readonly Action[];
  /** How often it is read unless configured otherwise: a span, "5min", or a calendar expression, "daily". */
  readonly rhythm?: Rhythm;
  /** Directives of systemd that its unit needs beyond sheepdog-indicator@.service, each with its reason as a comment
   * before it. */
  readonly unit?: string;
}

export type Rhythm = { readonly every: string } | { readonly calendar: string };

/** A plugin as the rest of Sheepdog sees it: what it is handed has been checked by its own schemas. */
export interface Plugin {
  readonly name: string;
  readonly about: string;
  readonly settings: Shape;
  readonly content?: z.ZodMiniType;
  readonly monitor?: (settings: never, context: Context) => Reading | Promise<Reading>;
  readonly receiver?: (bark: never) => readonly Action[];
  readonly rhythm?: Rhythm;
  readonly unit?: string;
}

/** Says that a value is a plugin, and lets the compiler see that its parts fit together. */
export const plugin = <const Given extends Shape = {}, Content extends z.ZodMiniType = z.ZodMiniType>(
  definition: Definition<Given, Content>,
): Plugin => ({ settings: {}, ...definition });
