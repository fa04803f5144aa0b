import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * When each event was really published: a file of 8-byte little-endian floats, element i for event i + 1, absolute
 * microseconds of the one clock. The publisher appends, driver workers read, so the time stamps are joined by seq
 * without passing through the coordinator and without any process keeping a list of deliveries.
 */
const STAMP_BYTES = 8;

export class PublishedLogWriter {
  readonly #fd: number;
  #count = 0;

  /** Creates or empties the file; a file system error is thrown as it is. */
  constructor(path: string) {
    this.#fd = openSync(path, 'w');
  }

  /** Appends the time stamps of the next events, in order. */
  append(stampsUs: readonly number[]): void {
    if (stampsUs.length === 0) return;
    const bytes = Buffer.from(Float64Array.from(stampsUs).buffer);
    writeSync(this.#fd, bytes, 0, bytes.length, this.#count * STAMP_BYTES);
    this.#count += stampsUs.length;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export class PublishedLogReader {
  readonly #fd: number;
  readonly #chunk = Buffer.allocUnsafeSlow(4096 * STAMP_BYTES);
  #stampsUs: number[] = [];

  constructor(path: string) {
    this.#fd = openSync(path, 'r');
  }

  /** When event `seq` was published, or null while that is not known. */
  stampUs(seq: number): number | null {
    if (seq > this.#stampsUs.length) this.#readOn();
    return this.#stampsUs[seq - 1] ?? null;
  }

  #readOn(): void {
    for (;;) {
      const position = this.#stampsUs.length * STAMP_BYTES;
      const whole = Math.floor(readSync(this.#fd, this.#chunk, 0, this.#chunk.length, position) / STAMP_BYTES);
      for (let index = 0; index < whole; index += 1) this.#stampsUs.push(this.#chunk.readDoubleLE(index * STAMP_BYTES));
      if (whole * STAMP_BYTES < this.#chunk.length) return;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
