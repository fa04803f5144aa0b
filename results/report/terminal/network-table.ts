import type { CompletedCell } from '../../delivery-result.ts';
import { resultLabels } from '../../labels.ts';
import { countedCells, NETWORK_TITLE, networkColumns, networkReading, retransmissionNote } from '../network-columns.ts';
import { type Paint, paragraph } from './paint.ts';
import { keyColumns } from './result-tables.ts';
import { layoutTable } from './table.ts';

/** Packets and IP bytes per delivery; nothing where they could not be counted. */
export function networkTable(results: CompletedCell[], width: number, paint: Paint): string[][] {
  const cells = countedCells(results);
  if (cells.length === 0) return [];
  const blocks = layoutTable(
    keyColumns(cells.map(({ result }) => result)),
    networkColumns(cells).map(({ title, unit, cells: texts }) => ({
      heading: [title, unit],
      cells: texts,
      align: 'decimal',
    })),
    width,
  );
  const tables = blocks.map((block) => [...block.heading.map((line) => paint('bold', line)), ...block.rows]);
  const labels = resultLabels(results);
  const note = retransmissionNote(cells, ({ cell }) => labels.get(cell.id) ?? cell.id);
  return [
    [paint('bold', NETWORK_TITLE), ...paragraph(networkReading(cells), width)],
    ...tables,
    note === null ? [] : paragraph(note, width, 2),
  ];
}
