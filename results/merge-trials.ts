import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { PublisherResult } from '../servers/contract/publisher.ts';
import type { ResponseHeads } from '../servers/contract/ready.ts';
import type {
  CompletedCell,
  DeliveryResult,
  LatencyDistribution,
  LatencyDistributions,
  LatencySummary,
  MeasuredTrial,
  PublisherReport,
  TrialResult,
} from './delivery-result.ts';
import { addNetworkCounts, type KernelCounts, networkCounts } from './network.ts';
import { type LatencyData, mergeLatencies } from './recording/latency.ts';
import { type Measurement, mergeMeasurements, type TrialMeasurement } from './recording/measurement.ts';
import type { MachineUsage, ServerUsage } from './resource-usage.ts';
import { type DecodedTrial, decodeTrials } from './statistics/decode-windows.ts';
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
import type { Connections, NetworkCounts } from './traffic.ts';
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
type Measured = LatencyDistributions &
  Pick<DeliveryResult, 'deliveries' | 'bytes' | 'batching' | 'requests' | 'driverUsage' | 'network'>;

function measured(
  measurement: Measurement,
  records: readonly TrialRecord[],
  windows: readonly DecodedTrial[],
  network: NetworkCounts | null,
): Measured {
  const { measure } = measurement.tallies;
  const events = records.reduce((sum, record) => sum + record.measuredEvents, 0);
  return {
    latencyUs: summarizeLatency(measurement.fromDue, events, windows),
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

function measuredTrial(
  cell: DeliveryCell,
  phases: Phases,
  record: TrialRecord,
  windows: DecodedTrial[],
): MeasuredTrial {
  const { measurement } = record;
  const publisher = publisherReport([record]);
  const result = measured(measurement, [record], windows, networkCounts(record.kernel, measurement.tallies));
  const trial = {
    trial: record.trial,
    seed: record.seed,
    startedAt: record.startedAt,
    connectMs: record.connectMs,
    authority: record.authority,
    feedUs: measurement.feedUs,
    tallies: measurement.tallies,
    windows: measurement.windows,
    timeline: measurement.timeline,
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

function withoutHistogram({ histogram: _, ...figures }: LatencyDistribution): LatencySummary {
  return figures;
}

/** A trial as a document has it. */
function trialResult(trial: MeasuredTrial): TrialResult {
  return {
    ...trial,
    latencyUs: withoutHistogram(trial.latencyUs),
    latencyFromPublishedUs: withoutHistogram(trial.latencyFromPublishedUs),
  };
}

/** The trials of a cell as they come in. Each is decoded and summarised once, however often their merger is asked for. */
export class CellTrials {
  readonly #cell: DeliveryCell;
  readonly #phases: Phases;
  readonly #records: TrialRecord[] = [];
  readonly #windows: DecodedTrial[] = [];
  readonly #results: TrialResult[] = [];

  constructor(cell: DeliveryCell, phases: Phases) {
    this.#cell = cell;
    this.#phases = phases;
  }

  /** Returns the result of this trial alone, with the histograms that a document does without. */
  add(record: TrialRecord): MeasuredTrial {
    const windows = decodeTrials([{ trial: record.trial, windows: record.measurement.windows }]);
    const trial = measuredTrial(this.#cell, this.#phases, record, windows);
    this.#records.push(record);
    this.#windows.push(...windows);
    this.#results.push(trialResult(trial));
    return trial;
  }

  /** The cell as of the trials so far, see mergeTrials. Throws a RangeError without trials. */
  merged(): CompletedCell {
    return mergedCell(this.#cell, this.#phases, this.#records, this.#windows, [...this.#results]);
  }
}

/**
 * A cell out of its trials: histograms and counters are merged, ratios are ratios of sums, percentiles come from the
 * merged histogram. Connections opened, failed and opened again are
 * summed; the peak is the highest of any trial, those open when the feed began are the fewest. Throws a RangeError
 * without trials.
 */
export function mergeTrials(cell: DeliveryCell, phases: Phases, records: readonly TrialRecord[]): CompletedCell {
  const trials = new CellTrials(cell, phases);
  for (const record of records) trials.add(record);
  return trials.merged();
}

function mergedCell(
  cell: DeliveryCell,
  phases: Phases,
  records: readonly TrialRecord[],
  windows: readonly DecodedTrial[],
  trials: TrialResult[],
): CompletedCell {
  const merged = mergeMeasurements(records.map((record) => record.measurement));
  const most = (of: (trial: TrialResult) => number) => Math.max(...trials.map(of));
  const least = (of: (trial: TrialResult) => number) => Math.min(...trials.map(of));
  const figures = measured(merged, records, windows, addNetworkCounts(trials.map((trial) => trial.network)));
  const result = {
    outcome: 'completed' as const,
    cell,
    phases,
    ...figures,
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
    theory: theoryRows({ cell, phases, trials, latencyUs: figures.latencyUs }, records[0]?.responseHeads ?? null),
    trials,
  };
  const { latencyFromPublishedUs } = result;
  return {
    ...result,
    latencyFromPublishedUs: withoutHistogram(latencyFromPublishedUs),
    validity: judgeCell(result),
  };
}
