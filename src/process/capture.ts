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
   * @param limit  bytes of it at the most, where it is to be less than was kept
   * @param clean  masks secrets. It sees all that was kept before that is cut to the limit, so that no cut leaves
   *   half a secret, which it would not know */
  text(
    limit: number = this.#half * 2,
    clean = (text: string): string => text,
  ): { readonly text: string; readonly truncated: boolean } {
    const [head, tail, gap] = this.#kept(clean);
    if (gap === 0 && head.length <= limit) return { text: decode(head), truncated: false };
    const half = Math.floor(limit / 2);
    const first = wholeEnd(head.subarray(0, half));
    const last = wholeStart(tail.subarray(Math.max(0, tail.length - half)));
    const all = gap === 0 ? head.length : head.length + gap + tail.length;
    const left = all - first.length - last.length;
    return { text: `${decode(first)}\n[… ${left} bytes left out …]\n${decode(last)}`, truncated: true };
  }

  /** Head and tail, cleaned; where nothing is missing between them both are the whole. */
  #kept(clean: (text: string) => string): readonly [head: Buffer, tail: Buffer, gap: number] {
    const full = this.#total - this.#head.length >= this.#half;
    const tail = full
      ? Buffer.concat([this.#tail.subarray(this.#at), this.#tail.subarray(0, this.#at)])
      : this.#tail.subarray(0, this.#at);
    const cleaned = (bytes: Buffer): Buffer => Buffer.from(clean(decode(bytes)));
    if (this.#total === this.#head.length + tail.length) {
      const whole = cleaned(Buffer.concat([this.#head, tail]));
      return [whole, whole, 0];
    }
    const [first, last] = [wholeEnd(this.#head), wholeStart(tail)];
    return [cleaned(first), cleaned(last), this.#total - first.length - last.length];
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
