import { expect, test } from 'vitest';
import { quickDocument, withText } from '../../samples/variants.ts';
import { readCsv } from '../fixtures/read-csv.ts';
import { comparisonToCsv } from './csv.ts';
import { judged, regress, websocketId, wholeDocument } from './fixtures/judged.ts';

const { comparison } = judged(wholeDocument(), wholeDocument(regress));
const rows = readCsv(comparisonToCsv(comparison));
const exact = (value: number | null | undefined) => String(value ?? '');

test('a line for each metric of each cell, with every figure as it stands in the comparison', () => {
  for (const { id, changes } of comparison.cells) {
    const found = rows.filter((row) => row['cell'] === id && row['metric'] !== '');
    expect(
      found.map(({ metric, base, head, ratio, low, high, p, adjustedP, verdict, baseN, headN }) => [
        metric,
        base,
        head,
        ratio,
        low,
        high,
        p,
        adjustedP,
        verdict,
        baseN,
        headN,
      ]),
    ).toEqual(
      changes.map((change) => [
        change.metric.key,
        ...[change.base, change.head, change.ratio?.value, change.ratio?.low, change.ratio?.high].map(exact),
        ...[change.p, change.adjustedP].map(exact),
        change.verdict ?? '',
        ...change.trials.map(String),
      ]),
    );
  }
  const overhead = rows.find((row) => row['cell'] === websocketId && row['metric'] === 'bytes.overheadPerDelivery');
  expect(overhead).toMatchObject({ transport: 'websocket', subscribers: '100', unit: 'B', verdict: 'worse' });
  expect(Number(overhead?.['delta'])).toBeCloseTo(1, 9);
});

test('a cell without a pair of results has one line, whose states say why', () => {
  const { comparison: incomplete } = judged(quickDocument(), quickDocument());
  const found = readCsv(comparisonToCsv(incomplete)).filter((row) => row['metric'] === '');
  expect(found.map(({ server, baseState, headState }) => [server, baseState, headState])).toEqual([
    ['minimal', 'failed', 'failed'],
    ['go', 'skipped', 'skipped'],
    ['fastify', 'ceiling', 'ceiling'],
  ]);
});

test('a hostile text stays one field, and no formula', () => {
  const head = withText('=cmd|"a",\r\nb');
  const hostile = readCsv(comparisonToCsv(judged(quickDocument(), head).comparison));
  expect(new Set(hostile.map((row) => row['headRun']))).toEqual(new Set([`'=cmd|"a",\r\nb`]));
});
