import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { LatencyData } from './recording/latency.ts';
import { type Measurement, mergeMeasurements } from './recording/measurement.ts';
import type { CompletedCell, PublisherReport, ServerUsage, TrialResult } from './run-document.ts';
import {
  summarizeBatching,
  summarizeBytes,
  summarizeDriver,
  summarizeLatency,
  summarizeRequests,
} from './summarize.ts';
import { judge, judgeTogether } from './validity.ts';

/** A finished trial as it was measured, before any summary. */
export interface TrialRecord {
  trial: number;
  seed: number;
  startedAt: string;
  connectMs: number;
  measurement: Measurement;
  publisher: PublisherReport;
  plannedFeedSha256: string;
  /** Events due in the measure phase. */
  measuredEvents: number;
  serverUsage: {
    /** CPU time over the measure phase; null where the system does not tell. */
    cpuUs: number | null;
    rssBytes: number | null;
    rssBytesPerSubscriber: number | null;
  };
}

function deliveryResult(
  measurement: Measurement,
  measuredEvents: number,
  latencies: { fromDue: LatencyData[]; fromPublished: LatencyData[] },
) {
  const { measure } = measurement.tallies;
  return {
    latencyUs: summarizeLatency(measurement.fromDue, measuredEvents, latencies.fromDue),
    latencyFromPublishedUs: summarizeLatency(measurement.fromPublished, measuredEvents, latencies.fromPublished),
    deliveries: measurement.deliveries,
    bytes: summarizeBytes(measure),
    batching: summarizeBatching(measure),
    connections: measurement.connections,
    requests: summarizeRequests(measurement),
    driverUsage: summarizeDriver(measurement),
  };
}

function serverUsage(records: readonly TrialRecord[]): ServerUsage {
  const cpuUs = records.map((record) => record.serverUsage.cpuUs);
  const deliveries = records.reduce((sum, record) => sum + record.measurement.tallies.measure.deliveries, 0);
  return {
    cpuUsPerDelivery:
      deliveries === 0 || cpuUs.includes(null)
        ? null
        : cpuUs.reduce<number>((sum, us) => sum + (us ?? 0), 0) / deliveries,
    rssBytes: median(records.map((record) => record.serverUsage.rssBytes)),
    rssBytesPerSubscriber: median(records.map((record) => record.serverUsage.rssBytesPerSubscriber)),
  };
}

/** Middle value, the lower of two; null when any is unknown. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length < values.length ? null : (known[Math.floor((known.length - 1) / 2)] ?? null);
}

function worstPublisher(records: readonly TrialRecord[]): PublisherReport {
  const reports = records.map((record) => record.publisher);
  const latenesses = reports.map((report) => report.latenessUs).filter((lateness) => lateness !== null);
  const worst = (key: 'p50' | 'p99' | 'max') => Math.max(...latenesses.map((lateness) => lateness[key]));
  return {
    events: reports.reduce((sum, report) => sum + report.events, 0),
    published: reports.reduce((sum, report) => sum + report.published, 0),
    latenessUs: latenesses.length === 0 ? null : { p50: worst('p50'), p99: worst('p99'), max: worst('max') },
    peakBacklogEvents: Math.max(...reports.map((report) => report.peakBacklogEvents)),
    feedSha256: reports.map((report) => report.feedSha256).join(' '),
  };
}

function trialResult(record: TrialRecord): TrialResult {
  const { measurement, publisher } = record;
  const result = deliveryResult(measurement, record.measuredEvents, { fromDue: [], fromPublished: [] });
  return {
    trial: record.trial,
    seed: record.seed,
    startedAt: record.startedAt,
    connectMs: record.connectMs,
    tallies: measurement.tallies,
    ...result,
    serverUsage: serverUsage([record]),
    publisher,
    validity: judge({ ...result, publisher, plannedFeedSha256: record.plannedFeedSha256 }),
  };
}

/**
 * A cell out of its trials: histograms and counters are merged, ratios are ratios of sums, percentiles come from the
 * merged histogram. Connections opened, failed and opened again are summed, the peak is the highest of any trial; the
 * publisher's lateness is that of the worst trial. Throws a RangeError without trials.
 */
export function mergeTrials(cell: DeliveryCell, phases: Phases, records: readonly TrialRecord[]): CompletedCell {
  const measurements = records.map((record) => record.measurement);
  const merged = mergeMeasurements(measurements);
  const measuredEvents = records.reduce((sum, record) => sum + record.measuredEvents, 0);
  const trials = records.map(trialResult);
  return {
    outcome: 'completed',
    cell,
    phases,
    ...deliveryResult(merged, measuredEvents, {
      fromDue: measurements.map((measurement) => measurement.fromDue),
      fromPublished: measurements.map((measurement) => measurement.fromPublished),
    }),
    connections: {
      ...merged.connections,
      peak: Math.max(...trials.map((trial) => trial.connections.peak)),
    },
    driverUsage: {
      ...summarizeDriver(merged),
      workers: Math.max(...trials.map((trial) => trial.driverUsage.workers)),
      rssBytes: Math.max(...trials.map((trial) => trial.driverUsage.rssBytes)),
    },
    serverUsage: serverUsage(records),
    publisher: worstPublisher(records),
    theory: [],
    validity: judgeTogether(trials.map((trial) => trial.validity)),
    trials,
  };
}
