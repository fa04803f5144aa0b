import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { AnswerHeads, ResponseHeads } from '../../servers/contract/ready.ts';
import type { TransportOptions } from '../../servers/contract/transports.ts';
import { bytesCauses } from './causes.ts';
import type { ScheduledTrial } from './feed-schedule.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from './framing.ts';
import { handshakeBytes, requestBytes } from './requests.ts';
import type { TheoryRow } from './row.ts';
import { sumOf, theoryRow } from './row.ts';

type PushTransport = 'sse' | 'http-stream' | 'websocket';

/**
 * A heartbeat and the answer to it (CONTRACT.md, section Heartbeats): the chunks of `:` LF LF and of space LF; an empty
 * ping of 2 bytes and its masked pong of 6 (RFC 6455, section 5.2).
 */
export const HEARTBEAT_BYTES: Record<PushTransport, number> = { sse: 8, 'http-stream': 7, websocket: 8 };

/** All bytes of event `seq` on a push transport. */
function pushEventBytes(transport: PushTransport, payloadBytes: number, seq: number): number {
  if (transport === 'sse') return sseEventBytes(payloadBytes, seq);
  return transport === 'websocket' ? websocketEventBytes(payloadBytes) : httpStreamEventBytes(payloadBytes);
}

function isPush(transport: DeliveryCell['transport']): transport is PushTransport {
  return transport !== 'polling' && transport !== 'long-polling';
}

/** Whether the requests of a cell leave their connection open; those that open a push connection do. */
export function keepsAlive({ transportOptions }: DeliveryCell): boolean {
  return (transportOptions as Partial<TransportOptions['polling']>).keepAlive ?? true;
}

/** The heads of a polling cell's answers; null when the server does not declare them. */
function answerHeads(cell: DeliveryCell, heads: ResponseHeads | null): AnswerHeads['keepAlive'] | null {
  const { transport } = cell;
  const declared = isPush(transport) ? undefined : heads?.[transport];
  return declared?.[keepsAlive(cell) ? 'keepAlive' : 'close'] ?? null;
}

/**
 * All bytes of a push feed: every event once to every subscriber, and as many heartbeats as came.
 *
 *     subscribers x sum over seq of framed(payload, seq)  +  heartbeats x (heartbeat + answer)
 */
function pushFeedBytes(cell: DeliveryCell, transport: PushTransport, { dueUs, feed }: ScheduledTrial): number {
  let bytesOfAllEvents = 0;
  for (let seq = 1; seq <= dueUs.length; seq += 1) {
    bytesOfAllEvents += pushEventBytes(transport, cell.payloadBytes, seq);
  }
  return cell.subscribers * bytesOfAllEvents + feed.heartbeats * HEARTBEAT_BYTES[transport];
}

/**
 * All bytes of a feed that is asked for. How often was asked depends on timing, so it is counted, and so are the digits
 * of numbers in the heads; the bytes of each are not.
 *
 *     requests x request + digits of `after`
 *     + answers with events x head + digits of Content-Length + empty answers x head of a 204
 *     + deliveries x (payload + LF)
 */
function pollFeedBytes(cell: DeliveryCell, heads: AnswerHeads['keepAlive'], { trial, feed }: ScheduledTrial): number {
  const { transport, headers, payloadBytes } = cell;
  const request = requestBytes(transport, headers, trial.authority.length, 0, keepsAlive(cell));
  const answers = feed.requests - feed.emptyResponses;
  return (
    feed.requests * request +
    feed.afterDigits +
    answers * heads.events +
    feed.lengthDigits +
    feed.emptyResponses * heads.empty +
    feed.deliveries * (payloadBytes + 1)
  );
}

/**
 * Bytes on the connections per delivery over the whole feed, to the byte. A server that does not declare its response
 * heads (`responseHeadBytes` of server.json) gets no such row for transports that are asked: their size is the server's
 * choice and cannot be known from the contract, and taking it from the trial would predict the measured by itself.
 */
