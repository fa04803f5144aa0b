import { expect, test } from 'vitest';
import type { CompletedCell } from '../delivery-result.ts';
import { capacitySearchDocument } from '../samples/capacity-search.ts';
import { doubtfulDocument, quickDocument, withText } from '../samples/variants.ts';
import { cellMetrics } from './cell-metrics.ts';
import { toCsv } from './csv.ts';
import { readCsv } from './fixtures/read-csv.ts';

const document = quickDocument();
const rows = readCsv(toCsv([document]));

test('every figure of every cell and trial is there, as it stands in the document', () => {
  const cells = document.cells.filter(
    (result): result is CompletedCell => result.outcome === 'completed' && 'latencyUs' in result,
  );
  for (const result of cells) {
    for (const [trial, of] of [['all', result] as const, ...result.trials.map((each) => [each.trial, each] as const)]) {
      const found = rows.filter((row) => row['cell'] === result.cell.id && row['trial'] === String(trial));
      expect(found.map((row) => [row['metric'], row['value'], row['low'], row['high']])).toEqual(
        cellMetrics(of).map(({ name, value, low, high }) => [name, ...[value, low, high].map((v) => String(v ?? ''))]),
      );
    }
  }
  const p99 = rows.find(
    (row) => row['transport'] === 'sse' && row['metric'] === 'latencyUs.p99' && row['trial'] === 'all',
  );
  const sse = cells.find(({ cell }) => cell.transport === 'sse');
  expect(p99).toMatchObject({
    run: document.id,
    unit: 'us',
    value: String(sse?.latencyUs.p99?.value),
    low: String(sse?.latencyUs.p99?.low),
    n: String(sse?.latencyUs.events),
    subscribers: '100',
    outcome: 'completed',
    valid: 'true',
  });
});

test('no figure of a cell is forgotten', () => {
  const [first] = document.cells as [CompletedCell];
  const isFigure = (value: unknown) =>
    typeof value === 'number' || (typeof value === 'object' && value !== null && 'value' in value);
  const figures = (value: object, path: string): string[] =>
    Object.entries(value).flatMap(([key, of]) => {
      if (isFigure(of)) return [`${path}${key}`];
      return typeof of === 'object' && of !== null && !Array.isArray(of) ? figures(of, `${path}${key}.`) : [];
    });
  const { cell: _, phases: __, ...result } = first;
  const names = cellMetrics(first).map(({ name }) => name);
  expect(figures(result, '').filter((name) => !names.includes(name as never))).toEqual([]);
  expect(names.length).toBeGreaterThan(90);
});

test('cells without a result have a line that says so, and cells that are not valid are marked', () => {
  const found = rows.filter((row) => row['outcome'] !== 'completed');
  expect(found.map((row) => [row['outcome'], row['server'], row['metric'], row['value']])).toEqual([
    ['failed', 'minimal', '', ''],
    ['skipped', 'go', '', ''],
  ]);
  const doubtful = readCsv(toCsv([doubtfulDocument()]));
  const invalid = doubtful.filter((row) => row['trial'] === 'all' && row['valid'] === 'false');
  expect(new Set(invalid.map((row) => row['transport']))).toEqual(new Set(['websocket']));
});

test('the request ceiling and searches for capacities have lines of their own', () => {
  const ceiling = rows.filter((row) => row['metric'] === 'requestsPerSec');
  expect(ceiling.map((row) => row['trial'])).toEqual(['all', '1', '2', '3']);
  expect(ceiling[0]?.['options']).toBe('connections=32;durationMs=2000');
  const search = capacitySearchDocument();
  const found = readCsv(toCsv([search]));
  const probes = found.filter((row) => row['metric'] === 'probe.held');
  expect(probes).toHaveLength(search.capacitySearch?.searches.flatMap((each) => each.probes).length ?? 0);
});

test('several runs follow one another', () => {
  const other = { ...quickDocument(), id: 'other' };
  const both = readCsv(toCsv([document, other]));
  expect(both.filter((row) => row['run'] === 'other')).toHaveLength(rows.length);
  expect(both).toHaveLength(2 * rows.length);
});

test('a hostile text stays one field, and no formula', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', 'a","b\r\n"c', '\t=1']) {
    const hostile = readCsv(toCsv([withText(text)]));
    for (const row of hostile) expect(row['run']).toBe(/^[=+\-@\t]/.test(text) ? `'${text}` : text);
  }
});
