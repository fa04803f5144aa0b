import type { ServerOptions } from '../contract/transports.ts';
import { eventOf, type FeedEvent } from './event.ts';

/**
 * The newest events of the feed, for subscribers that come back. Bounded by count and by bytes of event text; the
 * tighter bound holds, but the newest event is always kept, or polling could never deliver it.
 */
export class History {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  /** The SSE block of each event. */
  readonly #blocks = new Map<number, Buffer>();
  #bytes = 0;
  #oldestSeq = 1;
  #newestSeq = 0;

  constructor(options: Pick<ServerOptions, 'historyEvents' | 'historyBytes'>) {
    this.#maxEvents = options.historyEvents;
    this.#maxBytes = options.historyBytes;
  }

  /** The oldest event held; 1 before the first event. */
  get oldestSeq(): number {
    return this.#oldestSeq;
  }

  /** The newest event held; 0 before the first event. */
  get newestSeq(): number {
    return this.#newestSeq;
  }

  /** Takes the next event; events come without a hole. */
  append(event: FeedEvent): void {
    this.#blocks.set(event.seq, event.sseBlock);
    this.#newestSeq = event.seq;
    this.#bytes += event.text.length;
    while (this.#blocks.size > this.#maxEvents || (this.#bytes > this.#maxBytes && this.#blocks.size > 1)) {
      this.#bytes -= this.at(this.#oldestSeq).text.length;
      this.#blocks.delete(this.#oldestSeq);
      this.#oldestSeq += 1;
    }
  }

  /** Whether every event after this one is still held or still to come; if not, the answer is 410. */
  reachesBackTo(after: number): boolean {
    return after >= this.#oldestSeq - 1;
  }

  /** The events after this one; the caller has asked whether the history reaches back to it. */
  *after(seq: number): Generator<FeedEvent> {
    for (let next = seq + 1; next <= this.#newestSeq; next += 1) yield this.at(next);
  }

  /** The event with this seq; the caller asks only between oldestSeq and newestSeq. */
  at(seq: number): FeedEvent {
    const block = this.#blocks.get(seq);
    if (block === undefined) throw new RangeError(`event ${seq} is not in ${this.#oldestSeq}..${this.#newestSeq}`);
    return eventOf(seq, block);
  }
}
