import { compareCells, deliveryCells, resultLabels } from '../labels.ts';
import { formatList } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { batchedCostFindings } from './findings/batched-cost.ts';
import { completeness } from './findings/completeness.ts';
import { type Finding, few, warn } from './findings/finding.ts';
import { modelFindings } from './findings/model.ts';
import { latencyP50, notOrdered, orderFindings, serverCpu, tailFindings } from './findings/order.ts';
import { sweepFindings } from './findings/sweep.ts';
import { pollingFindings } from './findings/timing.ts';
import { trafficFindings } from './findings/traffic.ts';

export type { Finding };

// More names than this are a list that nobody reads.
const MOST_NAMES = 8;

/** One sentence for all cells that failed the same checks. */
function validityFindings(document: RunDocument): Finding[] {
  const invalid = deliveryCells(document).filter((result) => !result.validity.ok);
  const labels = resultLabels(deliveryCells(document));
  const failed = Map.groupBy(invalid, ({ validity }) =>
    formatList(validity.checks.filter((check) => !check.ok && check.severity === 'invalid').map((check) => check.name)),
  );
  return [...failed].map(([checks, cells]) =>
    warn(
      'validity',
      cells,
      `Not valid: ${formatList(
        few(
          cells.map(({ cell }) => labels.get(cell.id) ?? cell.id),
          MOST_NAMES,
        ),
      )}. It did not hold that ${checks}. Do not rely on these figures.`,
    ),
  );
}

/**
 * What the run says, in sentences; each only if its data supports it, the most useful first: whether everything
 * arrived, then latency, then the costs. A sweep is summarised and not told point by point. Cells that were not
 * completed are not spoken of, and what is among the document's warnings is not said again.
 */
export function findings(document: RunDocument): Finding[] {
  const comparison = compareCells(document);
  const [group] = comparison.groups;
  if (group === undefined) return [];
  const compared =
    comparison.groups.length > 1
      ? sweepFindings(comparison, document.comparisons)
      : [
          ...orderFindings(group, latencyP50, document.comparisons),
          ...tailFindings(group, document.comparisons),
          ...trafficFindings(group),
          ...orderFindings(group, serverCpu, document.comparisons),
          ...batchedCostFindings(group, document.comparisons),
        ];
  return [
    ...completeness(document),
    ...validityFindings(document),
    ...compared.filter(({ topic }) => topic === 'latency'),
    ...notOrdered(deliveryCells(document), latencyP50),
    ...pollingFindings(document),
    ...compared.filter(({ topic }) => topic !== 'latency'),
    ...modelFindings(document),
  ];
}
