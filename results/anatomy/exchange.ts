import type { TransportId } from '../../servers/contract/transports.ts';
import type { DeliveryAnatomy, WireChunk } from './delivery-anatomy.ts';
import { type PieceKind, sizeOf, textPiece } from './piece.ts';
import { readReceived, readSent, type StreamMessage } from './read-stream.ts';

/** A message as it crossed the wire. */
export interface WireMessage extends StreamMessage {
  direction: WireChunk['direction'];
  connection: number;
  /** When the tap read its first byte, in us from when the event was due. */
  atUs: number;
}

/** A request and what it was answered. */
interface Poll {
  request: WireMessage;
  answer: WireMessage;
}

/** What crossed the wire around one delivery, sorted out. Together its messages have every byte that was recorded. */
export interface Exchange {
  subscription: WireMessage[];
  /** Requests since the event before that were answered with nothing. */
  emptyPolls: Poll[];
  /** What was answered with the event; null for a transport that pushes. */
  request: WireMessage | null;
  /** What brought the event; null when it is not among the bytes. */
  carrier: WireMessage | null;
  /** Whatever else crossed meanwhile: heartbeats, other events. */
  others: WireMessage[];
}

/** Far more than a delivery takes; what is beyond is not taken apart. */
const READ_BYTES_MAX = 128 * 1024;

interface StreamChunk extends WireChunk {
  isDelivery: boolean;
}

/** The messages of one connection in one direction, with whether they are of the delivery. */
function messagesOf(transport: TransportId, chunks: readonly StreamChunk[]): (WireMessage & { isDelivery: boolean })[] {
  const parts = chunks.map(({ bytes }) => Buffer.from(bytes, 'base64'));
  const { direction, connection } = chunks[0] as StreamChunk;
  const read = direction === 'sent' ? readSent : readReceived;
  let at = 0;
  let endOfChunk = parts[0]?.length ?? 0;
  const stream = Buffer.concat(parts);
  const messages = read(transport, stream.subarray(0, READ_BYTES_MAX));
  if (stream.length > READ_BYTES_MAX) {
    const rest = textPiece(
      'unread',
      stream.subarray(READ_BYTES_MAX),
      'Not taken apart: far more than a delivery takes.',
    );
    messages.push({ start: READ_BYTES_MAX, role: 'unread', pieces: [rest], seqs: [] });
  }
  return messages.map((message) => {
    while (message.start >= endOfChunk && at < chunks.length - 1) {
      at += 1;
      endOfChunk += parts[at]?.length ?? 0;
    }
    const { atUs, isDelivery } = chunks[at] as StreamChunk;
    return { ...message, direction, connection, atUs, isDelivery };
  });
}

/**
 * Sorts out what crossed around a delivery. Between the two parts of an anatomy whole messages were left out, so that
 * each connection is read as one stream. Pure; bytes that no rule explains become messages of role `unread`.
 */
export function exchangeOf({ cell, seq, subscription, delivery }: DeliveryAnatomy): Exchange {
  const chunks: StreamChunk[] = [
    ...subscription.map((chunk) => ({ ...chunk, isDelivery: false })),
    ...delivery.map((chunk) => ({ ...chunk, isDelivery: true })),
  ];
  const streams = Map.groupBy(chunks, ({ connection, direction }) => `${connection} ${direction}`);
  const messages = [...streams.values()]
    .flatMap((stream) => messagesOf(cell.transport, stream))
    .sort((a, b) => a.atUs - b.atUs);
  const exchange: Exchange = { subscription: [], emptyPolls: [], request: null, carrier: null, others: [] };
  const unanswered = new Map<number, WireMessage>();
  for (const { isDelivery, ...message } of messages) {
    const { role, connection, seqs } = message;
    if (!isDelivery) {
      exchange.subscription.push(message);
      continue;
    }
    const request = unanswered.get(connection);
    if (role === 'request') {
      if (request !== undefined) exchange.others.push(request);
      unanswered.set(connection, message);
    } else if (role === 'empty answer' && request !== undefined) {
      exchange.emptyPolls.push({ request, answer: message });
      unanswered.delete(connection);
    } else if (exchange.carrier === null && seqs.includes(seq)) {
      exchange.carrier = message;
      exchange.request = request ?? null;
      unanswered.delete(connection);
    } else exchange.others.push(message);
  }
  exchange.others.push(...unanswered.values());
  return exchange;
}

/** Bytes by kind. */
export type BytesByKind = Record<PieceKind, number>;

/** The bytes of these messages by kind; their sum is what crossed. */
export function bytesByKind(messages: readonly WireMessage[]): BytesByKind {
  const pieces = messages.flatMap((message) => message.pieces);
  const of = (kind: PieceKind) => sizeOf(pieces.filter((piece) => piece.kind === kind));
  return {
    head: of('head'),
    framing: of('framing'),
    event: of('event'),
    heartbeat: of('heartbeat'),
    unread: of('unread'),
  };
}
