/** What systemd says in the journal about units, by MESSAGE_ID (see `journalctl --catalog`). Only what process 1 has
 * written counts: anybody may write an entry with these fields. */
export const MESSAGE = {
  /** UNIT_RESULT: a run of a unit has failed. */
  failed: "d9b373ed55a64feb8242e02dbe79a49c",
  /** EXIT_CODE, EXIT_STATUS, COMMAND: a process of the unit has ended badly. */
  exited: "98e322203f7a4ed290d09fe03c09fe15",
  started: "39f53479d3a045ac8e11786248231fbf",
  /** The kernel has killed a process of the unit for want of memory. */
  memory: "fe6faa94e7774663a0da52717891d8ef",
  /** systemd-oomd has. */
  oomd: "d989611b15e44c9dbf31e3c81256e4ed",
} as const;

/** Matches for journalctl(1): entries of process 1 of some of these kinds. */
export const said = (...kinds: readonly (keyof typeof MESSAGE)[]): readonly string[] => [
  "_PID=1",
  ...kinds.map((kind) => `MESSAGE_ID=${MESSAGE[kind]}`),
];
