import { expect, test } from 'vitest';
import { deliveryCells } from '../labels.ts';
import type { CellResult } from '../run-document.ts';
import { allFailedDocument, largeSweepDocument } from '../samples/extremes.ts';
import { sweepDocument } from '../samples/sweeps.ts';
import { shownCells } from './shown-cells.ts';

test('a document that a page has room for is shown whole', () => {
  const document = largeSweepDocument(40);
  expect(shownCells(document)).toEqual({ document, note: null });
});

test('of ten thousand cells whole groups are shown, from the first to the last, and it is said', () => {
  const document = largeSweepDocument(2000);
  const { document: shown, note } = shownCells(document);
  const subscribers = [...Map.groupBy(deliveryCells(shown), ({ cell }) => cell.subscribers)];
  expect(shown.cells).toHaveLength(200);
  expect(subscribers.every(([, cells]) => cells.length === 5)).toBe(true);
  expect(subscribers.map(([count]) => count)).toEqual(expect.arrayContaining([10, 20_000]));
  expect(note).toMatch(/^This run has 10,000 cells, .* show 200 of the 10,000 cells with a result/);
});

test('cells that failed are counted, and of very many only the first are shown', () => {
  const document = allFailedDocument();
  const [failed] = document.cells as [CellResult];
  document.cells = Array.from({ length: 500 }, () => structuredClone(failed));
  const { document: shown, note } = shownCells(document);
  expect(shown.cells).toHaveLength(200);
  expect(note).toContain('show the first 200 of the 500 other cells; the others are left out');
});

test('comparisons of cells that are left out are left out', () => {
  const document = sweepDocument();
  const { document: shown } = shownCells(document, 10);
  const ids = deliveryCells(shown).map(({ cell }) => cell.id);
  expect(ids).toHaveLength(10);
  expect(shown.comparisons.length).toBeGreaterThan(0);
  expect(shown.comparisons.length).toBeLessThan(document.comparisons.length);
  for (const { a, b } of shown.comparisons) expect(ids).toEqual(expect.arrayContaining([a, b]));
});
