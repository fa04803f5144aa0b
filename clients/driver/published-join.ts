import type { LatencyRecorder } from '../../results/recording/latency.ts';
import type { PublishedLogReader } from '../../servers/contract/published-log.ts';

const CAPACITY = 65_536;

/**
 * Records received - published. When an event was published is known only to the publisher, which writes it down a
 * moment later; so deliveries wait here, in a buffer of fixed size, until the log has their event.
 */
export class PublishedJoin {
  readonly #log: PublishedLogReader;
  readonly #recorder: LatencyRecorder;
  readonly #seqs = new Float64Array(CAPACITY);
  readonly #receivedUs = new Float64Array(CAPACITY);
  #count = 0;
  /** Deliveries whose time of publication never became known; not in the recorder. */
  unjoinedCount = 0;

  constructor(log: PublishedLogReader, recorder: LatencyRecorder) {
    this.#log = log;
    this.#recorder = recorder;
  }

  add(seq: number, receivedUs: number): void {
    if (this.#count === CAPACITY) this.join();
    if (this.#count === CAPACITY) {
      this.unjoinedCount += 1;
      return;
    }
    this.#seqs[this.#count] = seq;
    this.#receivedUs[this.#count] = receivedUs;
    this.#count += 1;
  }

  /** Records every delivery whose event is in the log by now. */
  join(): void {
    let kept = 0;
    for (let index = 0; index < this.#count; index += 1) {
      const seq = this.#seqs[index] as number;
      const receivedUs = this.#receivedUs[index] as number;
      const publishedUs = this.#log.stampUs(seq);
      if (publishedUs !== null) {
        this.#recorder.record(receivedUs - publishedUs);
        continue;
      }
      this.#seqs[kept] = seq;
      this.#receivedUs[kept] = receivedUs;
      kept += 1;
    }
    this.#count = kept;
  }

  /** The last join, after the publisher has ended. */
  finish(): void {
    this.join();
    this.unjoinedCount += this.#count;
    this.#count = 0;
  }
}
