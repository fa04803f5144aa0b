import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readVectors, type VectorBytes, vectorBytes } from '../../servers/contract/vectors/vectors.ts';
import { anyBytes, anyCuts, chunkings, cutsOf, refuses, shown } from './fixtures/chunkings.ts';
import { LineReader } from './lines.ts';
import { MAX_EVENT_BYTES, WireError } from './reader.ts';

interface LinesVector {
  name: string;
  wire: VectorBytes;
  lines: VectorBytes[];
  unfinished?: boolean;
}

function read(wire: Buffer, cuts: Iterable<number>, maxLineBytes = MAX_EVENT_BYTES) {
  const lines: string[] = [];
  const reader = new LineReader({ line: (bytes, start, end) => lines.push(shown(bytes, start, end)) }, maxLineBytes);
  const refused = refuses(reader, wire, cuts);
  return { lines, refused, between: reader.between };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('vectors, however they are cut', () => {
  it.each(readVectors<LinesVector>('lines.json'))('$name', ({ wire, lines, unfinished = false }) => {
    const bytes = vectorBytes(wire);
    const expected = { lines: lines.map((line) => shown(vectorBytes(line))), refused: false, between: !unfinished };
    for (const cuts of chunkings(bytes)) expect(read(bytes, cuts)).toEqual(expected);
  });
});

describe('LineReader', () => {
  it('hands out a line in the fed buffer itself when it lies whole in it', () => {
    const chunk = Buffer.from('....one\ntwo\n\nthr');
    const seen: [Buffer, number, number][] = [];
    const reader = new LineReader({ line: (...range) => seen.push(range) }, 100);
    reader.feed(chunk, 4, chunk.length);
    expect(seen.map(([, start, end]) => [start, end])).toEqual([
      [4, 7],
      [8, 11],
      [12, 12],
    ]);
    for (const [bytes] of seen) expect(bytes).toBe(chunk);
    expect(reader.between).toBe(false);
    reader.feed(Buffer.from('ee\nfour\n'), 0, 8);
    expect(seen[3]?.[0]).not.toBe(chunk);
    expect(reader.between).toBe(true);
  });

  it('reads as splitting the whole at LF does', () => {
    fc.assert(
      fc.property(anyBytes(['\n', '\r\n', 'text', '☃']), anyCuts, (wire, fractions) => {
        const expected = wire.toString('latin1').split('\n');
        const rest = expected.pop() as string;
        expect(read(wire, cutsOf(wire, fractions))).toEqual({ lines: expected, refused: false, between: rest === '' });
      }),
    );
  });

  it('takes a line of exactly the limit and refuses one byte more, however it is cut', () => {
    const exact = Buffer.from('abcd\n\nabcd\n');
    for (const cuts of chunkings(exact)) expect(read(exact, cuts, 4).lines).toEqual(['abcd', '', 'abcd']);
    const over = Buffer.from('abcd\nabcde\n');
    for (const cuts of chunkings(over)) {
      expect(read(over, cuts, 4)).toMatchObject({ lines: ['abcd'], refused: true });
    }
  });

  it('never holds more than the limit of a line that does not end', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const endless = Buffer.alloc(1_000_000, 'x');
    const cuts = Array.from({ length: 999 }, (_, i) => (i + 1) * 1000);
    expect(read(endless, cuts, 10_000).refused).toBe(true);
    expect(Math.max(...allocations.mock.calls.map(([size]) => size))).toBeLessThanOrEqual(16_384);
  });

  it('finish() refuses an unterminated rest and nothing else', () => {
    const reader = new LineReader({ line: () => {} }, 100);
    reader.finish();
    reader.feed(Buffer.from('a\nb'), 0, 3);
    expect(() => reader.finish()).toThrow(new WireError('LF at the end of the last line', 'the end after "b"'));
    reader.feed(Buffer.from('\n'), 0, 1);
    reader.finish();
  });
});
