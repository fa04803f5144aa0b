import { describe, expect, it } from 'vitest';
import type { DeliveryCell } from '../../scenarios/cell.ts';
import { eventText } from '../../servers/contract/event-text.ts';
import { seededRandom } from '../../servers/contract/random.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { httpStreamEventBytes, sseEventBytes, websocketEventBytes } from '../theory/framing.ts';
import type { DeliveryAnatomy, WireChunk } from './delivery-anatomy.ts';
import { bytesByKind, exchangeOf } from './exchange.ts';
import { journeyOf } from './journey.ts';
import { sizeOf } from './piece.ts';

/* The bytes of each transport are laid out here by hand, as CONTRACT.md has them. */

const text = (seq: number, payloadBytes: number) => eventText({ seed: 1, payloadBytes }, seq, seq * 1000);
const joined = (...parts: (string | Buffer)[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const chunked = (data: Buffer) => joined(`${data.length.toString(16)}\r\n`, data, '\r\n');

const frame = (payload: Buffer) => {
  const { length } = payload;
  if (length <= 125) return joined(Buffer.from([0x81, length]), payload);
  if (length <= 65_535) return joined(Buffer.from([0x81, 126, length >> 8, length & 255]), payload);
  const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 6);
  return joined(header, payload);
};

const request = (transport: TransportId, after: number) =>
  `GET /${transport}?after=${after} HTTP/1.1\r\nHost: h:1\r\n\r\n`;
const answer = (body: Buffer) => joined(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`, body);
const empty = 'HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n\r\n';

function anatomyOf(transport: TransportId, delivery: WireChunk[], subscription: WireChunk[] = []): DeliveryAnatomy {
  const cell = { kind: 'delivery', id: transport, server: 's', transport, transportOptions: {} } as DeliveryCell;
  return { cell, seq: 3, publishedUs: 60, receivedUs: 900, subscription, delivery };
}

const chunk = (direction: WireChunk['direction'], atUs: number, bytes: string | Buffer, connection = 1): WireChunk => ({
  atUs,
  direction,
  connection,
  bytes: Buffer.from(bytes as string).toString('base64'),
});

/** What brings event 3 of so many bytes over a transport that pushes. */
const pushed: Record<'sse' | 'http-stream' | 'websocket', (event: Buffer) => Buffer> = {
  sse: (event) => chunked(joined('id: 3\ndata: ', event, '\n\n')),
  'http-stream': (event) => chunked(joined(event, '\n')),
  websocket: frame,
};
const theory = {
  sse: (payloadBytes: number) => sseEventBytes(payloadBytes, 3),
  'http-stream': httpStreamEventBytes,
  websocket: websocketEventBytes,
};

describe('the bytes of a delivery, sorted out', () => {
  const pushes = Object.keys(pushed) as (keyof typeof pushed)[];
  it.each(pushes.flatMap((transport) => [32, 125, 126, 1024, 65_535, 65_536].map((size) => ({ transport, size }))))(
    '$transport, $size B: framing is that of the closed form',
    ({ transport, size }) => {
      const { carrier, request, others } = exchangeOf(
        anatomyOf(transport, [chunk('received', 500, pushed[transport](text(3, size)))]),
      );
      expect(request).toBeNull();
      expect(others).toEqual([]);
      expect(carrier?.seqs).toEqual([3]);
      expect(bytesByKind(carrier === null ? [] : [carrier])).toEqual({
        head: 0,
        framing: theory[transport](size) - size,
        event: size,
        heartbeat: 0,
        unread: 0,
      });
    },
  );

  it('a poll has its head, and the polls before it that found nothing are pairs of their own', () => {
    const body = joined(text(3, 100), '\n');
    const exchange = exchangeOf(
      anatomyOf('polling', [
        chunk('sent', -200, request('polling', 2)),
        chunk('received', -199, empty),
        chunk('sent', 50, request('polling', 2), 2),
        chunk('received', 51, empty, 2),
        chunk('sent', 800, request('polling', 2), 3),
        chunk('received', 850, answer(body), 3),
      ]),
    );
    expect(exchange.emptyPolls.map((poll) => [poll.request.atUs, poll.answer.atUs])).toEqual([
      [-200, -199],
      [50, 51],
    ]);
    expect(exchange.request).toMatchObject({ atUs: 800, connection: 3, role: 'request' });
    expect(exchange.others).toEqual([]);
    const head = request('polling', 2).length + answer(body).length - body.length;
    const messages = [exchange.request, exchange.carrier].filter((message) => message !== null);
    expect(bytesByKind(messages)).toMatchObject({ head, framing: 1, event: 100 });
  });

  it('a held request belongs to the answer it got, however long before it was sent', () => {
    const anatomy = anatomyOf(
      'long-polling',
      [chunk('sent', -299_000, request('long-polling', 2)), chunk('received', 400, answer(joined(text(3, 50), '\n')))],
      [chunk('sent', -700_000, request('long-polling', 0))],
    );
    const exchange = exchangeOf(anatomy);
    expect(exchange.request?.atUs).toBe(-299_000);
    expect(exchange.subscription).toHaveLength(1);
    const journey = journeyOf(anatomy, exchange);
    expect(journey.map(({ id }) => id)).toEqual(['asked', 'due', 'published', 'wrote', 'received']);
    expect(journey.filter(({ endsWaiting }) => endsWaiting).map(({ id }) => id)).toEqual(['due']);
  });

  it.each([
    ['sse', chunked(Buffer.from(':\n\n')), 8],
    ['http-stream', chunked(Buffer.from(' \n')), 7],
    ['websocket', Buffer.from([0x89, 0]), 2],
  ] as const)('a heartbeat of %s is one, and no framing of the event', (transport, beat, size) => {
    const event = pushed[transport](text(3, 64));
    const exchange = exchangeOf(anatomyOf(transport, [chunk('received', 100, joined(beat, event))]));
    expect(exchange.others.map(({ role }) => role)).toEqual(['heartbeat']);
    expect(bytesByKind(exchange.others)).toMatchObject({ heartbeat: size, framing: 0 });
    expect(exchange.carrier?.seqs).toEqual([3]);
  });

  it('events that came together are told apart', () => {
    const bytes = joined(pushed.sse(text(2, 40)), pushed.sse(text(3, 40)));
    const { carrier, others } = exchangeOf(anatomyOf('sse', [chunk('received', 5, bytes)]));
    expect([others.map(({ seqs }) => seqs), carrier?.seqs]).toEqual([[[2]], [3]]);
  });

  it('says what the header of a frame means', () => {
    const { carrier } = exchangeOf(anatomyOf('websocket', [chunk('received', 5, frame(text(3, 128)))]));
    expect(carrier?.pieces[0]?.purpose).toBe(
      'Frame header: FIN 1 (the last frame of its message), opcode 1 (text), not masked, ' +
        'length 126 (it stands in the next 2 bytes): 128.',
    );
  });
});

describe('whatever the bytes are', () => {
  const whole = (anatomy: DeliveryAnatomy) => {
    const { subscription, emptyPolls, request, carrier, others } = exchangeOf(anatomy);
    const polls = emptyPolls.flatMap((poll) => [poll.request, poll.answer]);
    return [...subscription, ...polls, request, carrier, ...others].filter((message) => message !== null);
  };

  it('is read the same wherever it was cut into chunks', () => {
    const stream = joined(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n`,
      pushed.sse(text(2, 40)),
      pushed.sse(text(3, 40)),
    );
    const kinds = (chunks: WireChunk[]) =>
      whole(anatomyOf('sse', chunks)).flatMap(({ pieces }) =>
        pieces.map(({ kind, bytes }) => [kind, bytes.toString()]),
      );
    const once = kinds([chunk('received', 1, stream)]).toSorted();
    for (let at = 1; at < stream.length; at += 1) {
      expect(
        kinds([chunk('received', 1, stream.subarray(0, at)), chunk('received', 2, stream.subarray(at))]).toSorted(),
      ).toEqual(once);
    }
  });

  it('no byte is lost and none counted twice, and nothing throws', () => {
    const random = seededRandom(7);
    const known = [
      request('sse', 1),
      empty,
      answer(joined(text(3, 40), '\n')),
      pushed.sse(text(3, 40)),
      frame(text(3, 200)),
      '\r\n\r\n',
      'ffffffff\r\n',
    ];
    for (let round = 0; round < 400; round += 1) {
      const chunks = Array.from({ length: 4 }, (_, at) => {
        const noise = Buffer.from(Array.from({ length: Math.floor(random() * 30) }, () => Math.floor(random() * 256)));
        const pick = Buffer.from(known[Math.floor(random() * known.length)] as string);
        const cut = pick.subarray(0, Math.ceil(random() * pick.length));
        return chunk(random() < 0.5 ? 'sent' : 'received', at, random() < 0.5 ? joined(cut, noise) : cut);
      });
      const transport = transportIds[round % transportIds.length] as TransportId;
      const total = chunks.reduce((sum, { bytes }) => sum + Buffer.from(bytes, 'base64').length, 0);
      const messages = whole(anatomyOf(transport, chunks.slice(1), chunks.slice(0, 1)));
      expect(messages.reduce((sum, { pieces }) => sum + sizeOf(pieces), 0)).toBe(total);
    }
  });
});
