import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { PublisherResult } from '../servers/contract/publisher.ts';
import type { ResponseHeads } from '../servers/contract/ready.ts';
import { addNetworkCounts, type KernelCounts, networkCounts } from './network.ts';
import { type LatencyData, mergeLatencies } from './recording/latency.ts';
import { type Measurement, mergeMeasurements, type TrialMeasurement } from './recording/measurement.ts';
import type {
  CompletedCell,
  Connections,
  DeliveryResult,
  MachineUsage,
  NetworkCounts,
  PublisherReport,
  ServerUsage,
  TrialResult,
} from './run-document.ts';
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
import { measuredDueUs } from './theory/feed-schedule.ts';
import { quietEvents } from './theory/quiet-events.ts';
import { theoryRows } from './theory/theory.ts';
import { judgeCell, judgeTrial } from './validity/judge.ts';

/** A finished trial as it was measured, before any summary. */
export interface TrialRecord {
  trial: number;
  seed: number;
  startedAt: string;
  connectMs: number;
  authority: string;
  /** Declared by the server; null when it declares none. */
  responseHeads: ResponseHeads | null;
  measurement: TrialMeasurement;
  publisher: PublisherResult;
  /** published - due of the events due in the measure phase. */
  publisherLateness: LatencyData;
  plannedFeedSha256: string;
  /** Events due in the measure phase. */
  measuredEvents: number;
  /** See PublisherReport. */
  offeredLoadRatio: number | null;
  /** Null where the system does not tell. */
  kernel: KernelCounts | null;
  kernelOpen: number | null;
  machine: MachineUsage | null;
  serverUsage: {
    processes: number;
    /** CPU time over the measure phase; null where the system does not tell. */
    cpuUs: number | null;
    /** Write system calls over the measure phase, all processes; null likewise. */
    writeCalls: number | null;
    rssBytes: number | null;
    rssBytesPerSubscriber: number | null;
  };
}

/** Parts of a result that follow from a measurement alone, of a trial or of several merged. */
type Measured = Pick<
  DeliveryResult,
  'latencyUs' | 'latencyFromPublishedUs' | 'deliveries' | 'bytes' | 'batching' | 'requests' | 'driverUsage' | 'network'
>;

function measured(measurement: Measurement, records: readonly TrialRecord[], network: NetworkCounts | null): Measured {
  const { measure } = measurement.tallies;
  const events = records.reduce((sum, record) => sum + record.measuredEvents, 0);
  return {
    latencyUs: summarizeLatency(
      measurement.fromDue,
      events,
      records.map((record) => ({ trial: record.trial, windows: record.measurement.windows })),
    ),
    latencyFromPublishedUs: summarizeLatency(measurement.fromPublished, events, []),
    deliveries: measurement.deliveries,
    bytes: summarizeBytes(measure, network),
    batching: summarizeBatching(measure, sumOrNull(records.map((record) => record.serverUsage.writeCalls))),
    requests: summarizeRequests(measurement),
    driverUsage: summarizeDriver(measurement),
    network,
  };
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0);
}

function serverUsage(records: readonly TrialRecord[]): ServerUsage {
  const cpuUs = sumOrNull(records.map((record) => record.serverUsage.cpuUs));
  const deliveries = records.reduce((sum, record) => sum + record.measurement.tallies.measure.deliveries, 0);
  return {
    cpuUsPerDelivery: deliveries === 0 || cpuUs === null ? null : cpuUs / deliveries,
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
    offeredLoadRatio: records
      .map((record) => record.offeredLoadRatio)
      .reduce((a, b) => (a === null || b === null ? null : Math.abs(b - 1) > Math.abs(a - 1) ? b : a)),
    latenessUs: summarizeLateness(mergeLatencies(records.map((record) => record.publisherLateness)).data()),
    peakBacklogEvents: Math.max(...results.map((result) => result.peakBacklogEvents)),
    feedSha256: results.map((result) => result.feedSha256).join(' '),
    stoppedBecause: results.find((result) => result.stoppedBecause !== null)?.stoppedBecause ?? null,
  };
}

function connectionsOf({ measurement, kernelOpen }: TrialRecord): Connections {
  return { ...measurement.connections, kernelOpen };
}

function trialResult(cell: DeliveryCell, phases: Phases, record: TrialRecord): TrialResult {
  const { measurement } = record;
  const publisher = publisherReport([record]);
  const result = measured(measurement, [record], networkCounts(record.kernel, measurement.tallies));
  const trial = {
    trial: record.trial,
    seed: record.seed,
    startedAt: record.startedAt,
    connectMs: record.connectMs,
    authority: record.authority,
    feedUs: measurement.feedUs,
    tallies: measurement.tallies,
    windows: measurement.windows,
    // A poll's latency is its wait for the next poll, whatever the server had to do.
    quietEvents:
      cell.transport === 'polling' ? null : quietEvents(measurement.spread, measuredDueUs(cell, phases, record.seed)),
    machine: record.machine,
    incidents: measurement.incidents,
    ...result,
    connections: connectionsOf(record),
    serverUsage: serverUsage([record]),
    subscription: subscriptionCost(cell, phases, record),
    publisher,
  };
  return { ...trial, validity: judgeTrial(trial, { cell, phases, plannedFeedSha256: record.plannedFeedSha256 }) };
}

/**
 * A cell out of its trials: histograms and counters are merged, ratios are ratios of sums, percentiles come from the
 * merged histogram. Connections opened, failed and opened again are
 * summed; the peak is the highest of any trial, those open when the feed began are the fewest. Throws a RangeError
 * without trials.
 */
export function mergeTrials(cell: DeliveryCell, phases: Phases, records: readonly TrialRecord[]): CompletedCell {
  const merged = mergeMeasurements(records.map((record) => record.measurement));
  const trials = records.map((record) => trialResult(cell, phases, record));
  const most = (of: (trial: TrialResult) => number) => Math.max(...trials.map(of));
  const least = (of: (trial: TrialResult) => number) => Math.min(...trials.map(of));
  const result = {
    outcome: 'completed' as const,
    cell,
    phases,
    ...measured(merged, records, addNetworkCounts(trials.map((trial) => trial.network))),
    connections: {
      ...merged.connections,
      openAtFeed: least(({ connections }) => connections.openAtFeed),
      kernelOpen: trials.some(({ connections }) => connections.kernelOpen === null)
        ? null
        : least(({ connections }) => connections.kernelOpen ?? 0),
      peak: most(({ connections }) => connections.peak),
    },
    driverUsage: {
      ...summarizeDriver(merged),
      workers: most(({ driverUsage }) => driverUsage.workers),
      rssBytes: most(({ driverUsage }) => driverUsage.rssBytes),
    },
    serverUsage: serverUsage(records),
    subscription: medianCost(trials.map((trial) => trial.subscription)),
    publisher: publisherReport(records),
    theory: theoryRows(cell, phases, trials, records[0]?.responseHeads ?? null),
    trials,
  };
  return { ...result, validity: judgeCell(result) };
}
