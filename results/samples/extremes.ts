import type { DeliveryCell } from '../../scenarios/cell.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import type { CompletedCell, LatencyDistribution } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { HdrCounts } from '../recording/hdr-counts.ts';
import { LatencyRecorder } from '../recording/latency.ts';
import { encodeWindows } from '../recording/latency-windows.ts';
import type { CellResult, RunDocument } from '../run-document.ts';
import { quickDocument, withCells, withText } from './variants.ts';

/** Documents at the edges of what a run can write: the report must be true and readable for each of them. */

/** Ends scripts, styles, attributes and comments, and runs something wherever it is taken for markup. */
const HOSTILE = `</script></style></svg><img src=x onerror=alert(1)><script>alert(2)</script>" onload="alert(3)' &amp; <!-- ]]> javascript:alert(4) \u2028\u2029\u0000\ud800${'unbroken'.repeat(20)}`;

/** A hostile text in every string, and in every key that a scenario, a server or a machine may choose. */
export function hostileDocument(): RunDocument {
  const document = withText(HOSTILE);
  document.environment.packages = { [HOSTILE]: HOSTILE };
  for (const { cell, trials, theory } of deliveryCells(document)) {
    Object.assign(cell.serverOptions, { [HOSTILE]: 1 });
    for (const trial of trials) trial.incidents = { [HOSTILE]: 3 };
    for (const row of theory) row.inputs = { [HOSTILE]: 1 };
  }
  return document;
}

function distributionOf(valuesUs: readonly number[], percentiles: boolean): LatencyDistribution {
  const sorted = valuesUs.toSorted((a, b) => a - b);
  const recorder = new LatencyRecorder();
  for (const value of sorted) recorder.record(value);
  const at = (fraction: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] as number;
    return percentiles ? { value, low: value * 0.98, high: value * 1.02 } : null;
  };
  return {
    count: sorted.length,
    negativeCount: 0,
    events: sorted.length,
    effectiveEvents: sorted.length,
    min: sorted[0] as number,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: sorted.at(-1) as number,
    histogram: recorder.data().histogram,
  };
}

function setLatencies(cell: CompletedCell, valuesUs: readonly number[], percentiles: boolean): void {
  const latencies = distributionOf(valuesUs, percentiles);
  Object.assign(cell, { latencyUs: { ...latencies }, latencyFromPublishedUs: { ...latencies } });
  const { histogram: _, ...figures } = latencies;
  const window = new HdrCounts(2);
  for (const value of valuesUs) window.record(value);
  for (const trial of cell.trials) {
    trial.latencyUs = { ...figures };
    trial.latencyFromPublishedUs = { ...figures };
    trial.windows = encodeWindows([valuesUs.length], [window.buckets()]);
  }
}

/** Each cell has so many events, too few for any percentile; the first is one that took 1,234 us. */
function fewEvents(count: number, trials: number): RunDocument {
  const document = withCells((cell) => {
    cell.trials = cell.trials.slice(0, trials);
    const valuesUs = Array.from({ length: count }, (_, event) => 1234 + 100 * event);
    setLatencies(cell, valuesUs, false);
  });
  return { ...document, comparisons: [] };
}

/** A single event. */
export const oneEventDocument = (): RunDocument => fewEvents(1, 1);

/** A run of one second: five events, one trial, no percentile and no interval. */
export function oneSecondDocument(): RunDocument {
  const document = fewEvents(5, 1);
  document.plan.phases = { warmupMs: 0, measureMs: 1000, drainMs: 1000 };
  document.plan.trialsPerCell = 1;
  return document;
}

/** Latencies from 1 us to 60 s in one run, and in one cell. */
export function wideDocument(): RunDocument {
  const highest: Record<TransportId, number> = {
    polling: 60_000_000,
    'long-polling': 2_000_000,
    sse: 30_000,
    'http-stream': 900,
    websocket: 3,
  };
  return withCells((cell) => {
    const ends = Math.log(highest[cell.cell.transport]);
    const lowest = cell.cell.transport === 'polling' ? 0 : ends / 4;
    const count = 5000;
    const valuesUs = Array.from({ length: count }, (_, at) =>
      Math.round(Math.exp(lowest + ((ends - lowest) * at) / (count - 1))),
    );
    setLatencies(cell, valuesUs, true);
  });
}

