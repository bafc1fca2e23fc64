const STORED = /^\/(?:nix|gnu)\/store\/[0-9a-z]{32}-([^/]+)/;

/** Whether a path is in the store of nix or guix, where nothing ever changes. */
export const inStore = (path: string): boolean => STORED.test(path);

/** The version that the path itself tells: it begins behind the first hyphen that a digit follows. */
export const storedVersion = (path: string): string | undefined =>
  /-(\d.*)$/.exec(STORED.exec(path)?.[1] ?? "")?.[1];
