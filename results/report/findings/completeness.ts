import type { CompletedCell, Deliveries, RunDocument } from '../../run-document.ts';
import { cellLabels, deliveryCells } from '../labels.ts';
import { formatCount, formatList, formatNumberOf, formatShare } from '../numbers.ts';
import type { Finding } from './finding.ts';

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
  return {
    topic: 'completeness',
    text: `${label}: ${what}${trials}.${share}`,
    problem: true,
    cellIds: [result.cell.id],
  };
}

/** Says that everything arrived, or what did not and in which trial. */
export function completeness(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
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
        : formatList(complete.map(label));
    findings.push({
      topic: 'completeness',
      text: `In ${who} every event arrived at every subscriber exactly once, in order and unaltered: ${formatCount(deliveries)} of ${formatNumberOf(deliveries, 'delivery', 'deliveries')}.`,
      problem: false,
      cellIds: complete.map((result) => result.cell.id),
    });
  }
  for (const result of results) if (!isComplete(result.deliveries)) findings.push(incomplete(result, label(result)));
  return findings;
}
