import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readVectors, type VectorBytes, vectorBytes } from '../../servers/contract/vectors/vectors.ts';
import { anyBytes, anyCuts, chunkings, cutsOf, refuses, shown } from './fixtures/chunkings.ts';
import { MAX_EVENT_BYTES } from './reader.ts';
import { EventStreamReader } from './sse.ts';

interface SseVector {
  name: string;
  wire: VectorBytes;
  events: { data: VectorBytes; lastEventId: string; type: string }[];
  comments: number;
  lastEventId: string;
  retryMs: number | null;
}

type Show = (bytes: Buffer, start: number, end: number) => string;

function read(wire: Buffer, cuts: Iterable<number>, maxEventBytes = MAX_EVENT_BYTES, show: Show = shown) {
  const events: { data: string; lastEventId: string; type: string }[] = [];
  let comments = 0;
  const reader = new EventStreamReader(
    {
      event: (bytes, start, end) => {
        const { lastEventIdText: lastEventId, eventTypeText: type } = reader;
        events.push({ data: show(bytes, start, end), lastEventId, type });
      },
      comment: () => comments++,
    },
    maxEventBytes,
  );
  const refused = refuses(reader, wire, cuts);
  return { events, comments, lastEventId: reader.lastEventIdText, retryMs: reader.retryMs, refused };
}

const utf8: Show = (bytes, start, end) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));

/** The same by eventsource-parser, from the decoded whole. */
function readByOracle(wire: Buffer) {
  const events: { data: string; lastEventId: string; type: string }[] = [];
  let comments = 0;
  let lastEventId = '';
  let retryMs: number | null = null;
  const parser = createParser({
    onId: (id) => {
      lastEventId = id;
    },
    onEvent: ({ data, event }) => events.push({ data, lastEventId, type: event ?? 'message' }),
    onComment: () => comments++,
    onRetry: (retry) => {
      retryMs = retry;
    },
  });
  parser.feed(utf8(wire, 0, wire.length));
  return { events, comments, lastEventId, retryMs, refused: false };
}

const vectors = readVectors<SseVector>('sse.json');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('vectors, however they are cut', () => {
  it.each(vectors)('$name', ({ wire, events, comments, lastEventId, retryMs }) => {
    const bytes = vectorBytes(wire);
    const expected = {
      events: events.map((event) => ({ ...event, data: shown(vectorBytes(event.data)) })),
      comments,
      lastEventId,
      retryMs,
      refused: false,
    };
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts)).toEqual(expected);
  });

  it.each(vectors)('as eventsource-parser reads it: $name', ({ wire }) => {
    const bytes = vectorBytes(wire);
    expect(read(bytes, [], MAX_EVENT_BYTES, utf8)).toEqual(readByOracle(bytes));
  });
});

const TOKENS = [
  ...['data', 'id', 'event', 'retry', 'data: ', 'id: ', 'event: ', 'retry: ', ':', ': ', ' ', '1', '23', 'x'],
  ...['\n', '\n', '\n', '\r', '\r\n', '\n\n', '\0', 'ü', '☃', '😀', 'id: 7\ndata: text\n\n', 'id: 8\ndata: '],
  ...[[0xef, 0xbb, 0xbf], [0xef, 0xbb], [0xff], [0xc3]],
];

describe('EventStreamReader', () => {
  it('reads random streams, randomly cut, as eventsource-parser reads them', () => {
    fc.assert(
      fc.property(anyBytes(TOKENS), anyCuts, (wire, fractions) => {
        expect(read(wire, cutsOf(wire, fractions), MAX_EVENT_BYTES, utf8)).toEqual(readByOracle(wire));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses the same streams however they are cut when its limit is small', () => {
    let refusals = 0;
    fc.assert(
      fc.property(anyBytes(TOKENS), anyCuts, fc.nat(12), (wire, fractions, maxEventBytes) => {
        const whole = read(wire, [], maxEventBytes);
        const cut = read(wire, cutsOf(wire, fractions), maxEventBytes);
        expect({ events: cut.events, refused: cut.refused }).toEqual({ events: whole.events, refused: whole.refused });
        if (whole.refused) refusals++;
      }),
      { numRuns: 1000 },
    );
    expect(refusals).toBeGreaterThan(50);
  });

  it('hands out the data in the fed buffer itself when the event lies whole in it', () => {
    const chunk = Buffer.from('id: 1\ndata: one\n\nevent: t\r\ndata: two\r\n\r\n:\n\ndata\n\nid: 4\ndata: four\n\n');
    for (const text of [chunk, Buffer.from(chunk.toString().replaceAll('\r', ''))]) {
      const seen: string[] = [];
      const reader = new EventStreamReader(
        {
          event: (bytes, start, end) => {
            expect(bytes).toBe(text);
            seen.push(bytes.toString('latin1', start, end));
          },
        },
        100,
      );
      reader.feed(text, 0, text.length);
      expect(seen).toEqual(['one', 'two', '', 'four']);
      expect(reader.lastEventIdText).toBe('4');
    }
  });

  it('is between units after a blank line or a comment, not inside a line or an event', () => {
    const reader = new EventStreamReader({ event: () => {} }, 100);
    const states = Array.from('\ufeff:\n\nid: 1\ndata\n\r\n\r', (character) => {
      const bytes = Buffer.from(character);
      reader.feed(bytes, 0, bytes.length);
      return reader.between ? '+' : '-';
    });
    //                             BOM :   LF  LF  id: 1 LF   data LF   CR  LF  CR
    expect(states.join('')).toBe(['+', '-', '+', '+', '------', '-----', '+', '+', '+'].join(''));
  });

  it('takes data of exactly the limit, in one line or several, and refuses one byte more', () => {
    const exact = Buffer.from('data: abcde\n\ndata: ab\ndata: cd\n\nid: 1\ndata: abcde\n\n');
    for (const cuts of chunkings(exact)) {
      expect(read(exact, cuts, 5).events.map(({ data }) => data)).toEqual(['abcde', 'ab\ncd', 'abcde']);
    }
    for (const text of [
      'data: abcdef\n\n',
      'data:abcdef\n\n',
      'data: ab\ndata: cde\n\n',
      'id: 1\ndata: abcdef\n\n',
      'id: 12345678\ndata: a\n\n',
      ': comment too long',
    ]) {
      const over = Buffer.from(text);
      for (const cuts of chunkings(over)) expect(read(over, cuts, 5)).toMatchObject({ events: [], refused: true });
    }
  });

  it('never holds more than the limit, and works linearly on an event of a mebibyte in single bytes', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const sizes = () => allocations.mock.calls.map(([size]) => size);
    const endless = Buffer.alloc(1_000_000, 'data: 0123456789\n');
    expect(
      read(
        endless,
        Array.from({ length: 999 }, (_, i) => (i + 1) * 1000),
        10_000,
      ).refused,
    ).toBe(true);
    expect(Math.max(...sizes())).toBeLessThanOrEqual(16_384);

    allocations.mockClear();
    const large = Buffer.concat([Buffer.from('data: '), Buffer.alloc(1024 * 1024, 'x'), Buffer.from('\n\n')]);
    expect(
      read(
        large,
        Array.from({ length: large.length - 1 }, (_, i) => i + 1),
      ).events,
    ).toHaveLength(1);
    // The line grows to 2 MiB by doubling, and the data is kept once more until its blank line comes.
    expect(sizes().reduce((sum, size) => sum + size, 0)).toBeLessThan(6 * 1024 * 1024);
  });
});
