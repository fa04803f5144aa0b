import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeEvent } from './event.ts';
import { History } from './history.ts';

test('holds the newest events within both bounds, and always the newest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat({ max: 30 }), { maxLength: 30 }),
      (historyEvents, historyBytes, sizes) => {
        const history = new History({ historyEvents, historyBytes });
        for (const [index, size] of sizes.entries()) {
          history.append(encodeEvent(index + 1, Buffer.alloc(size, 'x')));
          // The longest end of what came so far that fits.
          let expected = index + 1;
          const bytesFrom = (seq: number) => sizes.slice(seq - 1, index + 1).reduce((sum, each) => sum + each, 0);
          while (
            expected > 1 &&
            index + 2 - (expected - 1) <= historyEvents &&
            bytesFrom(expected - 1) <= historyBytes
          ) {
            expected -= 1;
          }
          expect([history.oldestSeq, history.newestSeq]).toEqual([expected, index + 1]);
          expect(history.at(history.oldestSeq).text).toHaveLength(sizes[expected - 1] as number);
          expect([history.reachesBackTo(expected - 1), history.reachesBackTo(expected - 2)]).toEqual([true, false]);
        }
      },
    ),
  );
});

test('an event is encoded once: text, line and SSE block share their bytes', () => {
  const event = encodeEvent(42, Buffer.from('zwölf'));
  expect(event.text.toString()).toBe('zwölf');
  expect(event.line.toString()).toBe('zwölf\n');
  expect(event.sseBlock.toString()).toBe('id: 42\ndata: zwölf\n\n');
  expect(event.text.buffer).toBe(event.sseBlock.buffer);
  expect(event.line.byteOffset - event.sseBlock.byteOffset).toBe('id: 42\ndata: '.length);
});

test('an event in the history keeps its own bytes alive and nothing else', () => {
  const { sseBlock } = encodeEvent(7, Buffer.from('small'));
  expect(sseBlock.buffer.byteLength).toBe(sseBlock.length);
});
