/**
 * What happened on the wire in one phase. Plain counters; two tallies add up field by field. A unit (an HTTP exchange,
 * an event with its framing, a handshake) is counted whole in the phase in which its last byte was read.
 */
export interface Tally {
  /** Bytes read from and written to the subscribers' TCP connections. */
  receivedBytes: number;
  sentBytes: number;
  /** Event text bytes of the deliveries. */
  payloadBytes: number;
  /** Events delivered, warm-up included where the phase is warm-up. */
  deliveries: number;
  /** HTTP requests answered (a WebSocket handshake is one). */
  requests: number;
  /** Answers without an event (204). */
  emptyResponses: number;
  /** Requests that got no answer or an unexpected one. */
  failedRequests: number;
  /** Bytes of request heads, and of response heads, that are part of sentBytes and receivedBytes. */
  requestHeadBytes: number;
  responseHeadBytes: number;
  /** Of these two, the part of requests that were answered 204: heads for nothing. */
  emptyRequestBytes: number;
  emptyResponseBytes: number;
  /** Of these two, the part of requests that opened a push connection. */
  handshakeRequestBytes: number;
  handshakeResponseBytes: number;
  /** Bytes of heartbeats and of the answers to them. */
  heartbeatBytes: number;
  /** Decimal digits of the seqs in `after=` of answered polls. */
  afterDigits: number;
  /** Decimal digits of the Content-Length fields of answers that carried events. */
  lengthDigits: number;
  /** Responses, chunks or frames that carried at least one event. */
  envelopes: number;
  /** Socket reads that carried the last byte of at least one event. */
  reads: number;
  /** Comments, blank lines and pings that carry no event. */
  heartbeats: number;
}

export function emptyTally(): Tally {
  return {
    receivedBytes: 0,
    sentBytes: 0,
    payloadBytes: 0,
    deliveries: 0,
    requests: 0,
    emptyResponses: 0,
    failedRequests: 0,
    requestHeadBytes: 0,
    responseHeadBytes: 0,
    emptyRequestBytes: 0,
    emptyResponseBytes: 0,
    handshakeRequestBytes: 0,
    handshakeResponseBytes: 0,
    heartbeatBytes: 0,
    afterDigits: 0,
    lengthDigits: 0,
    envelopes: 0,
    reads: 0,
    heartbeats: 0,
  };
}

/** Adds `other` to `tally` in place. */
export function addTally(tally: Tally, other: Tally): void {
  for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += other[key];
}

/** The phases of a trial, in order; every byte on a subscriber's connection belongs to exactly one. */
export const phases = ['connect', 'warmup', 'measure', 'drain', 'close'] as const;
export type Phase = (typeof phases)[number];
export type TallyByPhase = Record<Phase, Tally>;
