import { errno, Trouble } from "../trouble.ts";

interface Cure {
  readonly retry: "later" | "never";
  readonly advice: string;
}

const ANEW =
  "check that nothing cleans up there, and make it anew: `systemd-tmpfiles --create sheepdog.conf`";

const CURES: Readonly<Record<string, Cure>> = {
  ENOSPC: { retry: "later", advice: "the disk is full; make room" },
  EDQUOT: { retry: "later", advice: "the quota is used up; make room, or raise it" },
  EROFS: {
    retry: "later",
    advice: `the file system is read-only (see \`dmesg\`), or, in a unit, the folder was removed; ${ANEW}`,
  },
  EIO: { retry: "later", advice: "the disk does not answer; see `dmesg`" },
  EMFILE: { retry: "later", advice: "too many open files; raise LimitNOFILE=" },
  ENFILE: { retry: "later", advice: "too many open files on this machine; raise fs.file-max" },
  EACCES: {
    retry: "never",
    advice:
      "this user may not do that there; check owner and mode, or set SHEEPDOG_SPOOL to a folder of your own",
  },
  EPERM: {
    retry: "never",
    advice:
      "this user may not do that there; check owner and mode, or set SHEEPDOG_SPOOL to a folder of your own",
  },
  ENOENT: { retry: "later", advice: `a folder went away meanwhile; ${ANEW}` },
  ENOTDIR: {
    retry: "never",
    advice: "a file is where a folder belongs; move it away, or set SHEEPDOG_SPOOL to another folder",
  },
  EEXIST: {
    retry: "never",
    advice: "a file is where a folder belongs; move it away, or set SHEEPDOG_SPOOL to another folder",
  },
  ENAMETOOLONG: { retry: "never", advice: "the path is too long; set SHEEPDOG_SPOOL to a shorter one" },
};

/** What a person does about an error of the file system, where that is known. */
export const adviceOn = (code: string): string | undefined => CURES[code]?.advice;

/** What a failing file system means for a person.
 * @param act  what was tried, such as "write to"
 * @param forbidden  what to do where it is not permitted */
export function mishap(act: string, path: string, error: unknown, forbidden?: string): Trouble {
  const code = errno(error) ?? (error as Error).message;
  const cure = CURES[code] ?? { retry: "later", advice: "check the folder and its disk" };
  const advice = (code === "EACCES" || code === "EPERM" ? forbidden : undefined) ?? cure.advice;
  return new Trouble(`cannot ${act} ${path} (${code})`, { ...cure, advice, cause: error });
}
