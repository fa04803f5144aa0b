import type { TransportId } from '../../servers/contract/transports.ts';
import { type EventLayout, eventPieces, seqsOf } from './event-pieces.ts';
import { readFrame } from './frame-pieces.ts';
import { type HttpHead, readChunk, readHead } from './http-pieces.ts';
import { textPiece, type WirePiece } from './piece.ts';

/**
 * A whole unit of a stream: a request; an answer, with its body when that has an end; a chunk or frame of a connection that
 * stays open; or what could not be read.
 */
type MessageRole = 'request' | 'answer' | 'empty answer' | 'events' | 'heartbeat' | 'unread';

/** A message and where it begins in its stream. Every byte of a stream is in one message, in order. */
export interface StreamMessage {
  start: number;
  role: MessageRole;
  pieces: WirePiece[];
  /** Of the events in it. */
  seqs: number[];
}

/** What follows the last head of a stream. */
type Body = 'chunks' | 'frames' | 'text';

const SWITCHING_PROTOCOLS = 101;
const isPolled = (transport: TransportId) => transport === 'polling' || transport === 'long-polling';

/** Splits what a subscriber sent on one connection: requests, and frames once it has been upgraded. */
export function readSent(transport: TransportId, stream: Buffer): StreamMessage[] {
  const messages: StreamMessage[] = [];
  for (let start = 0; start < stream.length; ) {
    const isRequest = /^[A-Z]+ /.test(stream.toString('latin1', start, start + 8));
    if (isRequest) {
      const { pieces, end } = readHead(stream, start, 'sent');
      messages.push({ start, role: 'request', pieces, seqs: [] });
      start = end;
    } else if (transport === 'websocket') start = pushFrame(messages, stream, start);
    else start = pushUnread(messages, stream, start);
  }
  return messages;
}

/** Splits what a subscriber received on one connection, from its first byte or from any message on. */
export function readReceived(transport: TransportId, stream: Buffer): StreamMessage[] {
  const layout: EventLayout = transport === 'sse' ? 'event-stream' : 'lines';
  const messages: StreamMessage[] = [];
  let body: Body = transport === 'websocket' ? 'frames' : 'chunks';
  for (let start = 0; start < stream.length; ) {
    if (stream.toString('latin1', start, start + 5) === 'HTTP/') {
      const head = readHead(stream, start, 'received');
      const answer = isPolled(transport) ? readBody(stream, head, layout) : { pieces: [], end: head.end };
      const pieces = [...head.pieces, ...answer.pieces];
      const role = isPolled(transport) && answer.pieces.length === 0 ? 'empty answer' : 'answer';
      messages.push({ start, role, pieces, seqs: seqsOf(answer.pieces) });
      body = bodyAfter(head);
      start = answer.end;
    } else if (body === 'frames') start = pushFrame(messages, stream, start);
    else if (body === 'chunks') start = pushChunk(messages, stream, start, layout);
    else start = pushText(messages, stream, start, layout);
  }
  return messages;
}

function bodyAfter({ status, fields }: HttpHead): Body {
  if (status === SWITCHING_PROTOCOLS) return 'frames';
  return isChunked(fields) ? 'chunks' : 'text';
}

function isChunked(fields: HttpHead['fields']): boolean {
  return /chunked/i.test(fields.get('transfer-encoding') ?? '');
}

/** The body of an answer that has an end: by its Content-Length, or its chunks up to the last one. */
function readBody(stream: Buffer, head: HttpHead, layout: EventLayout): { pieces: WirePiece[]; end: number } {
  const pieces: WirePiece[] = [];
  let { end } = head;
  if (isChunked(head.fields)) {
    for (let chunk = readChunk(stream, end, layout); chunk !== null; chunk = readChunk(stream, end, layout)) {
      pieces.push(...chunk.pieces);
      ({ end } = chunk);
      if (chunk.isLast) break;
    }
    return { pieces, end };
  }
  const length = Number(head.fields.get('content-length') ?? 0) || 0;
  const bodyEnd = Math.min(stream.length, end + Math.max(0, length));
  return { pieces: eventPieces(stream.subarray(end, bodyEnd), layout), end: bodyEnd };
}

function pushChunk(messages: StreamMessage[], stream: Buffer, start: number, layout: EventLayout): number {
  const chunk = readChunk(stream, start, layout);
  if (chunk === null) return pushUnread(messages, stream, start);
  messages.push(streamed(start, chunk.pieces));
  return chunk.end;
}

function pushText(messages: StreamMessage[], stream: Buffer, start: number, layout: EventLayout): number {
  messages.push(streamed(start, eventPieces(stream.subarray(start), layout)));
  return stream.length;
}

function pushFrame(messages: StreamMessage[], stream: Buffer, start: number): number {
  const frame = readFrame(stream, start);
  if (frame === null) return pushUnread(messages, stream, start);
  messages.push(
    frame.isControl ? { start, role: 'heartbeat', pieces: frame.pieces, seqs: [] } : streamed(start, frame.pieces),
  );
  return frame.end;
}

/** A message of a connection that stays open; what frames a heartbeat is part of it. */
function streamed(start: number, pieces: WirePiece[]): StreamMessage {
  if (!pieces.some(({ kind }) => kind === 'heartbeat')) return { start, role: 'events', pieces, seqs: seqsOf(pieces) };
  const isAlone = !pieces.some(({ kind }) => kind === 'event');
  const owned = isAlone ? pieces.map((piece) => ({ ...piece, kind: 'heartbeat' as const })) : pieces;
  return { start, role: isAlone ? 'heartbeat' : 'events', pieces: owned, seqs: seqsOf(owned) };
}

function pushUnread(messages: StreamMessage[], stream: Buffer, start: number): number {
  const piece = textPiece('unread', stream.subarray(start), 'Not understood as bytes of this transport.');
  messages.push({ start, role: 'unread', pieces: [piece], seqs: [] });
  return stream.length;
}
