import { durationInWords } from '../scenarios/estimate.ts';
import type { PrecisionGoal } from '../scenarios/further-blocks.ts';
import type { CompletedCell } from './delivery-result.ts';
import { cellLabels, deliveryCells } from './labels.ts';
import { formatNumberOf, formatShare } from './numbers.ts';
import type { Precision, RunDocument, Warning } from './run-document.ts';
import { isPreciseTo, relativeHalfWidth } from './statistics/precision.ts';

const PERCENTILES = ['p50', 'p99'] as const;
/** Named in a warning; the others are counted. */
const MOST_NAMES = 3;

/** How far a run has come with its goal. Cells without a result are none of its business: they are reported as such. */
export function precisionOf({ target, budgetMs }: PrecisionGoal, results: readonly CompletedCell[]): Precision {
  const wide = results.filter(({ latencyUs }) => !isPreciseTo(target, latencyUs));
  return {
    target,
    budgetMs,
    reached: results.length > 0 && wide.length === 0,
    wideCellIds: wide.map(({ cell }) => cell.id),
  };
}

/** A share that was chosen, with no more digits than it has: "5 %". */
const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;

/** One of the two percentiles of a cell; `halfWidth` is relative, and null while it is not known. */
interface Width {
  result: CompletedCell;
  percentile: (typeof PERCENTILES)[number];
  halfWidth: number | null;
}

/** The widest first; what is not known is wider than all. */
function widths(results: readonly CompletedCell[]): Width[] {
  return results
    .flatMap((result) =>
      PERCENTILES.map((percentile) => ({
        result,
        percentile,
        halfWidth: relativeHalfWidth(result.latencyUs[percentile]),
      })),
    )
    .sort((a, b) => (b.halfWidth ?? Number.POSITIVE_INFINITY) - (a.halfWidth ?? Number.POSITIVE_INFINITY));
}

function widthText({ result, percentile, halfWidth }: Width): string {
  if (halfWidth !== null) return `±${formatShare(halfWidth)}`;
  return result.latencyUs[percentile] === null ? 'unknown, too few events' : 'no interval, too few trials';
}

/** The widest interval of these cells, for the progress of a run: "±8.31 %"; empty without cells. */
export function widestText(results: readonly CompletedCell[]): string {
  const [widest] = widths(results);
  return widest === undefined ? '' : widthText(widest);
}

function trialCounts(results: readonly CompletedCell[]): string {
  const counts = results.map(({ trials }) => trials.length);
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? formatNumberOf(low, 'trial') : `${low} to ${formatNumberOf(high, 'trial')}`;
}

/** The sentence of a run that has become as precise as was asked for; null of any other. */
export function precisionReached(document: RunDocument): string | null {
  if (!document.precision?.reached) return null;
  const { target } = document.precision;
  return `The precision that was asked for is reached: every p50 and p99 is known to ${percent(target)} (half of its 95 % interval, as a share of the value), after ${trialCounts(deliveryCells(document))} of each cell.`;
}

/** What to know of a run that has not; none of any other. */
export function precisionWarnings(document: RunDocument): Warning[] {
  const { precision } = document;
  const results = deliveryCells(document);
  if (precision === undefined || precision.reached || results.length === 0) return [];
  const labels = cellLabels(results.map(({ cell }) => cell));
  const wide = widths(results).filter(({ halfWidth }) => halfWidth === null || halfWidth > precision.target);
  const named = wide
    .slice(0, MOST_NAMES)
    .map((width) => `${width.percentile} of ${labels.get(width.result.cell.id)} ${widthText(width)}`);
  const more = wide.length > MOST_NAMES ? `, and ${formatNumberOf(wide.length - MOST_NAMES, 'more percentile')}` : '';
  const until =
    document.status === 'interrupted'
      ? 'when the run was interrupted'
      : `within the budget of ${durationInWords(precision.budgetMs).replace('about ', '')}`;
  const those = results.filter(({ cell }) => precision.wideCellIds.includes(cell.id));
  return [
    {
      code: 'precision-not-reached',
      message: `The precision of ${percent(precision.target)} was not reached ${until}: ${named.join(', ')}${more}, after ${trialCounts(those)}.`,
      advice: 'The intervals are as wide as shown: raise --budget, or the percentage of --until-ci.',
      cellIds: precision.wideCellIds,
    },
  ];
}
