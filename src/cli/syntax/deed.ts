import type { Argv } from "yargs";

/** What a command line asks for, to be done outside the parser. @returns the exit code */
export type Deed = () => Promise<number>;

/** How one command is written. Parsing decides and does nothing: the handler names the deed, and what that needs is
 * loaded when it is done. */
export type Syntax = (all: Argv, choose: (deed: Deed) => void) => void;
