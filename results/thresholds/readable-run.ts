import type { GateMetricName } from '../../scenarios/gate-metrics.ts';
import { countsAreValid } from '../compare/timing-checks.ts';
import type { CompletedCell } from '../delivery-result.ts';
import type { RunDocument } from '../run-document.ts';
import { isCounted, type Reading, readMetric } from './read-metric.ts';

/** The part of a document that thresholds are held against. */
export type JudgedRun = Pick<RunDocument, 'plan' | 'status' | 'cells' | 'comparisons'>;

/** A metric of a cell, and whether it may be judged. */
export interface CellReading {
  transport: string;
  trials: number;
  reading: Reading | null;
  /** Why it may not be judged; null where it may, and then there is a reading. */
  missingBecause: string | null;
}

/** A run whose cells are found by their ids, those too that it planned and did not measure. */
export class ReadableRun {
  readonly document: JudgedRun;
  readonly #results: ReadonlyMap<string, RunDocument['cells'][number]>;
  readonly #transports: ReadonlyMap<string, string>;

  constructor(document: JudgedRun) {
    this.document = document;
    this.#results = new Map(document.cells.map((result) => [result.cell.id, result]));
    this.#transports = new Map(document.plan.cells.map(({ id, transport }) => [id, transport]));
  }

  read(cellId: string, metric: GateMetricName): CellReading {
    const result = this.#results.get(cellId);
    const transport = this.#transports.get(cellId) ?? cellId;
    const { plan, status } = this.document;
    const without = (missingBecause: string) => ({ transport, trials: 0, reading: null, missingBecause });
    if (result === undefined) {
      return without(status === 'interrupted' ? 'the run was stopped before it' : 'it was not measured');
    }
    if (result.outcome === 'failed') return without(`trial ${result.trial} failed: ${result.reason}`);
    if (result.outcome === 'skipped') return without(`skipped: ${result.reason}`);
    if (result.cell.kind !== 'delivery') return without('it delivers no events');
    const completed = result as CompletedCell;
    const reading = readMetric(metric, completed);
    if (reading === null) return without(whyUnknown(metric, completed));
    const trials = completed.trials.length;
    return { transport, trials, reading, missingBecause: whyNotJudged(metric, completed, plan.trialsPerCell) };
  }
}

function whyUnknown(metric: GateMetricName, { latencyUs, trials }: CompletedCell): string {
  if (trials.length === 0) return 'it has no trials';
  if (!metric.startsWith('latencyUs.')) return 'its value is unknown';
  return `too few events for it: ${latencyUs.events} were measured`;
}

function whyNotJudged(metric: GateMetricName, result: CompletedCell, plannedTrials: number): string | null {
  const { validity, trials } = result;
  if (trials.length < plannedTrials) return `${trials.length} of ${plannedTrials} trials were measured`;
  if (validity.ok || (isCounted(metric) && countsAreValid(result))) return null;
  const check = validity.checks.find(({ ok, severity }) => !ok && severity === 'invalid');
  return `not valid: it did not hold that ${check?.name ?? 'its checks passed'}`;
}
