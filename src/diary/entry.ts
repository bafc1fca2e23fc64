import type { Epoch } from "../time.ts";
import type { Zone } from "./zone.ts";

/** What is planned for one time. */
export interface Occurrence {
  /** Names the entry for ever; it and the start name the occurrence. */
  readonly uid: string;
  readonly title: string;
  /** All else that the entry says; "" where that is nothing. */
  readonly text: string;
  readonly start: Epoch;
  /** Not before the start. */
  readonly end: Epoch;
  /** Whether it is days, and not times, that it is planned for. */
  readonly allDay: boolean;
  readonly categories: readonly string[];
  /** When a person is to be told, in order. */
  readonly alarms: readonly Epoch[];
  /** What is silent while it lasts. */
  readonly silence?: Silence;
  /** For a person: "FILE:LINE". */
  readonly where: string;
}

/** Of which hosts and which tags nobody is told; patterns, in which * stands for anything. Neither is empty. */
export interface Silence {
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
}

/** What stands in a diary: planned once, or again and again. */
export interface Entry {
  readonly where: string;
  /** How far from its start the end of an occurrence is at the most, in milliseconds. */
  readonly longest: number;
  /** How far from the start its alarms are, at the least and at the most, in milliseconds; negative is before it.
   * undefined where there are none. */
  readonly reach: { readonly first: number; readonly last: number } | undefined;
  /** Whether it is a maintenance. */
  readonly silent: boolean;
  /** Those that start in [from, to), in order. Where they are too many, the first ones: one more than `MOST`.
   * @throws Trouble when they cannot be counted */
  readonly starting: (from: Epoch, to: Epoch) => readonly Occurrence[];
}

/** Occurrences of one entry that one answer may hold. */
export const MOST = 10_000;

/** What is not understood or cannot be done; the rest of the diary counts nevertheless. */
export interface Problem {
  /** "FILE:LINE", or what there is of it. */
  readonly where: string;
  /** What is wrong, and the cure. It quotes nothing: the file may have been named by mistake. */
  readonly text: string;
}

export interface Diary {
  /** Where times are meant that name no time zone. */
  readonly zone: Zone;
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}
