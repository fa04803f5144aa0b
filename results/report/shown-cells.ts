import { compareCells } from '../labels.ts';
import { formatCount, formatNumberOf } from '../numbers.ts';
import type { CellResult, RunDocument } from '../run-document.ts';
import { drawnCells, drawnGroups } from './charts/drawn-groups.ts';

/** More would be a page that nobody reads, and that browsers take long to open. */
const MOST_CELLS = 200;

/** A document with as many cells as a page has room for, and what was left out, in words; null when nothing was. */
export interface ShownCells {
  document: RunDocument;
  note: string | null;
}

/**
 * Of a document with very many cells those to be shown one by one: whole groups of cells that may be compared, evenly
 * spaced from the first to the last, and the first cells without a result. Any other document is returned as it is.
 */
export function shownCells(document: RunDocument, most = MOST_CELLS): ShownCells {
  if (document.cells.length <= most) return { document, note: null };
  const comparison = compareCells(document);
  const measured = comparison.groups.flatMap(({ cells }) => cells);
  const largest = comparison.groups.reduce((size, { cells }) => Math.max(size, cells.length), 1);
  const { groups } = drawnGroups(comparison, Math.max(2, Math.floor(most / largest)));
  const room = Math.floor(most / Math.max(1, groups.length));
  const shown = new Set<CellResult>(groups.flatMap((group) => drawnCells(group, room).group.cells));
  const all = new Set<CellResult>(measured);
  const others = document.cells.filter((result) => !all.has(result));
  const shownOthers = new Set(others.slice(0, most));
  const ids = new Set([...shown].map(({ cell }) => cell.id));
  const parts = [
    ...(shown.size < measured.length
      ? [
          `${formatCount(shown.size)} of the ${formatNumberOf(measured.length, 'cell')} with a result, evenly spaced from the first to the last`,
        ]
      : []),
    ...(shownOthers.size < others.length
      ? [`the first ${formatCount(shownOthers.size)} of the ${formatNumberOf(others.length, 'other cell')}`]
      : []),
  ];
  return {
    document: {
      ...document,
      cells: document.cells.filter((result) => shown.has(result) || shownOthers.has(result)),
      comparisons: document.comparisons.filter(({ a, b }) => ids.has(a) && ids.has(b)),
    },
    note:
      parts.length === 0
        ? null
        : `This run has ${formatNumberOf(document.cells.length, 'cell')}, too many for one page. Tables and charts show ${parts.join(', and ')}; the others are left out. The answer, the verdict and the findings are about all of them, and the run document has all: npm run bench -- report RUN.json --format csv.`,
  };
}
