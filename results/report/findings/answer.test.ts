import { expect, test } from 'vitest';
import { sweepDocument } from '../../samples/sweeps.ts';
import { emptyDocument, quickDocument, withCells } from '../../samples/variants.ts';
import { answerSentences } from './answer.ts';

const texts = (...args: Parameters<typeof answerSentences>) =>
  answerSentences(...args).map(({ lead, rest }) => lead + rest);

test('one group: latency, bytes and processor time, a sentence each', () => {
  expect(texts(quickDocument())).toMatchInlineSnapshot(`
    [
      "websocket delivered soonest, in the median: 856 us. Compared with websocket: http-stream 1.22 times (1.19 to 1.25), sse 1.24 times (1.21 to 1.26), long-polling 2.92 times (2.86 to 2.98) and polling 147 times (143 to 150) as late.",
      "websocket took the fewest bytes beside the events themselves: 4.00 B per delivery; the most, 247 B, 61.6 times as many, took long-polling.",
      "polling cost the server the least processor time per delivery: 8.47 us. Compared with polling: websocket 1.37 times (1.34 to 1.39), http-stream 1.65 times (1.63 to 1.67), sse 1.68 times (1.65 to 1.72) and long-polling 3.95 times (3.88 to 4.02) as much.",
    ]
  `);
});

test('a sweep: who delivers soonest at both ends, and the bytes at the last', () => {
  expect(texts(sweepDocument())).toMatchInlineSnapshot(`
    [
      "With 100 subscribers, websocket delivered soonest, in the median: 856 us. Compared with websocket: http-stream 1.22 times (1.19 to 1.25), sse 1.24 times (1.21 to 1.26), long-polling 2.92 times (2.86 to 2.98) and polling 147 times (143 to 150) as late.",
      "With 2,000 subscribers, websocket delivered soonest, in the median: 17.1 ms. Compared with websocket: http-stream 1.22 times (1.19 to 1.25), sse 1.24 times (1.21 to 1.27), long-polling 2.92 times (2.85 to 2.98) and polling 7.33 times (7.14 to 7.53) as late.",
      "With 2,000 subscribers, websocket took the fewest bytes beside the events themselves: 4.00 B per delivery; the most, 247 B, 61.6 times as many, took long-polling.",
    ]
  `);
});

test('a difference that no verdict decided is not claimed', () => {
  const document = quickDocument();
  const { comparisons } = document;
  for (const comparison of comparisons) {
    if (!`${comparison.a} ${comparison.b}`.includes('polling')) comparison.verdict = 'undecided';
  }
  const [some = ''] = texts(document);
  expect(some).toMatch(
    /^websocket, http-stream and sse delivered soonest, in the median: .* not all told apart by these trials\. Compared/,
  );
  for (const comparison of comparisons) comparison.verdict = 'undecided';
  expect(texts(document)[0]).toBe(
    'These trials do not tell who delivers soonest, in the median: 856 us (websocket) to 126 ms (polling).',
  );
  for (const comparison of comparisons) comparison.verdict = 'same';
  expect(texts(document)[0]).toBe(
    'All delivered equally soon, in the median and within 5 %: 856 us (websocket) to 126 ms (polling).',
  );
  for (const comparison of comparisons) comparison.verdict = 'undecided';
  for (const cell of document.cells) if (cell.outcome === 'completed' && 'trials' in cell) cell.trials.length = 4;
  expect(texts(document)[0]).toContain(
    ' With 4 trials no difference between 5 cells can be shown, however large; 6 are',
  );
});

test('cells that are not valid, or did not deliver everything, are not in the answer', () => {
  const document = withCells((result) => {
    if (result.cell.transport === 'websocket') result.validity = { ...result.validity, ok: false };
    if (result.cell.transport === 'polling') result.deliveries.missing = 1;
  });
  expect(texts(document).join(' ')).not.toMatch(/websocket|[^-]polling/);
});

test('without a completed cell there is no answer', () => {
  expect(texts(emptyDocument())).toEqual([]);
});
