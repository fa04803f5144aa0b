import { writeSync } from 'node:fs';
import type { Batch } from './event-lines.ts';
import { feedHash } from './event-lines.ts';

/** What came of one write. */
export type Offered =
  /** The pipe took some bytes; the rest can be offered at once. */
  | 'taken'
  /** It is full. */
  | 'full'
  /** The server has closed it. */
  | 'closed';

/**
 * The pipe into one server process, non-blocking, with its own place in the feed: how many events the process has
 * taken, and how far it is within the batch in hand. Since every text can be computed again from (seed, seq), a
 * process that stalls has no queue, however long it does.
 */
export class ServerPipe {
  /** Events taken whole: the next is number taken + 1. */
  takenEvents = 0;
  peakBacklogEvents = 0;
  /** When to try again, on the one clock; 0 while the pipe takes what it is offered. */
  retryUs = 0;
  readonly #fd: number;
  readonly #hash = feedHash();
  #batch: Batch | null = null;
  #writtenBytes = 0;
  #eventInBatch = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The batch that is not yet taken whole; null between two batches. */
  get batch(): Batch | null {
    return this.#batch;
  }

  /** What to offer next. */
  load(batch: Batch): void {
    this.#batch = batch;
    this.#writtenBytes = 0;
    this.#eventInBatch = 0;
  }

  /** Offers what is left of the batch, in one write. */
  offer(): Offered {
    const batch = this.#batch as Batch;
    const taken = this.#write(batch.bytes, this.#writtenBytes);
    if (taken === null) return 'closed';
    this.#writtenBytes += taken;
    for (; (batch.ends[this.#eventInBatch] ?? Infinity) <= this.#writtenBytes; this.#eventInBatch += 1) {
      this.takenEvents += 1;
    }
    return taken > 0 ? 'taken' : 'full';
  }

  /** To be called when the batch was taken whole, or no more of it will be: not while an event is due. */
  settle(): void {
    if (this.#batch !== null) this.#hash.update(this.#batch.bytes.subarray(0, this.#writtenBytes));
    this.#batch = null;
  }

  /** Whether all of the batch was taken. */
  get batchIsTaken(): boolean {
    return this.#batch !== null && this.#writtenBytes === this.#batch.bytes.length;
  }

  /** SHA-256 of everything this process took; final. */
  sha256(): string {
    this.settle();
    return this.#hash.digest('hex');
  }

  /** Bytes taken: 0 when the pipe is full, null when the server has closed it. */
  #write(bytes: Buffer, from: number): number | null {
    try {
      return writeSync(this.#fd, bytes, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 0;
      if (code === 'EPIPE' || code === 'ECONNRESET') return null;
      throw error;
    }
  }
}
