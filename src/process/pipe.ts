import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import type { Socket, SocketConstructorOpts, TcpSocketConnectOpts } from "node:net";
import { makeFolder } from "../folder.ts";
import { errno } from "../trouble.ts";

/** Takes what a job wrote. The chunk's memory is used again: copy what is to be kept.
 * @returns false to be given no more until resume() */
export type Sink = (chunk: Buffer) => boolean;

/** A real pipe for one stream of a job.
 *
 * The "pipe" of node's spawn is a socket: `echo oops >/dev/stderr` fails on it (ENXIO), which would be the
 * watcher harming the watched, and its stream objects cost a tenth of node's whole start. Node cannot make a
 * pipe, so this is a FIFO from a small pool that is kept between runs (making one takes a process of its own).
 * One that is taken bears our pid; only one that everybody has let go of (end of file seen) goes back. */
export class Pipe {
  /** For the job. Blocking, as a job expects it. Given away by letGo(). */
  readonly writer: number;
  readonly #reader: number;
  readonly #folder: string;
  readonly #taken: string;
  #socket: Socket | undefined;

  private constructor(folder: string, taken: string) {
    this.#folder = folder;
    this.#taken = taken;
    const path = `${folder}/${taken}`;
    this.#reader = openOurs(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openOurs(path, constants.O_WRONLY);
  }

  /** @returns undefined where there can be none (a read-only disk, no mkfifo): then spawn's own sockets must do */
  static take(folder: string): Pipe | undefined {
    try {
      return Pipe.#free(folder) ?? (make(folder), Pipe.#free(folder));
    } catch {
      return undefined; // whatever is wrong with that folder is no reason not to run the job
    }
  }

  static #free(folder: string): Pipe | undefined {
    for (const name of list(folder)) {
      if (name.includes("@")) continue;
      try {
        renameSync(`${folder}/${name}`, `${folder}/${name}@${process.pid}`);
        return new Pipe(folder, `${name}@${process.pid}`);
      } catch (error) {
        if (errno(error) !== "ENOENT") throw error; // ENOENT: another run was quicker
      }
    }
    return undefined;
  }

  /** The job has its own copy of the writing end by now. */
  letGo(): void {
    closeSync(this.writer);
  }

  /** Reads as it comes. @returns when nobody can write any more, or stop() was called */
  async read(sink: Sink): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(65_536);
    // `onread` is an option of the constructor too, though its type says so for connect() alone.
    const options: SocketConstructorOpts & Pick<TcpSocketConnectOpts, "onread"> = {
      fd: this.#reader,
      readable: true,
      writable: false,
      onread: { buffer, callback: (length) => sink(buffer.subarray(0, length)) },
    };
    // Not imported above: a job that is short and quiet is never read from in this way.
    const socket = new (process.getBuiltinModule("node:net").Socket)(options);
    this.#socket = socket;
    await new Promise<void>((resolve) => {
      socket.on("error", () => socket.destroy()); // a pipe that fails to read has nothing more to say
      socket.on("close", () => resolve());
      socket.on("end", () => {
        this.#giveBack();
        socket.destroy();
      });
      socket.resume();
    });
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Somebody may still be writing: that one gets SIGPIPE, as under any supervisor that has left. */
  stop(): void {
    this.#discard();
    if (this.#socket === undefined) closeSync(this.#reader);
    else this.#socket.destroy();
  }

  /** Takes what a job that has ended left in the pipe.
   * @returns false when somebody still holds the other end; then read() goes on from here */
  drain(sink: Sink): boolean {
    const buffer = Buffer.allocUnsafe(65_536);
    try {
      for (let length = readSync(this.#reader, buffer); length > 0; length = readSync(this.#reader, buffer))
        sink(buffer.subarray(0, length));
    } catch (error) {
      if (errno(error) === "EAGAIN") return false;
      throw error;
    }
    closeSync(this.#reader);
    this.#giveBack();
    return true;
  }

  #giveBack(): void {
    try {
      renameSync(`${this.#folder}/${this.#taken}`, `${this.#folder}/${this.#taken.split("@")[0]}`);
    } catch {
      // gone with its folder: the next run makes a new one
    }
  }

  #discard(): void {
    try {
      unlinkSync(`${this.#folder}/${this.#taken}`);
    } catch {
      // gone already is what was wanted
    }
  }
}

/** Opens a FIFO that we have made. Should somebody else be able to write to the folder, what they put there is not
 * followed, and not written to.
 * @throws what is wrong with it */
function openOurs(path: string, how: number): number {
  const descriptor = openSync(path, how | constants.O_NOFOLLOW);
  const about = fstatSync(descriptor);
  if (about.isFIFO() && about.uid === process.getuid?.()) return descriptor;
  closeSync(descriptor);
  throw new Error(`${path} is not a FIFO of ours`);
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
}

/** Makes two, one run's worth, and clears away what runs that were killed left behind. */
function make(folder: string): void {
  makeFolder(folder, 0o700);
  for (const name of list(folder)) {
    const owner = Number(name.split("@")[1]);
    if (owner > 0 && !alive(owner)) unlinkSync(`${folder}/${name}`);
  }
  const stem = `${process.pid}-${Date.now().toString(36)}`;
  spawnSync("mkfifo", ["-m", "600", `${folder}/${stem}a`, `${folder}/${stem}b`], { stdio: "ignore" });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) === "EPERM";
  }
}
