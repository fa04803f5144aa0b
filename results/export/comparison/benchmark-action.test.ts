import { expect, test } from 'vitest';
import { metrics } from '../../compare/metrics.ts';
import { deliveryCells } from '../../labels.ts';
import { significant } from '../../numbers.ts';
import { doubtfulDocument, quickDocument } from '../../samples/variants.ts';
import { comparisonToBenchmarkAction } from './benchmark-action.ts';
import { judged, regress, websocketId, wholeDocument } from './fixtures/judged.ts';

const entries = (...documents: Parameters<typeof judged>): Record<string, unknown>[] =>
  JSON.parse(comparisonToBenchmarkAction(judged(...documents).comparison));

test('the figures of the head, with units, intervals and trials, under names that are the same in every run', () => {
  const head = wholeDocument(regress);
  const found = entries(wholeDocument(), head);
  const cell = deliveryCells(head).find(({ cell: { id } }) => id === websocketId);
  const p99 = cell?.latencyUs.p99 as { value: number; low: number; high: number };
  expect(found).toContainEqual({
    name: `${websocketId}: Latency, p99`,
    unit: 'us',
    value: p99.value,
    range: `${significant(p99.low, 5)} to ${significant(p99.high, 5)}`,
    extra: '6 trials',
  });
  const overhead = cell?.bytes.overheadPerDelivery;
  expect(found).toContainEqual({
    name: `${websocketId}: Overhead per delivery`,
    unit: 'B',
    value: overhead,
    extra: '6 trials',
  });
  expect(found).toContainEqual({ name: `${websocketId}: Missing deliveries`, unit: '', value: 1, extra: '6 trials' });
  // Of connections each trial's, as they are compared.
  expect(found).toContainEqual(
    expect.objectContaining({ name: `${websocketId}: Connections opened per trial`, value: 100 }),
  );
  expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
});

test('every metric is there for a cell that knows them all, and none of which nothing may be said', () => {
  const names = entries(wholeDocument(), wholeDocument()).map(({ name }) => String(name));
  const own = names.filter((name) => name.startsWith(websocketId)).map((name) => name.slice(websocketId.length + 2));
  // Of a hundred subscribers memory says little.
  const doubtful = 'Server memory per subscriber';
  expect(own).toEqual(metrics.map(({ title }) => title).filter((title) => title !== doubtful));
});

test('cells that are not valid, failed or unknown to the head are left out; new ones are there', () => {
  const names = entries(wholeDocument(), doubtfulDocument()).map(({ name }) => String(name));
  expect(names.some((name) => name.startsWith(websocketId))).toBe(false);
  expect(names.some((name) => name.startsWith('minimal/') || name.startsWith('go/'))).toBe(false);
  const empty = { ...quickDocument(), cells: [], status: 'interrupted' as const };
  expect(entries(empty, wholeDocument())).toHaveLength(entries(wholeDocument(), wholeDocument()).length);
  expect(entries(wholeDocument(), empty)).toEqual([]);
});
