/** The version of CONTRACT.md that this tree implements. */
export const CONTRACT_VERSION = 1;

/** The first line a server writes to stdout. */
export interface ReadyLine {
  ready: true;
  contractVersion: number;
  /** The port it listens on at BENCH_HOST. */
  port: number;
}

/** `servers/<name>/server.json`, the registration of a server; see server.schema.json. */
export interface ServerManifest {
  contractVersion: number;
  /** The same as the folder. */
  name: string;
  language: string;
  /** Transport ids it offers. */
  transports: string[];
  /** Programs that must be on PATH; a missing one skips the server's cells with that reason. */
  requires: string[];
  /** Argument vectors, run one after another in the server's folder before the first start. */
  build: string[][];
  /** Argument vector, run in the server's folder. */
  start: string[];
  /** How long its response heads are. Without it theory predicts no wire bytes of requests and answers for this server. */
  responseHeadBytes?: ResponseHeads;
}

/**
 * Bytes of a server's response heads, from the status line through the blank line. Every answer of a kind must have this
 * size, whatever the request asked after.
 */
export interface ResponseHeads {
  polling?: AnswerHeads;
  'long-polling'?: AnswerHeads;
  /** The 200 that opens a stream. */
  sse?: number;
  'http-stream'?: number;
  /** The 101 that answers the handshake. */
  websocket?: number;
}

/** To requests on a kept-alive connection, and to those with `Connection: close`. */
export interface AnswerHeads {
  keepAlive: AnswerHeadBytes;
  close: AnswerHeadBytes;
}

interface AnswerHeadBytes {
  /** Of a 200 with events, without the digits of its Content-Length. */
  events: number;
  /** Of a 204. */
  empty: number;
}
