import { createHash, type Hash } from 'node:crypto';
import { eventText } from '../contract/event-text.ts';
import type { Feed } from '../contract/feed.ts';
import { dueTimesUs } from '../contract/schedule.ts';

/** Consecutive events that are due at one moment, ready to be written in one piece. */
export interface Batch {
  firstSeq: number;
  dueUs: number;
  /** Lines `SEQ TEXT LF`, one after another. */
  bytes: Buffer;
  /** End of each event's line within `bytes`. */
  ends: number[];
}

/** Keeps one batch small enough to be prepared while the next event is waited for. */
const BATCH_LIMIT_BYTES = 256 * 1024;

/** The lines of events from `firstSeq` on that share its due time. Throws a RangeError beyond the last event. */
export function batchFrom(feed: Feed, dueUs: Float64Array, firstSeq: number): Batch {
  const sharedDueUs = dueUs[firstSeq - 1];
  if (sharedDueUs === undefined) throw new RangeError(`the feed has ${dueUs.length} events, asked for ${firstSeq}`);
  const lines: Buffer[] = [];
  const ends: number[] = [];
  let sizeBytes = 0;
  for (let seq = firstSeq; dueUs[seq - 1] === sharedDueUs && sizeBytes < BATCH_LIMIT_BYTES; seq += 1) {
    const line = Buffer.concat([Buffer.from(`${seq} `), eventText(feed, seq, sharedDueUs), Buffer.from('\n')]);
    sizeBytes += line.length;
    lines.push(line);
    ends.push(sizeBytes);
  }
  return { firstSeq, dueUs: sharedDueUs, bytes: Buffer.concat(lines, sizeBytes), ends };
}

/** A running SHA-256 over a feed's lines. */
export function feedHash(): Hash {
  return createHash('sha256');
}

/** How many events a feed has and the SHA-256 of all its lines: two feeds with equal hashes are the same, byte for byte. */
export function describeFeed(feed: Feed): { events: number; sha256: string } {
  const dueUs = dueTimesUs(feed);
  const hash = feedHash();
  for (let seq = 1; seq <= dueUs.length; ) {
    const batch = batchFrom(feed, dueUs, seq);
    hash.update(batch.bytes);
    seq += batch.ends.length;
  }
  return { events: dueUs.length, sha256: hash.digest('hex') };
}
