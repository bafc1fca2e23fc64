/** What indicators and plugins may be called: their names are those of units, files and keys, too. */
export const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** The same in words. */
export const NAMING = "lower-case letters, digits, - and _ only";
