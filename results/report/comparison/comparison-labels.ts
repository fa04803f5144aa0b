import type { DeliveryCell } from '../../../scenarios/cell.ts';
import { cellLabels, deliveryCells } from '../../labels.ts';
import type { RunDocument } from '../../run-document.ts';

const isDelivery = (cell: RunDocument['plan']['cells'][number]): cell is DeliveryCell => cell.kind === 'delivery';

function labelsOf(cells: readonly DeliveryCell[]): Map<string, string> {
  return cellLabels([...new Map(cells.map((cell) => [cell.id, cell])).values()]);
}

/**
 * Short names of the delivery cells of several runs, by id. Cells with results are named by what distinguishes them from
 * each other; those without, by what distinguishes them from all.
 */
export function labelsOfRuns(documents: readonly RunDocument[]): Map<string, string> {
  const all = documents.flatMap(({ plan, cells }) => [...plan.cells, ...cells.map(({ cell }) => cell)]);
  const measured = documents.flatMap((document) => deliveryCells(document).map(({ cell }) => cell));
  return new Map([...labelsOf(all.filter(isDelivery)), ...labelsOf(measured)]);
}
