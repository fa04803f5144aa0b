import type { CompletedCell, Deliveries, LatencyDistribution, TrialResult } from '../delivery-result.ts';
import { deliveryCells } from '../labels.ts';
import { type LatencyData, mergeLatencies } from '../recording/latency.ts';
import { addTally, emptyTally, type Tally } from '../recording/tally.ts';
import type { RunDocument } from '../run-document.ts';
import { FEWEST_TRIALS_FOR_INTERVAL } from '../statistics/bootstrap.ts';
import { MIN_TRIALS } from '../statistics/compare.ts';
import { type DecodedTrial, decodeTrials } from '../statistics/decode-windows.ts';
import { type LatencySample, sampleOf } from '../statistics/latency-sample.ts';
import { median, summarizeBytes, summarizeLatency } from '../summarize.ts';
import type { ComparedRun } from './compared-run.ts';
import { decodeRun } from './decode-run.ts';
import { countsAreValid } from './timing-checks.ts';

/**
 * Several runs of the same code as one, for a comparison: histograms and counters are merged, percentiles come from the
 * merged histogram. Trials of one run have more in common than those of different runs, so from three runs on the run is
 * the unit whose spread makes the intervals; two runs are pooled trial by trial. A cell is in the result when all runs delivered it; otherwise it
 * has the outcome of the first that did not. Throws a RangeError without a document.
 */
export function poolRuns(documents: readonly RunDocument[]): ComparedRun {
  return pooled(documents, () => true);
}

/** With fewer rounds nothing could be claimed. */
const FEWEST_ROUNDS = MIN_TRIALS;

/**
 * The runs of both sides that ran in turns, run k of one beside run k of the other. Of a cell those rounds are left out in
 * which its timing is in doubt in either run (a busy machine, stolen processor time) and nothing else, as long as enough of
 * them remain: the next round is another try. Throws a RangeError without a document.
 */
export function poolRounds(
  base: readonly RunDocument[],
  head: readonly RunDocument[],
): readonly [ComparedRun, ComparedRun] {
  const doubtful = new Map<string, Set<number>>();
  for (const side of [base, head]) {
    side.forEach((document, round) => {
      for (const result of deliveryCells(document)) {
        if (result.validity.ok || !countsAreValid(result)) continue;
        const { id } = result.cell;
        doubtful.set(id, (doubtful.get(id) ?? new Set()).add(round));
      }
    });
  }
  const rounds = Math.min(base.length, head.length);
  const isUsed = (id: string, round: number) => {
    const out = doubtful.get(id);
    return out === undefined || rounds - out.size < FEWEST_ROUNDS || !out.has(round);
  };
  return [pooled(base, isUsed), pooled(head, isUsed)];
}

/** `isUsed`: whether the result of a cell in the run of this place is part of it. */
function pooled(documents: readonly RunDocument[], isUsed: (cellId: string, run: number) => boolean): ComparedRun {
  const [first, ...others] = documents;
  if (first === undefined) throw new RangeError('there is no run to compare');
  if (others.length === 0) return decodeRun(first);
  const samples = new Map<string, LatencySample | null>();
  const leftOut = new Map<string, number>();
  const ids = new Set(documents.flatMap(({ cells }) => cells.map(({ cell }) => cell.id)));
  const cells = [...ids].flatMap((id) => {
    const used = documents.filter((_, run) => isUsed(id, run));
    const results = used.flatMap((document) => document.cells.filter(({ cell }) => cell.id === id));
    const delivered = deliveryCells({ cells: results });
    if (delivered.length < used.length)
      return results.find(({ outcome }) => outcome !== 'completed') ?? notPooled(results);
    const { cell, sample } = pooledCell(delivered);
    samples.set(id, sample);
    if (used.length < documents.length) leftOut.set(id, documents.length - used.length);
    return cell;
  });
  // As many as every cell has, so that none seems to be short of its trials.
  const trialsPerCell = Math.min(
    ...deliveryCells({ cells }).map(({ trials }) => trials.length),
    first.plan.trialsPerCell,
  );
  return {
    document: { ...first, cells, plan: { ...first.plan, trialsPerCell } },
    runs: documents.length,
    leftOut,
    sample: (id) => samples.get(id) ?? null,
  };
}

/** A request ceiling is not compared; a cell that a run ended before is not measured by all. */
function notPooled(results: RunDocument['cells']): RunDocument['cells'] {
  return results.filter(({ cell }) => cell.kind === 'capacity').slice(0, 1);
}

/** What the spread of a pooled cell is made of: a trial, or a run in the place of one. */
interface Unit {
  result: TrialResult;
  /** Whose windows it has. */
  trials: readonly TrialResult[];
}

