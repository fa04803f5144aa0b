import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { PublisherResult } from '../servers/contract/publisher.ts';
import { type LatencyData, mergeLatencies } from './recording/latency.ts';
import { type Measurement, mergeMeasurements } from './recording/measurement.ts';
import type { CompletedCell, PublisherReport, ServerUsage, TrialResult } from './run-document.ts';
import { medianCost, subscriptionCost } from './subscription-cost.ts';
import {
  median,
  summarizeBatching,
  summarizeBytes,
  summarizeDriver,
  summarizeLatency,
  summarizeLateness,
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
  publisher: PublisherResult;
  /** published - due of the events due in the measure phase. */
  publisherLateness: LatencyData;
  plannedFeedSha256: string;
  /** Events due in the measure phase. */
  measuredEvents: number;
  serverUsage: {
    processes: number;
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

/** The publishers of one or more trials. */
function publisherReport(records: readonly TrialRecord[]): PublisherReport {
  const results = records.map((record) => record.publisher);
  return {
    events: results.reduce((sum, result) => sum + result.events, 0),
    published: results.reduce((sum, result) => sum + result.published, 0),
    latenessUs: summarizeLateness(mergeLatencies(records.map((record) => record.publisherLateness)).data()),
    peakBacklogEvents: Math.max(...results.map((result) => result.peakBacklogEvents)),
    feedSha256: results.map((result) => result.feedSha256).join(' '),
    stoppedBecause: results.find((result) => result.stoppedBecause !== null)?.stoppedBecause ?? null,
  };
}

function trialResult(cell: DeliveryCell, phases: Phases, record: TrialRecord): TrialResult {
  const { measurement } = record;
  const publisher = publisherReport([record]);
  const result = deliveryResult(measurement, record.measuredEvents, { fromDue: [], fromPublished: [] });
  return {
    trial: record.trial,
    seed: record.seed,
    startedAt: record.startedAt,
    connectMs: record.connectMs,
    tallies: measurement.tallies,
    incidents: measurement.incidents,
    ...result,
    serverUsage: serverUsage([record]),
    subscription: subscriptionCost(cell, phases, record),
    publisher,
    validity: judge({ ...result, publisher, plannedFeedSha256: record.plannedFeedSha256 }),
  };
}

/**
 * A cell out of its trials: histograms and counters are merged, ratios are ratios of sums, percentiles come from the
 * merged histogram. Connections opened, failed and opened again are summed, the peak is the highest of any trial. Throws a RangeError without trials.
 */
export function mergeTrials(cell: DeliveryCell, phases: Phases, records: readonly TrialRecord[]): CompletedCell {
  const measurements = records.map((record) => record.measurement);
  const merged = mergeMeasurements(measurements);
  const measuredEvents = records.reduce((sum, record) => sum + record.measuredEvents, 0);
  const trials = records.map((record) => trialResult(cell, phases, record));
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
    subscription: medianCost(trials.map((trial) => trial.subscription)),
    publisher: publisherReport(records),
    theory: [],
    validity: judgeTogether(trials.map((trial) => trial.validity)),
    trials,
  };
}
