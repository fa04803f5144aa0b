import { CapacitySearch } from '../capacity/capacity-search.ts';
import type {
  CapacityAxis,
  CapacityProbe,
  CapacitySearchResult,
  Objective,
  ProbeMeasurement,
} from '../capacity/capacity-search-section.ts';
import { answerOf } from '../capacity/limits.ts';
import type { CompletedCell } from '../delivery-result.ts';
import type { RunDocument } from '../run-document.ts';
import { quickDocument } from './variants.ts';

/*
 * Documents of runs with --find-capacity, made by real searches against modelled servers: the figures are modelled and not
 * measured.
 */

export const objective: Objective = { text: 'p99 < 50ms', conditions: [{ percentile: 'p99', belowUs: 50_000 }] };

/** A measurement in which nothing was at its limit. */
export function quietMeasurement(more: Partial<ProbeMeasurement> = {}): ProbeMeasurement {
  const [cell] = quickDocument().cells as [CompletedCell];
  return {
    latencyUs: { ...cell.latencyUs, p99: { value: 12_000, low: null, high: null } },
    deliveries: cell.deliveries,
    connections: { opened: 100, openAtFeed: 100, kernelOpen: 100, peak: 100, failed: 0, reconnected: 0 },
    failedRequests: 0,
    publisher: cell.publisher,
    serverCores: 0.4,
    serverProcesses: 1,
    driverCores: 0.3,
    driverWorkers: 1,
    driverUtilization: 0.3,
    machine: { cores: 4, idleCores: 2.9, ownCores: 0.8, otherCores: 0.1, stolenCores: 0, acceptQueueOverflows: 0 },
    ...more,
  };
}

/** A probe that holds, unless the changes say otherwise. */
export function probe(value: number, more: Partial<CapacityProbe> = {}): CapacityProbe {
  return {
    value,
    purpose: 'search',
    seed: 7,
    startedAt: '2026-11-21T09:00:00.000Z',
    measureMs: 5_000,
    held: true,
    reasons: [],
    measured: quietMeasurement(),
    ...more,
  };
}

/** How a modelled server behaves above its capacity. */
interface SampleServer {
  holdsUpTo: number;
  reasons: string[];
  /** Null: the trial fails. */
  above: Partial<ProbeMeasurement> | null;
  highest?: number;
  /** The search is interrupted after so many probes. */
  probes?: number;
}

function searchResult(cellIndex: number, axis: CapacityAxis, server: SampleServer): CapacitySearchResult {
  const { cell } = quickDocument().cells[cellIndex] as CompletedCell;
  const range = { start: axis === 'rate' ? 50 : 100, lowest: 1, highest: server.highest ?? 100_000 };
  const search = new CapacitySearch({ ...range, round: Math.round });
  const probes: CapacityProbe[] = [];
  while (search.next !== null && probes.length < (server.probes ?? 1_000)) {
    const { value, purpose } = search.next;
    const held = value <= server.holdsUpTo;
    const measured = held ? quietMeasurement() : server.above && quietMeasurement(server.above);
    probes.push(probe(value, { purpose, held, reasons: held ? [] : server.reasons, measured }));
    search.record(held);
  }
  return { axis, cell, range, ...answerOf(search.state, probes, objective), probes };
}

/** One search of each kind of answer. */
export function capacitySearchDocument(): RunDocument {
  const quick = quickDocument();
  const machine = {
    cores: 2,
    idleCores: 0.05,
    ownCores: 1.7,
    otherCores: 0.1,
    stolenCores: 0,
    acceptQueueOverflows: 0,
  };
  const searches: CapacitySearchResult[] = [
    {
      axis: 'rate',
      cell: (quick.cells[0] as CompletedCell).cell,
      range: { start: 50, lowest: 1, highest: 100_000 },
      answer: { kind: 'skipped', reason: 'events wait for the next poll' },
      limits: [],
      probes: [],
    },
    searchResult(1, 'rate', { holdsUpTo: 260, reasons: ['p99 183 ms'], above: { serverCores: 0.98, machine } }),
    searchResult(2, 'rate', {
      holdsUpTo: 1_000,
      reasons: ['p99 95.2 ms', '12 missing'],
      above: { serverCores: 0.7, driverUtilization: 0.84, machine },
    }),
    searchResult(3, 'rate', { holdsUpTo: 1_300, reasons: ['p99 95.2 ms'], above: { serverCores: 0.7, machine } }),
    searchResult(4, 'rate', { holdsUpTo: 1e9, reasons: [], above: {}, highest: 800 }),
    searchResult(1, 'subscribers', {
      holdsUpTo: 0,
      reasons: ['the server ended in the connect phase: exit code 1'],
      above: null,
    }),
    searchResult(2, 'subscribers', { holdsUpTo: 700, reasons: ['p99 88.0 ms'], above: {} }),
    searchResult(4, 'subscribers', { holdsUpTo: 700, reasons: ['p99 88.0 ms'], above: {}, probes: 4 }),
  ];
  return {
    ...quick,
    id: '2026-11-21T09-00-00Z-capacity',
    cells: [],
    plan: { ...quick.plan, trials: [], trialsPerCell: 1 },
    warnings: [],
    capacitySearch: { objective, confirmations: 3, precisionRatio: 1.1, searches },
  };
}