export function wireBytesRow(
  cell: DeliveryCell,
  trials: readonly ScheduledTrial[],
  heads: ResponseHeads | null,
): TheoryRow | null {
  const { transport } = cell;
  const ofAnswers = answerHeads(cell, heads);
  const feedBytes = (trial: ScheduledTrial) => {
    if (isPush(transport)) return pushFeedBytes(cell, transport, trial);
    return ofAnswers === null ? Number.NaN : pollFeedBytes(cell, ofAnswers, trial);
  };
  const deliveries = sumOf(trials, ({ feed }) => feed.deliveries);
  return theoryRow({
    quantity: 'wire bytes per delivery',
    unit: 'B',
    expected: sumOf(trials, feedBytes) / deliveries,
    measured: sumOf(trials, ({ feed }) => feed.receivedBytes + feed.sentBytes) / deliveries,
    tolerance: 0,
    inputs: {
      payloadBytes: cell.payloadBytes,
      deliveriesCount: deliveries,
      heartbeatsCount: sumOf(trials, ({ feed }) => feed.heartbeats),
      ...(ofAnswers === null
        ? {}
        : {
            requestsCount: sumOf(trials, ({ feed }) => feed.requests),
            emptyAnswersCount: sumOf(trials, ({ feed }) => feed.emptyResponses),
            afterDigitsCount: sumOf(trials, ({ feed }) => feed.afterDigits),
            lengthDigitsCount: sumOf(trials, ({ feed }) => feed.lengthDigits),
            responseHeadBytes: ofAnswers.events,
            emptyResponseHeadBytes: ofAnswers.empty,
            // Of the first trial: another server port may have another number of digits.
            requestBytesWithoutSeq: requestBytes(
              transport,
              cell.headers,
              trials[0]?.trial.authority.length ?? 0,
              0,
              keepsAlive(cell),
            ),
          }),
    },
    causes: (residual) => bytesCauses(cell, trials, residual),
  });
}

/**
 * Bytes of the connect phase per subscriber: of a push transport the request or handshake and the head that answers it; of
 * polling one poll, which is answered 204. A first long-poll is not answered before the feed, so it has no such row.
 */
export function handshakeBytesRow(
  cell: DeliveryCell,
  trials: readonly ScheduledTrial[],
  heads: ResponseHeads | null,
): TheoryRow | null {
  const { transport, headers, subscribers } = cell;
  const responseHead = isPush(transport) ? heads?.[transport] : answerHeads(cell, heads)?.empty;
  if (transport === 'long-polling' || responseHead === undefined) return null;
  const request = (authorityBytes: number) =>
    transport === 'websocket'
      ? handshakeBytes(headers, authorityBytes, 1)
      : requestBytes(transport, headers, authorityBytes, 1, keepsAlive(cell));
  const heartbeats = sumOf(trials, ({ trial }) => trial.tallies.connect.heartbeats);
  const heartbeatBytes = isPush(transport) ? heartbeats * HEARTBEAT_BYTES[transport] : 0;
  const subscriptions = subscribers * trials.length;
  const expectedBytes = sumOf(trials, ({ trial }) => subscribers * (request(trial.authority.length) + responseHead));
  return theoryRow({
    quantity: 'handshake bytes per subscriber',
    unit: 'B',
    expected: (expectedBytes + heartbeatBytes) / subscriptions,
    measured:
      sumOf(trials, ({ trial: { tallies } }) => tallies.connect.receivedBytes + tallies.connect.sentBytes) /
      subscriptions,
    tolerance: 0,
    inputs: {
      requestBytes: request(trials[0]?.trial.authority.length ?? 0),
      responseHeadBytes: responseHead,
      heartbeatsCount: heartbeats,
    },
    causes: (residual) => bytesCauses(cell, trials, residual),
  });
}
