/*
 * What crossed the wire, and the kernel's count of it, as a run document has it.
 */

export type NetworkScope = 'private' | 'host';

/** Wire bytes of the measure phase. */
export interface Bytes {
  payload: number;
  received: number;
  sent: number;
  /** (received + sent - payload) / deliveries; null without deliveries. */
  overheadPerDelivery: number | null;
  /** IP bytes per delivery over the whole feed, see NetworkCounts; null where they could not be counted. */
  ipPerDelivery: number | null;
  /** Parts of the overhead, in bytes; they add up to received + sent - payload exactly. */
  breakdown: Breakdown;
}

/** Bytes that are not event text, by cause; every byte is in one part only. */
export interface Breakdown {
  /** Of requests that were answered with events. */
  requestHeads: number;
  /** Of these answers. */
  responseHeads: number;
  /** Of events: line ends, fields of an event stream, chunks, frames. */
  framing: number;
  /** Requests that were answered 204, and these answers. */
  emptyPolls: number;
  /** Requests that opened a push connection, and the heads that answered them. */
  handshakes: number;
  /** Heartbeats and the answers to them. */
  heartbeats: number;
}

/**
 * What the kernel counted while the feed ran, from its start to the end of the drain phase: packets have no phase, and
 * nothing is under way at these two moments. Packets of loopback, which may hold up to 64 KiB each.
 */
export interface NetworkCounts {
  scope: NetworkScope;
  packets: number;
  /** TCP/IP headers, bare ACKs and payload. */
  ipBytes: number;
  /** TCP segments sent again, which are in the counts above. */
  retransmissions: number;
  /** Write system calls of the server in the same time, whatever it wrote; null where the system does not tell. */
  serverWriteCalls: number | null;
  /** Loopback before the first trial, when this run was quiet; null in a private namespace, where nothing else is. */
  backgroundPacketsPerSec: number | null;
  backgroundBytesPerSec: number | null;
  /** Wire bytes and deliveries of the same time, as the driver counted them. */
  wireBytes: number;
  deliveries: number;
  /** ipBytes by cause, exactly: payload, the parts of the overhead, and the rest. */
  breakdown: Breakdown & { payload: number; tcpIp: number };
}

/** Batching in the measure phase: an event is not a response, a chunk, a frame or a read. Null without deliveries. */
export interface Batching {
  /** Events per response, chunk or frame that carried any. */
  eventsPerEnvelope: number | null;
  /** Events per socket read that completed any. */
  eventsPerRead: number | null;
  /** Deliveries per write system call of the server, whatever it wrote; null where the system does not tell (/proc). */
  eventsPerWrite: number | null;
}

export interface Connections {
  /** Over all trials; a trial opens its own. */
  opened: number;
  /** Open when the feed began, in the driver's books. */
  openAtFeed: number;
  /** Open at that moment in the kernel's: connections established at the server's ports; null where it does not tell. */
  kernelOpen: number | null;
  /** Most open at one moment, summed over the workers; of a cell, the highest of any trial. */
  peak: number;
  /** Attempts that did not connect. */
  failed: number;
  /** Lost and opened again by a subscriber, resuming after its last event. */
  reconnected: number;
}

/** Requests of the measure phase. */
export interface Requests {
  count: number;
  empty: number;
  failed: number;
  perDelivery: number | null;
  /** Polls that were due while the one before was still unanswered and were left out; 0 for other transports. */
  skippedPolls: number;
  /** Lateness of polls against their plan in the measure phase; null for other transports. */
  latenessUs: { p50: number; p99: number; max: number } | null;
  /** From the sending of a poll of the measure phase to its answer; null for other transports. */
  responseUs: { mean: number; p50: number; p99: number; max: number } | null;
}
