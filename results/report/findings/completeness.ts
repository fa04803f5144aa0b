import type { CompletedCell, Deliveries } from '../../delivery-result.ts';
import { deliveryCells, resultLabels } from '../../labels.ts';
import { formatCount, formatList, formatNumberOf, formatShare } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { type Finding, say, warn } from './finding.ts';

// A sentence each for this many incomplete cells; the rest is summed up.
const MOST_SENTENCES = 4;

/** Whether every event arrived at every subscriber once, in order and unaltered. */
export function isComplete(deliveries: Deliveries): boolean {
  const { expected, delivered, missing, duplicated, outOfOrder, corrupted } = deliveries;
  return expected > 0 && delivered === expected && missing + duplicated + outOfOrder + corrupted === 0;
}

function faults(deliveries: Deliveries): string {
  const kinds: [number, string][] = [
    [deliveries.missing, 'missing'],
    [deliveries.corrupted, 'corrupted'],
    [deliveries.duplicated, 'duplicated'],
    [deliveries.outOfOrder, 'out of order'],
  ];
  return formatList(kinds.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`));
}

function incomplete(result: CompletedCell, label: string): Finding {
  const { deliveries } = result;
  const where = result.trials
    .filter((trial) => !isComplete(trial.deliveries))
    .map((trial) => `trial ${trial.trial}: ${faults(trial.deliveries) || 'nothing was expected'}`);
  const lost = deliveries.missing + deliveries.corrupted;
  const share =
    lost > 0 && deliveries.expected > 0
      ? ` ${formatShare(lost / deliveries.expected)} did not arrive intact, and their latency is in no percentile.`
      : '';
  const what =
    deliveries.expected === 0
      ? 'no delivery was expected'
      : `of ${formatCount(deliveries.expected)} expected deliveries, ${faults(deliveries) || `${formatCount(deliveries.delivered)} are accounted for`}`;
  const trials = where.length > 0 ? ` (${where.join('; ')})` : '';
  return warn('completeness', [result], `${label}: ${what}${trials}.${share}`);
}

/** Says that everything arrived, or what did not and in which trial. */
export function completeness(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  const label = (result: CompletedCell) => labels.get(result.cell.id) ?? result.cell.id;
  const complete = results.filter((result) => isComplete(result.deliveries));
  const findings: Finding[] = [];
  if (complete.length > 0) {
    const deliveries = complete.reduce((sum, result) => sum + result.deliveries.delivered, 0);
    const who =
      complete.length === results.length
        ? results.length === 1
          ? 'the completed cell'
          : `all ${results.length} completed cells`
        : `${complete.length} of ${results.length} completed cells`;
    findings.push(
      say(
        'completeness',
        complete,
        `In ${who} every event arrived at every subscriber exactly once, in order and unaltered: ${formatNumberOf(deliveries, 'delivery', 'deliveries')}, none missing.`,
      ),
    );
  }
  const faulty = results.filter((result) => !isComplete(result.deliveries));
  const named = faulty.length > MOST_SENTENCES + 1 ? faulty.slice(0, MOST_SENTENCES) : faulty;
  for (const result of named) findings.push(incomplete(result, label(result)));
  const others = faulty.slice(named.length);
  if (others.length > 0) {
    const lost = others.reduce((sum, { deliveries }) => sum + deliveries.missing + deliveries.corrupted, 0);
    findings.push(
      warn(
        'completeness',
        others,
        `${others.length} more cells did not deliver everything as it was: ${formatNumberOf(lost, 'delivery', 'deliveries')} missing or corrupted in all. The table shows which.`,
      ),
    );
  }
  return findings;
}
