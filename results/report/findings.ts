import { cellLabels, compareCells, deliveryCells } from '../labels.ts';
import { formatList, significant } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { completeness } from './findings/completeness.ts';
import { type Finding, warn } from './findings/finding.ts';
import { latencyP50, notOrdered, orderFindings, serverCpu } from './findings/order.ts';
import { sweepFindings } from './findings/sweep.ts';
import { omissionFindings, pollingFindings } from './findings/timing.ts';
import { trafficFindings } from './findings/traffic.ts';

export type { Finding };

/** One sentence for all cells that failed the same checks. */
function validityFindings(document: RunDocument): Finding[] {
  const invalid = deliveryCells(document).filter((result) => !result.validity.ok);
  const labels = cellLabels(deliveryCells(document).map((result) => result.cell));
  const failed = Map.groupBy(invalid, ({ validity }) =>
    formatList(validity.checks.filter((check) => !check.ok).map((check) => check.name)),
  );
  return [...failed].map(([checks, cells]) =>
    warn(
      'validity',
      cells,
      `Not valid, because a check failed (${checks}): ${formatList(cells.map(({ cell }) => labels.get(cell.id) ?? cell.id))}. Do not rely on these figures.`,
    ),
  );
}

function modelFindings(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
  return results.flatMap((result) =>
    result.theory
      .filter((row) => !row.holds)
      .map((row) =>
        warn(
          'model',
          [result],
          `${labels.get(result.cell.id)}: the model does not hold for ${row.quantity}: expected ${significant(row.expected)}, measured ${significant(row.measured)}, tolerance ${significant(row.tolerance)}.`,
        ),
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
      ? sweepFindings(comparison)
      : [...orderFindings(group, latencyP50), ...trafficFindings(group), ...orderFindings(group, serverCpu)];
  return [
    ...completeness(document),
    ...validityFindings(document),
    ...compared.filter(({ topic }) => topic === 'latency'),
    ...notOrdered(deliveryCells(document), latencyP50),
    ...pollingFindings(document),
    ...compared.filter(({ topic }) => topic !== 'latency'),
    ...modelFindings(document),
    ...omissionFindings(document),
  ];
}
