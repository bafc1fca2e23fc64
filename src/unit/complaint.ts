import { explain } from "../trouble.ts";

/** Trouble that lasts, told once when it begins (or turns into another) and once when it is over: what is tried
 * every few seconds must not fill a log. */
export interface Complaint {
  begin(why: unknown): void;
  end(): void;
}

/** @param over  what is said at the end */
export function complaint(say: (line: string) => void, over: string): Complaint {
  let said: string | undefined;
  return {
    begin(why) {
      const line = explain(why);
      if (line !== said) say(line);
      said = line;
    },
    end() {
      if (said !== undefined) say(over);
      said = undefined;
    },
  };
}