/** The results of a cell in several runs as one, with its latencies by unit; null where they cannot be read. */
function pooledCell(results: readonly CompletedCell[]): { cell: CompletedCell; sample: LatencySample | null } {
  const [first] = results as [CompletedCell];
  const all = results.flatMap(({ trials }) => trials).map((trial, at) => ({ ...trial, trial: at + 1 }));
  const units: Unit[] =
    results.length < FEWEST_TRIALS_FOR_INTERVAL
      ? all.map((result) => ({ result, trials: [result] }))
      : results.map((result, at) => ({ result: runAsTrial(result, at + 1), trials: result.trials }));
  const decoded = decodedUnits(units);
  const measured = measuredTally(all);
  const sum = (of: (result: CompletedCell) => number) => results.reduce((total, result) => total + of(result), 0);
  const perDelivery = (amount: number) => (measured.deliveries === 0 ? null : amount / measured.deliveries);
  const cell: CompletedCell = {
    ...first,
    latencyUs: summarizeLatency(
      mergeLatencies(results.map(({ latencyUs }) => dataOf(latencyUs))).data(),
      sum(({ latencyUs }) => latencyUs.events),
      decoded,
    ),
    deliveries: sumOfFields(results.map(({ deliveries }) => deliveries)),
    bytes: { ...summarizeBytes(measured, null) },
    requests: {
      ...first.requests,
      count: sum(({ requests }) => requests.count),
      empty: sum(({ requests }) => requests.empty),
      failed: sum(({ requests }) => requests.failed),
      perDelivery: perDelivery(measured.requests),
    },
    connections: {
      ...first.connections,
      opened: sum(({ connections }) => connections.opened),
      failed: sum(({ connections }) => connections.failed),
      reconnected: sum(({ connections }) => connections.reconnected),
    },
    serverUsage: {
      ...first.serverUsage,
      cpuUsPerDelivery: meanCpuUs(all),
      rssBytesPerSubscriber: median(results.map(({ serverUsage }) => serverUsage.rssBytesPerSubscriber)),
    },
    validity: results.find(({ validity }) => !validity.ok)?.validity ?? first.validity,
    trials: units.map(({ result }) => result),
  };
  return { cell, sample: decoded.length === 0 ? null : sampleOf(decoded) };
}

function measuredTally(trials: readonly TrialResult[]): Tally {
  const measured = emptyTally();
  for (const { tallies } of trials) addTally(measured, tallies.measure);
  return measured;
}

/** Server CPU time per delivery of all these trials together; null when any is unknown. */
function meanCpuUs(trials: readonly TrialResult[]): number | null {
  let cpuUs = 0;
  for (const { serverUsage, tallies } of trials) {
    if (serverUsage.cpuUsPerDelivery === null) return null;
    cpuUs += serverUsage.cpuUsPerDelivery * tallies.measure.deliveries;
  }
  const { deliveries } = measuredTally(trials);
  return deliveries === 0 ? null : cpuUs / deliveries;
}

/** A run in the place of a trial; its feed is all its feeds. */
function runAsTrial({ trials, ...result }: CompletedCell, trial: number): TrialResult {
  const first = trials[0] as TrialResult;
  const feeds = trials.map(({ seed, publisher }) => `${seed} ${publisher.feedSha256}`);
  const { deliveries, bytes, batching, connections, requests, serverUsage, driverUsage, subscription } = result;
  const { latencyUs, latencyFromPublishedUs, network, validity, publisher } = result;
  return {
    ...first,
    ...{ latencyUs, latencyFromPublishedUs, deliveries, bytes, batching, connections, requests, serverUsage },
    ...{ driverUsage, subscription, network, validity },
    trial,
    tallies: { ...first.tallies, measure: measuredTally(trials) },
    publisher: { ...publisher, feedSha256: feeds.join(' ') },
  };
}

/** The windows of each unit; none at all where any cannot be read. */
function decodedUnits(units: readonly Unit[]): DecodedTrial[] {
  try {
    return units.map(({ result, trials }) => {
      const decoded = decodeTrials(trials);
      return {
        trial: result.trial,
        events: decoded.reduce((sum, { events }) => sum + events, 0),
        windows: decoded.flatMap(({ windows }) => windows),
      };
    });
  } catch {
    return [];
  }
}

function dataOf({ count, negativeCount, mean, min, max, histogram }: LatencyDistribution): LatencyData {
  return { count, negativeCount, sumUs: (mean ?? 0) * count, minUs: min, maxUs: max, histogram };
}

function sumOfFields(parts: readonly Deliveries[]): Deliveries {
  const total = { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0, corrupted: 0 };
  for (const part of parts) for (const key of Object.keys(total) as (keyof Deliveries)[]) total[key] += part[key];
  return total;
}
