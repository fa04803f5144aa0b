import type { FastifyReply } from 'fastify';
import type { FeedEvent } from './event.ts';
import type { History } from './history.ts';

/** The answer ends with the event that takes its body past this; the subscriber asks again for the rest. */
const ENOUGH_BYTES = 1024 * 1024;

/** 200 with one line for each event. */
export function answerEvents(reply: FastifyReply, body: Buffer): void {
  reply.code(200).header('Cache-Control', 'no-store').header('Content-Type', 'application/x-ndjson').send(body);
}

/** 204: there is no event yet. */
export function answerEmpty(reply: FastifyReply): void {
  reply.code(204).header('Cache-Control', 'no-store').send();
}

/** The events after this one as lines; null when there are none. The caller has checked that the history reaches back. */
export function linesAfter(history: History, after: number): Buffer | null {
  if (after >= history.newestSeq) return null;
  const lines: FeedEvent['line'][] = [];
  let bytes = 0;
  for (let seq = after + 1; seq <= history.newestSeq && bytes <= ENOUGH_BYTES; seq += 1) {
    const { line } = history.at(seq);
    lines.push(line);
    bytes += line.length;
  }
  return lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines, bytes);
}
