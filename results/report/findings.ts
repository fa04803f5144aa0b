import type { RunDocument } from '../run-document.ts';
import { completeness } from './findings/completeness.ts';
import type { Finding } from './findings/finding.ts';
import { latencyP50, orderFindings, serverCpu } from './findings/order.ts';
import { omissionFindings, pollingFindings, publisherFindings } from './findings/timing.ts';
import { trafficFindings } from './findings/traffic.ts';
import { cellLabels, comparableGroups, deliveryCells } from './labels.ts';
import { formatList, significant } from './numbers.ts';

export type { Finding };

function validityFindings(document: RunDocument): Finding[] {
  const invalid = deliveryCells(document).filter((result) => !result.validity.ok);
  const labels = cellLabels(deliveryCells(document).map((result) => result.cell));
  return invalid.map((result) => ({
    topic: 'validity',
    text: `${labels.get(result.cell.id)} is not valid: ${formatList(result.validity.checks.filter((check) => !check.ok).map((check) => check.name))} failed. Do not rely on its figures.`,
    problem: true,
    cellIds: [result.cell.id],
  }));
}

function modelFindings(document: RunDocument): Finding[] {
  const results = deliveryCells(document);
  const labels = cellLabels(results.map((result) => result.cell));
  return results.flatMap((result) =>
    result.theory
      .filter((row) => !row.holds)
      .map((row) => ({
        topic: 'model' as const,
        text: `${labels.get(result.cell.id)}: the model does not hold for ${row.quantity}: expected ${significant(row.expected)}, measured ${significant(row.measured)}, tolerance ${significant(row.tolerance)}.`,
        problem: true,
        cellIds: [result.cell.id],
      })),
  );
}

/**
 * What the run says, in sentences; each only if its data supports it. First whether it may be believed, then latency,
 * then the costs, then how the schedule was kept. Cells that were not completed are not spoken of.
 */
export function findings(document: RunDocument): Finding[] {
  const groups = comparableGroups(document);
  return [
    ...completeness(document),
    ...validityFindings(document),
    ...groups.flatMap((group) => orderFindings(group, latencyP50)),
    ...groups.flatMap(pollingFindings),
    ...groups.flatMap(trafficFindings),
    ...groups.flatMap((group) => orderFindings(group, serverCpu)),
    ...modelFindings(document),
    ...omissionFindings(document),
    ...publisherFindings(document),
  ];
}
