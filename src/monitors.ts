/** Monitors of barks that are not about the herd, but ask something of the handler. */

/** Of the bark with which a wrapped job begins, where somebody expects it. */
export const START = "start";

/** Of what the rounds see: that something did not come, or has not ended; and of what calls for them. */
export const ROUNDS = "rounds";

/** Of a bark in which an operator asks for something. */
export const OPERATOR = "operator";

/** Of what a standing rule says. */
export const RULE = "rule";

/** Of what standing rules have machines do. */
export const REACTION = "reaction";

/** Of how the files with rules are understood, and whether they may have anything done. */
export const RULES = "rules";

/** Of what has become of a job that somebody asked for. */
export const JOB = "job";
