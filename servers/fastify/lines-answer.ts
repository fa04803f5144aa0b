import type { ServerResponse } from 'node:http';
import type { FeedEvent } from './event.ts';
import type { History } from './history.ts';

/** The answer ends with the event that takes its body past this; the subscriber asks again for the rest. */
const ENOUGH_BYTES = 1024 * 1024;

/**
 * Lines as bytes, or as a latin1 string of the same bytes: node:http joins a string with the head and sends both in one
 * write, where head and Buffer take a writev, which Node assembles more slowly (0.8 us of 20). Above 16 KiB Node would copy
 * a string to the heap first.
 */
type Body = Buffer | string;
const ONE_WRITE_BYTES = 15 * 1024;

const EMPTY_HEAD = ['Cache-Control', 'no-store'];
const EVENTS_HEAD = [...EMPTY_HEAD, 'Content-Type', 'application/x-ndjson', 'Content-Length'];

/** 200 with one line for each event; a body of linesOf. */
export function answerEvents(response: ServerResponse, body: Body): void {
  // A latin1 string has one byte for each character.
  response.writeHead(200, [...EVENTS_HEAD, String(body.length)]).end(body, 'latin1');
}

/** 204: there is no event yet. */
export function answerEmpty(response: ServerResponse): void {
  response.writeHead(204, EMPTY_HEAD).end();
}

/** The lines of these events, as many from the first on as an answer carries. */
export function linesOf(events: Iterable<FeedEvent>): Body {
  const lines: Buffer[] = [];
  let bytes = 0;
  for (const { line } of events) {
    lines.push(line);
    bytes += line.length;
    if (bytes > ENOUGH_BYTES) break;
  }
  const body = lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines, bytes);
  return bytes <= ONE_WRITE_BYTES ? body.toString('latin1') : body;
}

/** The events after this one as lines; null when there are none. The caller has checked that the history reaches back. */
export function linesAfter(history: History, after: number): Body | null {
  return after >= history.newestSeq ? null : linesOf(history.after(after));
}
