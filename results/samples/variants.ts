import type { CompletedCell, RunDocument } from '../run-document.ts';
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
  return { ...quickDocument(), status: 'interrupted', cells: [], warnings: [] };
}

/** A run stopped after two cells, one of them short of trials. */
export function partialDocument(): RunDocument {
  const document = quickDocument();
  const [first, second] = document.cells as [CompletedCell, CompletedCell];
  const trials = second.trials.slice(0, 2);
  const connections = { ...second.connections, opened: second.cell.subscribers * trials.length };
  return { ...document, status: 'interrupted', cells: [first, { ...second, trials, connections }] };
}

/** A cell that lost and repeated events in trial 2, and one whose driver was saturated. */
export function doubtfulDocument(): RunDocument {
  return withCells((cell) => {
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
        name: 'driver-saturation',
        ok: false,
        value: 0.93,
        limit: 'event loop utilization at most 0.7',
        advice,
      };
      cell.validity = { ok: false, checks: [check] };
    }
  });
}

/** Puts this text into every string that a server, a scenario or a machine could have had a hand in. */
export function withText(hostile: string): RunDocument {
  const document = doubtfulDocument();
  const kept = new Set(['kind', 'status', 'outcome', 'transport', 'histogram']);
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return kept.has(key) ? value : hostile;
    if (Array.isArray(value)) return value.map((item) => replace(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item, name)]));
  };
  return replace(document, '') as RunDocument;
}
