import { write } from "node:fs";
import type { Readable } from "node:stream";
import { errno } from "../trouble.ts";
import { Capture } from "./capture.ts";
import type { Kept } from "./order.ts";
import { Pipe, type Sink } from "./pipe.ts";

/** How long a process that outlives the job, and holds its output open, is waited for. */
const LINGER = 2000;

/** How long to wait where somebody else has made our output non-blocking, and it is full. */
const FULL = 5;

/** One of the job's two output streams: where it goes, and what is kept of it. */
export class Stream {
  readonly kept: Capture;
  readonly #pipe: Pipe | undefined;
  /** Where to pass the output through to. */
  #through: 1 | 2 | undefined;
  #readable: Readable | undefined;
  #reading: Promise<void> | undefined;
  #paused = false;

  constructor(order: Kept, name: "stdout" | "stderr") {
    this.kept = new Capture(order.capture);
    this.#pipe = Pipe.take(order.pipes);
    if (order.verbose) this.#through = name === "stdout" ? 1 : 2;
  }

  get end(): number | "pipe" {
    return this.#pipe?.writer ?? "pipe";
  }

  attach(readable: Readable | null | undefined): void {
    this.#readable = readable ?? undefined;
    this.#pipe?.letGo();
    if (this.#pipe === undefined) this.read();
  }

  read(): void {
    this.#reading ??= this.#pipe?.read(this.#sink) ?? drained(this.#readable, this.#sink);
  }

  /** After the job's end: what it left is taken, and who still writes is waited for, though not for long. */
  async finish(): Promise<void> {
    const unread = this.#reading === undefined && this.#through === undefined;
    if (unread && this.#pipe?.drain(this.#sink) === true) return;
    this.read();
    const waiting = setInterval(() => {
      if (this.#paused) return; // not the job holds us up, but who reads our output
      if (this.#pipe === undefined) this.#readable?.destroy();
      else this.#pipe.stop();
    }, LINGER);
    await this.#reading;
    clearInterval(waiting);
  }

  readonly #sink: Sink = (chunk) => {
    this.kept.take(chunk);
    if (this.#through === undefined) return true;
    // Nothing more is read until this has left: its memory is used again, and a slow reader slows the job, as
    // without us.
    this.#paused = true;
    this.#pass(chunk, this.#through);
    return false;
  };

  // Not by process.stdout: that makes the open file non-blocking, also for the others who write to it.
  #pass(chunk: Buffer, to: 1 | 2): void {
    write(to, chunk, (error, written) => {
      if (errno(error) === "EAGAIN") return void setTimeout(() => this.#pass(chunk, to), FULL);
      if (error === null && written < chunk.length) return this.#pass(chunk.subarray(written), to);
      if (error !== null) this.#through = undefined; // whoever read it has left (`| head`): the job goes on
      this.#paused = false;
      (this.#pipe ?? this.#readable)?.resume();
      return undefined;
    });
  }
}

function drained(readable: Readable | undefined, sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    if (readable === undefined) return resolve();
    readable.on("data", (chunk: Buffer) => {
      if (!sink(chunk)) readable.pause();
    });
    readable.on("error", () => readable.destroy()); // a stream that fails to read has nothing more to say
    readable.on("close", () => resolve());
  });
}
