const NOTHING = Buffer.alloc(0);
const SMALLEST_BYTES = 64;
// A subscriber keeps a buffer of up to this size from one unit to the next; with thousands of subscribers a larger one
// costs more as memory held than as an allocation per split unit.
const KEPT_BYTES = 16 * 1024;

/**
 * The bytes of a unit that is split over reads. Grows to powers of two, so that n bytes arriving one at a time are
 * copied less than 3 n times; the user bounds its length.
 */
export class Carry {
  /** Holds the carried bytes in [0, length). Replaced when it grows. */
  bytes: Buffer = NOTHING;
  length = 0;

  append(source: Buffer, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) this.reserve(length);
    source.copy(this.bytes, this.length, start, end);
    this.length = length;
  }

  appendByte(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(this.length + 1);
    this.bytes[this.length++] = byte;
  }

  /** Makes room for `bytes` bytes in all, so that a unit of known size is allocated once. */
  reserve(bytes: number): void {
    if (bytes <= this.bytes.length) return;
    // Not from Buffer's pool: a few carried bytes would keep a whole slab of it alive.
    const grown = Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(bytes))));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** Forgets the bytes. A range handed out before stays readable until the next append. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = NOTHING;
  }
}

/**
 * Stands for a carry that has not been needed yet: most subscribers never need one, and several for each are memory.
 * It may be read and cleared, and is never appended to.
 */
export const nothingCarried = new Carry();

/** The carry to append to, in place of `carry`, which may be nothingCarried. */
export function own(carry: Carry): Carry {
  return carry === nothingCarried ? new Carry() : carry;
}
