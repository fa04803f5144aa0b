import { comparisonsOf } from '../comparisons.ts';
import type { CompletedCell } from '../delivery-result.ts';
import type { RunDocument } from '../run-document.ts';
import { buildQuickSample } from './quick.ts';

/** Documents for tests, each the golden one with something changed. */

const built = buildQuickSample();

/** A copy of the golden document, to be changed at will. */
export function quickDocument(): RunDocument {
  return structuredClone(built);
}

/** Changes the completed delivery cells of a fresh golden document. */
export function withCells(change: (cell: CompletedCell) => void): RunDocument {
  const document = quickDocument();
  for (const result of document.cells) {
    if (result.outcome === 'completed' && result.cell.kind === 'delivery') change(result as CompletedCell);
  }
  return document;
}

/** A run stopped before its first cell. */
export function emptyDocument(): RunDocument {
  return { ...quickDocument(), status: 'interrupted', calibration: [], cells: [], comparisons: [], warnings: [] };
}

/** A run stopped after two cells, one of them short of trials. */
export function partialDocument(): RunDocument {
  const document = quickDocument();
  const [first, second] = document.cells as [CompletedCell, CompletedCell];
  const trials = second.trials.slice(0, 2);
  const connections = { ...second.connections, opened: second.cell.subscribers * trials.length };
  const cells = [first, { ...second, trials, connections }];
  return { ...document, status: 'interrupted', cells, comparisons: comparisonsOf({ cells }) };
}

/**
 * A cell that lost and repeated events in trial 2, one whose driver was saturated and that theory does not explain, one whose
 * neighbouring events are alike, and packets of a loopback that others use too.
 */
export function doubtfulDocument(): RunDocument {
  const document = withCells((cell) => {
    if (cell.network !== null) {
      Object.assign(cell.network, { scope: 'host', backgroundPacketsPerSec: 40, backgroundBytesPerSec: 9_000 });
    }
    if (cell.cell.transport === 'http-stream') {
      cell.latencyUs.effectiveEvents = 260;
      cell.latencyUs.p99 = null;
    }
    if (cell.cell.transport === 'sse') {
      const faults = { missing: 12, duplicated: 3, outOfOrder: 1, corrupted: 2 };
      Object.assign(cell.deliveries, faults, { delivered: cell.deliveries.delivered - 14 });
      const trial = cell.trials[1];
      if (trial !== undefined) Object.assign(trial.deliveries, faults, { delivered: trial.deliveries.delivered - 14 });
      cell.serverUsage = { cpuUsPerDelivery: null, rssBytes: null, rssBytesPerSubscriber: null };
    }
    if (cell.cell.transport === 'websocket') {
      const advice = 'Use fewer subscribers or a machine with more cores.';
      const check = {
        id: 'driver-utilization',
        severity: 'invalid' as const,
        name: 'the driver had time to spare',
        ok: false,
        value: 97.3,
        limit: 'at most 70 % of the time in the busiest worker; above 95 not valid',
        advice,
      };
      cell.validity = { ok: false, checks: [check] };
      failTheory(cell, 'mean latency', 1500, 'the driver was busy for most of the time');
    }
  });
  document.comparisons = comparisonsOf(document);
  return document;
}

/** Lets a prediction of 1,000 (of its unit, within 100) fail with this measured value and cause. */
export function failTheory(cell: CompletedCell, quantity: string, measured: number, cause: string): void {
  for (const row of cell.theory.filter((each) => each.quantity === quantity)) {
    const failed = { expected: 1000, measured, residual: measured - 1000, tolerance: 100, holds: false };
    Object.assign(row, failed, { causes: [cause] });
  }
}

/** Puts this text into every string that a server, a scenario or a machine could have had a hand in. */
export function withText(hostile: string): RunDocument {
  const document = doubtfulDocument();
  const kept = new Set([
    'kind',
    'status',
    'outcome',
    'transport',
    'histogram',
    'histograms',
    'verdict',
    'scope',
    'severity',
  ]);
  const compared = new Set<string>(document.comparisons.map(({ quantity }) => quantity));
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return kept.has(key) || compared.has(value) ? value : hostile;
    if (Array.isArray(value)) return value.map((item) => replace(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item, name)]));
  };
  return replace(document, '') as RunDocument;
}
