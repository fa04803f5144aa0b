import type { Feed } from './feed.ts';

/** What the publisher process is told, as JSON on its stdin, which is then closed. */
export interface PublisherConfig {
  feed: Feed;
  /** Absolute time of the one clock at which the feed starts. */
  originUs: number;
  /** File that receives the time stamps of publication (see published-log.ts). */
  publishedLogPath: string;
  /** How long after the last event was due to go on offering events to a server that does not read. */
  giveUpAfterMs: number;
  /** The coordinator; the publisher ends when that is gone. */
  parentPid: number;
}

/** The publisher's only line on stdout. */
export interface PublisherResult {
  /** Events of the schedule. */
  events: number;
  /** Events handed over to the server. */
  published: number;
  /** Most events that were due while the server did not read them. */
  peakBacklogEvents: number;
  /** SHA-256 of the lines written. */
  feedSha256: string;
  /** Why not everything was published, or null. */
  stoppedBecause: string | null;
}
