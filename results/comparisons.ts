import { compareCells } from './labels.ts';
import type { CellComparison, ComparedQuantity, CompletedCell, RunDocument } from './run-document.ts';
import { type ComparedCell, comparePairs, percentileCell, scalarCell } from './statistics/compare.ts';
import { latencySample } from './statistics/latency-sample.ts';
import { BOOTSTRAP_SEED } from './summarize.ts';

/** A cell's part in the comparisons of one quantity; null when it has no value of it. */
type Read = (result: CompletedCell) => ComparedCell | null;

function percentile(key: 'p50' | 'p99', fraction: number): Read {
  return ({ cell, latencyUs, trials }) => {
    const estimate = latencyUs[key];
    if (estimate === null) return null;
    return percentileCell(cell.id, latencySample(trials), { fraction, value: estimate.value }, BOOTSTRAP_SEED);
  };
}

const serverCpu: Read = ({ cell, serverUsage, trials }) => {
  const known = trials.flatMap(({ trial, serverUsage: { cpuUsPerDelivery } }) =>
    cpuUsPerDelivery === null ? [] : [{ trial, value: cpuUsPerDelivery }],
  );
  return serverUsage.cpuUsPerDelivery === null || known.length === 0
    ? null
    : scalarCell(cell.id, serverUsage.cpuUsPerDelivery, known);
};

const quantities: Record<ComparedQuantity, Read> = {
  'latencyUs.p50': percentile('p50', 0.5),
  'latencyUs.p99': percentile('p99', 0.99),
  'serverUsage.cpuUsPerDelivery': serverCpu,
};

/**
 * Compares every two valid cells that differ in transport and its options alone, in each quantity. The pairs of one group and
 * quantity are one family for Holm's correction.
 */
export function comparisonsOf(document: Pick<RunDocument, 'cells'>): CellComparison[] {
  return compareCells(document).groups.flatMap(({ cells }) =>
    Object.entries(quantities).flatMap(([quantity, read]) => {
      const compared = cells
        .filter((result) => result.validity.ok)
        .map(read)
        .filter((cell) => cell !== null);
      return comparePairs(compared, BOOTSTRAP_SEED).map((comparison) => ({
        quantity: quantity as ComparedQuantity,
        ...comparison,
      }));
    }),
  );
}