/** Nothing but SSE. */
export function oneTransportDocument(): RunDocument {
  const document = quickDocument();
  document.cells = deliveryCells(document).filter(({ cell }) => cell.transport === 'sse');
  document.plan.cells = document.cells.map(({ cell }) => cell);
  document.calibration = document.calibration.filter(({ transport }) => transport === 'sse');
  return { ...document, comparisons: [] };
}

/** No cell has a result. */
export function allFailedDocument(): RunDocument {
  const document = quickDocument();
  document.cells = document.cells.map(({ cell }): CellResult => {
    const reason = 'the server ended in the connect phase: exit code 1';
    return { outcome: 'failed', cell, trial: 1, reason, stderrTail: 'Error: listen EADDRINUSE\n' };
  });
  return { ...document, comparisons: [], calibration: [], warnings: [] };
}

/** Nothing to warn of. */
export const soundDocument = (): RunDocument => {
  const document = quickDocument();
  document.cells = deliveryCells(document);
  document.plan.cells = document.cells.map(({ cell }) => cell);
  return { ...document, warnings: [] };
};

/** Every cell failed a check that makes it invalid. */
export function allInvalidDocument(): RunDocument {
  const document = withCells((cell) => {
    const check = {
      id: 'conservation',
      severity: 'invalid' as const,
      name: 'every event arrived once, in order, unaltered',
      ok: false,
      value: 12,
      limit: 'none lost, repeated, out of order or altered',
      advice: 'Run the conformance suite against the server.',
    };
    cell.validity = { ok: false, checks: [check] };
    cell.deliveries = { ...cell.deliveries, delivered: cell.deliveries.delivered - 12, missing: 12 };
  });
  return { ...document, comparisons: [] };
}

/** So many points of a sweep over the subscribers, of all five transports each: one trial a cell, without its windows. */
export function largeSweepDocument(points: number): RunDocument {
  const document = soundDocument();
  const cells = deliveryCells(document);
  for (const result of cells) {
    result.trials = result.trials.slice(0, 1);
    for (const trial of result.trials) trial.windows = encodeWindows([], []);
  }
  const at = (cell: DeliveryCell, point: number): DeliveryCell => {
    const subscribers = 10 * (point + 1);
    return { ...cell, subscribers, id: cell.id.replace(/subscribers=\d+/, `subscribers=${subscribers}`) };
  };
  document.cells = transportIds.flatMap((transport) =>
    cells
      .filter(({ cell }) => cell.transport === transport)
      .flatMap((result) =>
        Array.from({ length: points }, (_, point) => ({ ...result, cell: at(result.cell, point) }) as CompletedCell),
      ),
  );
  document.plan.cells = document.cells.map(({ cell }) => cell);
  return { ...document, comparisons: [] };
}

/** The golden document with every measured number replaced; those of the plan and of the histograms stay. */
export function withNumbers(replacement: (value: number) => number): RunDocument {
  const kept = new Set(['cell', 'phases', 'trial', 'seed', 'windows', 'histogram']);
  const replace = (value: unknown, key: string): unknown => {
    if (kept.has(key)) return value;
    if (typeof value === 'number') return replacement(value);
    if (Array.isArray(value)) return value.map((item) => replace(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item, name)]));
  };
  const document = quickDocument();
  return {
    ...document,
    cells: replace(document.cells, 'cells') as RunDocument['cells'],
    comparisons: replace(document.comparisons, 'comparisons') as RunDocument['comparisons'],
    calibration: replace(document.calibration, 'calibration') as RunDocument['calibration'],
  };
}

/** The golden document with null for every measured number that may be unknown. */
export function unknownDocument(): RunDocument {
  return withCells((cell) => {
    for (const result of [cell, ...cell.trials]) {
      result.bytes = { ...result.bytes, overheadPerDelivery: null, ipPerDelivery: null };
      result.batching = { eventsPerEnvelope: null, eventsPerRead: null, eventsPerWrite: null };
      result.connections = { ...result.connections, kernelOpen: null };
      result.requests = { ...result.requests, perDelivery: null, latenessUs: null, responseUs: null };
      result.serverUsage = { cpuUsPerDelivery: null, rssBytes: null, rssBytesPerSubscriber: null };
      result.driverUsage = { ...result.driverUsage, cpuUsPerDelivery: null };
      result.subscription = { ...result.subscription, firstDeliveryUs: null, serverCpuUsPerSubscriberSec: null };
      result.publisher = { ...result.publisher, offeredLoadRatio: null, latenessUs: null };
      result.network = null;
    }
    for (const trial of cell.trials) Object.assign(trial, { machine: null, quietEvents: null });
    cell.theory = [];
  });
}
