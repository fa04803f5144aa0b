import type { CompletedCell } from '../delivery-result.ts';
import { SIGNIFICANCE } from '../statistics/compare.ts';
import { type CountedCell, countDifference } from '../statistics/compare-counts.ts';
import { type CompareOptions, type Judged, plainChange, settled, unknownNote } from './change.ts';
import type { CountedMetric, FaultMetric } from './metrics.ts';

/** Transports whose counts depend on timing: how many events an answer has. */
export const POLLED: ReadonlySet<string> = new Set(['polling', 'long-polling']);

/**
 * Whether two runs of the same code with the same feeds agree exactly in this. What a push transport sends is a function
 * of its feed. How many events an answer to a poll has depends on timing; what has no such part, and what was one
 * and the same in all trials of the base, does not.
 */
function isExact(metric: CountedMetric, { transport }: CompletedCell['cell'], base: CountedCell, head: CountedCell) {
  const values = [...base.valueOfFeed.values()];
  const isConstant = values.length > 1 && new Set(values).size === 1;
  const sharesFeeds = [...base.valueOfFeed.keys()].some((feed) => head.valueOfFeed.has(feed));
  return isConstant || (sharesFeeds && (metric.isTimeless || !POLLED.has(transport)));
}

/**
 * The same within the tolerance. Beyond it an exact metric has changed, and no chance is asked for. One that depends on
 * timing has when p says so and the change is larger than the margin, as with timed metrics.
 */
export function judgeCounted(
  metric: CountedMetric,
  [base, head]: readonly [CompletedCell, CompletedCell],
  { tolerance, margin }: CompareOptions,
): Judged {
  const before = metric.read(base);
  const after = metric.read(head);
  const trials = [before?.valueOfFeed.size ?? 0, after?.valueOfFeed.size ?? 0] as const;
  const change = plainChange(metric, before?.value ?? null, after?.value ?? null, trials);
  if (before === null || after === null) return settled(change, null, unknownNote(before, after));
  const { delta, p } = countDifference(before, after);
  const { value, low, high } = delta;
  const isSame = Math.abs(value) <= (metric.isWhole ? 0 : tolerance) * Math.abs(before.value);
  const relative = (difference: number) => (before.value + difference) / before.value;
  const ratio =
    change.ratio === null || low === null || high === null
      ? change.ratio
      : { ...change.ratio, low: relative(low), high: relative(high) };
  const decided = { ...change, ratio, p };
  if (isSame) return settled(decided, 'same', null);
  const direction = value > 0 ? 'worse' : 'better';
  if (isExact(metric, base.cell, before, after)) return settled(decided, direction, null);
  if (low === null || high === null) {
    return settled(decided, 'undecided', 'it depends on timing, and one trial cannot tell a change from chance');
  }
  const isLarge = Math.abs(value) > margin * Math.abs(before.value);
  return {
    change: decided,
    inFamily: true,
    decide: (correctedP) => {
      const isSure = correctedP !== null && correctedP < SIGNIFICANCE && (low > 0 || high < 0);
      return { verdict: isSure && isLarge ? direction : 'undecided', noiseFloor: null, note: null };
    },
  };
}

/** Any more faults are worse; per expected delivery, since runs may differ in how many there were to be. */
export function judgeFault(metric: FaultMetric, [base, head]: readonly [CompletedCell, CompletedCell]): Judged {
  const before = metric.read(base);
  const after = metric.read(head);
  const change = plainChange(metric, before?.count ?? null, after?.count ?? null, [
    base.trials.length,
    head.trials.length,
  ]);
  if (before === null || after === null) return settled(change, null, unknownNote(before, after));
  // Multiplied crosswise: of whole numbers, so that equal shares are equal.
  const excess = after.count * before.expected - before.count * after.expected;
  return settled(change, excess === 0 ? 'same' : excess > 0 ? 'worse' : 'better', null);
}
