/**
 * The transports, each with a sentence for people. The id is the same word in five places: here, the route of the
 * server, the file of the server, the file of the client, the key in JSON.
 */
export const TRANSPORTS = {
  polling:
    'The client asks again at a fixed interval; most answers may be empty, and an event waits for the next question.',
  'long-polling':
    'The client asks, and the server holds the answer until there is an event (Comet); then the client asks again.',
  sse: 'One HTTP response that never ends carries events in the text/event-stream format (Server-Sent Events).',
  'http-stream': 'One HTTP response that never ends carries events as plain lines, a chunk for each.',
  websocket: 'One upgraded connection carries each event as a WebSocket text frame.',
} as const satisfies Record<string, string>;

/** The id of a transport. */
export type TransportId = keyof typeof TRANSPORTS;

/** All ids, in the order in which tables show them. */
export const transportIds = Object.keys(TRANSPORTS) as TransportId[];

/** How the client side of each transport behaves; a transport without options has an empty object. */
export interface TransportOptions {
  polling: {
    /** Time between two polls of one subscriber, on a fixed-rate plan, in ms. */
    intervalMs: number;
    /** false opens a new TCP connection for every poll. */
    keepAlive: boolean;
  };
  'long-polling': {
    /** false opens a new TCP connection for every request. */
    keepAlive: boolean;
  };
  sse: Record<never, never>;
  'http-stream': Record<never, never>;
  websocket: Record<never, never>;
}

/** What the harness may ask of a server in BENCH_OPTIONS; see CONTRACT.md for each. */
export interface ServerOptions {
  /** Events kept for subscribers that come back; older ones answer 410. Default 10000. */
  historyEvents: number;
  /** Upper bound of the history in bytes of event text; the tighter of the two bounds holds. Default 64 MiB. */
  historyBytes: number;
  /** A held long-poll is answered 204 after this time, in ms. Default 30000. */
  longPollTimeoutMs: number;
  /** Push transports send a heartbeat after this long without an event, in ms. Default 15000. */
  heartbeatMs: number;
  /** Unsent bytes of one connection above which a slow subscriber is disconnected. Default 1 MiB. */
  maxBufferedBytes: number;
  /** Events are kept back until this long after the first of them, then delivered together, in ms; 0 is off. Default 0. */
  coalesceMs: number;
}

/** The defaults of CONTRACT.md, for servers and for the documentation of a run. */
export const defaultServerOptions: ServerOptions = {
  historyEvents: 10_000,
  historyBytes: 64 * 1024 * 1024,
  longPollTimeoutMs: 30_000,
  heartbeatMs: 15_000,
  maxBufferedBytes: 1024 * 1024,
  coalesceMs: 0,
};
