import type { CompletedCell } from './delivery-result.ts';
import { compareCells } from './labels.ts';
import { FRACTION } from './percentiles.ts';
import type { CellComparison, ComparedQuantity, RunDocument } from './run-document.ts';
import { type ComparedCell, comparePairs, percentileCell, scalarCell } from './statistics/compare.ts';
import { latencySample } from './statistics/decode-windows.ts';
import type { LatencySample } from './statistics/latency-sample.ts';
import { BOOTSTRAP_SEED } from './summarize.ts';

/** A cell's part in the comparisons of one quantity; null when it has no value of it. */
type Read = (result: CompletedCell, latencies: LatencySample) => ComparedCell | null;

function percentile(key: 'p50' | 'p99'): Read {
  return ({ cell, latencyUs }, latencies) => {
    const estimate = latencyUs[key];
    if (estimate === null) return null;
    return percentileCell(cell.id, latencies, { fraction: FRACTION[key], value: estimate.value }, BOOTSTRAP_SEED);
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
  'latencyUs.p50': percentile('p50'),
  'latencyUs.p99': percentile('p99'),
  'serverUsage.cpuUsPerDelivery': serverCpu,
};

/**
 * Compares every two valid cells that differ in transport and its options alone, in each quantity. The pairs of one group and
 * quantity are one family for Holm's correction.
 */
export function comparisonsOf(document: Pick<RunDocument, 'cells'>): CellComparison[] {
  return compareCells(document).groups.flatMap((group) => {
    const cells = group.cells
      .filter((result) => result.validity.ok)
      .map((result) => ({ result, latencies: latencySample(result.trials) }));
    return Object.entries(quantities).flatMap(([quantity, read]) => {
      const compared = cells.map(({ result, latencies }) => read(result, latencies)).filter((cell) => cell !== null);
      return comparePairs(compared, BOOTSTRAP_SEED).map((comparison) => ({
        quantity: quantity as ComparedQuantity,
        ...comparison,
      }));
    });
  });
}
