import type { Feed } from './feed.ts';

/** The publisher's descriptor of the first server process's standard input. */
export const FIRST_SERVER_PIPE = 3;

/** What the publisher process is told, as JSON on its stdin, which is then closed. */
export interface PublisherConfig {
  feed: Feed;
  /** Absolute time of the one clock at which the feed starts. */
  originUs: number;
  /**
   * Server processes that get this feed; their pipes are descriptors FIRST_SERVER_PIPE, FIRST_SERVER_PIPE + 1 ...
   * of the publisher.
   */
  serverProcesses: number;
  /**
   * File that receives the time stamps of publication (see published-log.ts). An event's stamp is taken before it is
   * offered to the first server process that took it whole, so that no delivery comes before it. With several processes
   * received - published therefore contains what the others waited for their copy.
   */
  publishedLogPath: string;
  /**
   * File that receives, in the same form, when the last server process took each event: from this one the publisher's
   * lateness is judged. Null with one process, for which the two are the same.
   */
  publishedToAllLogPath: string | null;
  /** How long after the last event was due to go on offering events to a server that does not read. */
  giveUpAfterMs: number;
  /** Whether the publisher runs before all other programs, so that it need not keep its core to be in time. */
  realTime: boolean;
  /** The coordinator; the publisher ends when that is gone. */
  parentPid: number;
}

/** The publisher's only line on stdout. */
export interface PublisherResult {
  /** Events of the schedule. */
  events: number;
  /** Events handed over to the server; of several processes, to every one. */
  published: number;
  /** Most events that were due while the server did not read them; of several processes, the largest of any. */
  peakBacklogEvents: number;
  /** SHA-256 of the lines written. Should several processes have got different lines, every hash, separated by spaces. */
  feedSha256: string;
  /** Why not everything was published, or null. */
  stoppedBecause: string | null;
}
