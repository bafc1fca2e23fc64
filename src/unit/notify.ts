import { spawn } from "node:child_process";
import { once } from "node:events";

/** Says something to whoever supervises this process: fields of sd_notify(3). */
export type Notify = (fields: Readonly<Record<string, string>>) => void;

/** How to speak to the supervisor, where $NOTIFY_SOCKET says that one listens. By libsystemd where that was there when
 * Sheepdog was installed (the package sd-notify), else by the program systemd-notify, which comes with systemd;
 * systemd takes its word with NotifyAccess=all. */
export async function notifier(complain: (line: string) => void): Promise<Notify> {
  const send = (await native()) ?? program(complain);
  return (fields) => send(Object.entries(fields).map(([name, value]) => `${name}=${oneLine(value)}`));
}

type Send = (assignments: readonly string[]) => void;

async function native(): Promise<Send | undefined> {
  try {
    const { default: library } = await import("sd-notify");
    return (assignments) => library.sendState(assignments.join("\n"));
  } catch {
    return undefined; // it was not built: libsystemd is not there, or its headers were not
  }
}

/** One at a time and in order: what comes last must count. */
function program(complain: (line: string) => void): Send {
  let last: Promise<unknown> = Promise.resolve();
  const send = async (assignments: readonly string[]): Promise<void> => {
    const child = spawn("systemd-notify", assignments, { stdio: ["ignore", "ignore", "inherit"] });
    await once(child, "close");
  };
  return (assignments) => {
    last = last
      .then(() => send(assignments))
      .catch((error: Error) => complain(`systemd is not told: ${error.message}`));
  };
}

/** A line break would begin another field. */
const oneLine = (text: string): string => text.replace(/[\0-\x1f\x7f]+/g, " ").slice(0, 1000);
