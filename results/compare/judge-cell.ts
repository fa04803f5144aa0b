import type { CompletedCell } from '../delivery-result.ts';
import type { LogChange } from '../statistics/log-change.ts';
import { type CompareOptions, type Judged, settled } from './change.ts';
import { judgeCounted, judgeFault } from './judge-counted.ts';
import { judgeNoisy, type NoisyPair, noisyPair } from './judge-noisy.ts';
import { type Metric, metrics, type SampleOf } from './metrics.ts';
import { countsAreValid } from './timing-checks.ts';

/** A cell that both runs delivered, with its timed metrics read. */
export interface DeliveredPair {
  results: readonly [base: CompletedCell, head: CompletedCell];
  noisy: ReadonlyMap<Metric, NoisyPair>;
}

/** Reads the timed metrics of a cell in both runs. */
export function deliveredPair(
  results: DeliveredPair['results'],
  samples: readonly [SampleOf, SampleOf],
  options: CompareOptions,
): DeliveredPair {
  const noisy = metrics.flatMap((metric) =>
    metric.kind === 'noisy' ? [[metric, noisyPair(metric, results, samples, options)] as const] : [],
  );
  return { results, noisy: new Map(noisy) };
}

/** The change of a timed metric that is to be judged, from what both runs show; see judgeNoisy. */
export type ChangeToJudge = (pair: NoisyPair) => LogChange | null;

function judge(
  metric: Metric,
  { results, noisy }: DeliveredPair,
  toJudge: ChangeToJudge,
  options: CompareOptions,
): Judged {
  switch (metric.kind) {
    case 'noisy': {
      const pair = noisy.get(metric) as NoisyPair;
      return judgeNoisy(pair, toJudge(pair), options);
    }
    case 'counted':
      return judgeCounted(metric, results, options);
    case 'fault':
      return judgeFault(metric, results);
  }
}

function invalidNote(base: boolean, head: boolean): string | null {
  if (base && head) return null;
  if (base) return 'not valid in the head';
  return head ? 'not valid in the base' : 'not valid in both';
}

/**
 * All metrics of a cell that both runs delivered. Where it is not valid in one, timed metrics have no verdict, and counted
 * ones have when only its timing is in doubt; faults always have.
 */
export function judgeCell(pair: DeliveredPair, toJudge: ChangeToJudge, options: CompareOptions): Judged[] {
  const [base, head] = pair.results;
  const invalid: Record<Metric['kind'], string | null> = {
    noisy: invalidNote(base.validity.ok, head.validity.ok),
    counted: invalidNote(countsAreValid(base), countsAreValid(head)),
    fault: null,
  };
  return metrics.map((metric) => {
    const judged = judge(metric, pair, toJudge, options);
    const doubt = invalid[metric.kind] ?? metric.doubt(head);
    return doubt === null ? judged : settled({ ...judged.change, p: null }, null, doubt);
  });
}
