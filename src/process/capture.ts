/** Keeps the head and the tail of a stream of any length in constant memory. */
export class Capture {
  readonly #half: number;
  #head: Buffer = EMPTY;
  /** A ring: the oldest byte is at #at once it is full. Made when the head is full. */
  #tail: Buffer = EMPTY;
  #at = 0;
  #total = 0;

  /** @param limit  bytes kept at the most, half of them from the head */
  constructor(limit: number) {
    this.#half = Math.floor(limit / 2);
  }

  get total(): number {
    return this.#total;
  }

  /** Copies what it keeps: the caller may use the chunk's memory again. */
  take(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#half - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)]);
    if (chunk.length > room) this.#ring(chunk.subarray(Math.max(0, room)));
  }

  #ring(chunk: Buffer): void {
    if (this.#tail === EMPTY) this.#tail = Buffer.alloc(this.#half);
    const last = chunk.subarray(Math.max(0, chunk.length - this.#half));
    const first = Math.min(last.length, this.#half - this.#at);
    last.copy(this.#tail, this.#at, 0, first);
    last.copy(this.#tail, 0, first);
    this.#at = (this.#at + last.length) % this.#half;
  }

  /** What was kept, as text; what was left out is counted and said in between. Invalid UTF-8 is replaced.
   * @param limit  bytes of it at the most, where it is to be less than was kept */
  text(limit: number = this.#half * 2): { readonly text: string; readonly truncated: boolean } {
    const half = Math.min(this.#half, Math.floor(limit / 2));
    const after = this.#total - this.#head.length;
    const tail =
      after >= this.#half && this.#half > 0
        ? Buffer.concat([this.#tail.subarray(this.#at), this.#tail.subarray(0, this.#at)])
        : this.#tail.subarray(0, this.#at);
    if (this.#total <= half * 2) return { text: decode(Buffer.concat([this.#head, tail])), truncated: false };
    const kept = Buffer.concat([this.#head, tail]);
    const head = wholeEnd(kept.subarray(0, half));
    const rest = wholeStart(kept.subarray(Math.max(half, kept.length - half)));
    const left = this.#total - head.length - rest.length;
    return { text: `${decode(head)}\n[… ${left} bytes left out …]\n${decode(rest)}`, truncated: true };
  }
}

const EMPTY = Buffer.alloc(0);
const decode = (bytes: Buffer): string => bytes.toString("utf8");
const continues = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without a character that was cut at the end. */
function wholeEnd(bytes: Buffer): Buffer {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && continues(bytes[lead])) lead--;
  const byte = bytes[lead] ?? 0;
  const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + needs > bytes.length ? bytes.subarray(0, lead) : bytes;
}

/** Without a character that was cut at the start. */
function wholeStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && continues(bytes[start])) start++;
  return bytes.subarray(start);
}
