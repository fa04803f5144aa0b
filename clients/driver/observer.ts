import { EventSpreadRecorder } from '../../results/recording/event-spread.ts';
import { LatencyRecorder } from '../../results/recording/latency.ts';
import { LatencyWindowsRecorder } from '../../results/recording/latency-windows.ts';
import type { FeedText } from '../../servers/contract/event-text.ts';
import type { PublishedLogReader } from '../../servers/contract/published-log.ts';
import type { PhaseTallies, PhaseTimes } from './phase-tallies.ts';
import { PublishedJoin } from './published-join.ts';
import type { Sequence } from './sequence.ts';
import { VerifiedTexts } from './verified-texts.ts';

/** What the observer is told of the feed; the schedule itself it does not need, every event says when it was due. */
export interface ObservedFeed extends FeedText {
  lastSeq: number;
  /** The first event that is due in the measure phase; lastSeq + 1 when there is none. */
  firstMeasuredSeq: number;
}

/**
 * The one place where a delivery is verified, stamped and recorded, the same line of code for every transport.
 * The latencies are those of the events due in the measure phase, whenever they arrive; the counters are those of the
 * phase in which the read happened.
 */
export class Observer {
  readonly fromDue = new LatencyRecorder();
  readonly fromPublished = new LatencyRecorder();
  /** The same latencies as fromDue, in groups of events and event by event. */
  readonly windows: LatencyWindowsRecorder;
  readonly spread: EventSpreadRecorder;
  readonly pollLateness = new LatencyRecorder();
  /** From the sending of a poll to its answer. */
  readonly pollResponse = new LatencyRecorder();
  skippedPollCount = 0;
  duplicatedCount = 0;
  outOfOrderCount = 0;
  /** The first event of the feed: subscribers that received it intact, and the latest of them from when it was due. */
  readonly firstEvent = { deliveries: 0, lastUs: 0 };
  /** Subscribers that have seen the last event of the feed. */
  completeCount = 0;
  readonly #feed: ObservedFeed;
  readonly #tallies: PhaseTallies;
  readonly #texts: VerifiedTexts;
  readonly #published: PublishedJoin;
  #times: PhaseTimes = { originUs: 0, measureUs: 0, drainUs: 0 };
  #lastReadAtUs = 0;

  constructor(feed: ObservedFeed, tallies: PhaseTallies, published: PublishedLogReader) {
    this.#feed = feed;
    const events = feed.lastSeq + 1 - feed.firstMeasuredSeq;
    this.windows = new LatencyWindowsRecorder(feed.firstMeasuredSeq, events);
    this.spread = new EventSpreadRecorder(feed.firstMeasuredSeq, events);
    this.#tallies = tallies;
    this.#texts = new VerifiedTexts(feed, feed.lastSeq);
    this.#published = new PublishedJoin(published, this.fromPublished);
  }

  schedule(times: PhaseTimes): void {
    this.#times = times;
  }

  /** Bytes [start, end) of the read in hand came as an event of the subscriber whose sequence this is. */
  event(sequence: Sequence, bytes: Buffer, start: number, end: number): void {
    const event = this.#texts.verify(bytes, start, end, sequence.nextSeq);
    if (event === null) {
      if (sequence.lastSeq >= this.#feed.lastSeq) {
        // Nothing is expected any more: one delivery too many, whatever it was.
        this.duplicatedCount += 1;
        return;
      }
      sequence.arrivedCorrupted(this.#texts.claimedSeq(bytes, start, end));
      this.#noteProgress(sequence);
      return;
    }
    const verdict = sequence.arrived(event.seq);
    if (verdict === 'duplicate') {
      this.duplicatedCount += 1;
      return;
    }
    if (verdict === 'out-of-order') this.outOfOrderCount += 1;
    else this.#noteProgress(sequence);
    const { readAtUs } = this.#tallies;
    this.#count(readAtUs, end - start);
    const dueUs = this.#times.originUs + event.dueUs;
    if (event.seq === 1) this.#noteFirst(readAtUs - dueUs);
    if (dueUs < this.#times.measureUs || dueUs >= this.#times.drainUs) return;
    const latencyUs = readAtUs - dueUs;
    this.fromDue.record(latencyUs);
    this.windows.record(event.seq, latencyUs);
    this.spread.record(event.seq, latencyUs);
    this.#published.add(event.seq, readAtUs);
  }

  /** A subscriber whose history is gone up to `oldestSeq` has skipped events. */
  skipped(sequence: Sequence, oldestSeq: number): void {
    const before = sequence.lastSeq;
    sequence.skippedTo(Math.min(oldestSeq, this.#feed.lastSeq + 1));
    if (sequence.lastSeq > before) this.#noteProgress(sequence);
  }

  pollMade(dueUs: number, latenessUs: number): void {
    if (dueUs >= this.#times.measureUs && dueUs < this.#times.drainUs) this.pollLateness.record(latenessUs);
  }

  pollAnswered(sentUs: number, answeredUs: number): void {
    if (sentUs >= this.#times.measureUs && sentUs < this.#times.drainUs) this.pollResponse.record(answeredUs - sentUs);
  }

  pollSkipped(dueUs: number): void {
    if (dueUs >= this.#times.measureUs && dueUs < this.#times.drainUs) this.skippedPollCount += 1;
  }

  /** Joins what the publisher has written down since; to be called now and then. */
  join(): void {
    this.#published.join();
  }

  /** The last join. */
  finish(): void {
    this.#published.finish();
  }

  /** Deliveries that are not in fromPublished because the time of publication never became known. */
  get unjoinedCount(): number {
    return this.#published.unjoinedCount;
  }

  #count(readAtUs: number, payloadBytes: number): void {
    const tally = this.#tallies.current;
    tally.deliveries += 1;
    tally.payloadBytes += payloadBytes;
    if (readAtUs !== this.#lastReadAtUs) {
      this.#lastReadAtUs = readAtUs;
      tally.reads += 1;
    }
  }

  #noteFirst(latencyUs: number): void {
    this.firstEvent.deliveries += 1;
    this.firstEvent.lastUs = Math.max(this.firstEvent.lastUs, latencyUs);
  }

  #noteProgress(sequence: Sequence): void {
    if (sequence.lastSeq === this.#feed.lastSeq) this.completeCount += 1;
  }
}
