import { answerText, axisText, failedText, limitedByText } from '../capacity/answer-text.ts';
import type { CompletedCell } from '../delivery-result.ts';
import { capacityCells, capacityLabel, deliveryCells, marked, resultLabels } from '../labels.ts';
import { formatCount, formatNumberOf, formatShare, significant, type Unit } from '../numbers.ts';
import { precisionReached } from '../precision.ts';
import { columnInterval, columns, columnText, columnValue } from '../report/columns.ts';
import { environmentFacts } from '../report/environment-facts.ts';
import { findings } from '../report/findings.ts';
import { thresholdRows, thresholdSummary } from '../report/threshold-rows.ts';
import { columnUnits, unknownNotes } from '../report/units.ts';
import { failedCells, skippedByReason, verdict } from '../report/verdict.ts';
import type { RunDocument } from '../run-document.ts';
import { codeSpan, list, table, textOf } from './markdown-text.ts';
import { thresholdTable } from './threshold-table.ts';

function valueText(result: CompletedCell, column: (typeof columns)[number], unit: Unit): string {
  const text = columnText(column, columnValue(column, result), unit);
  const interval = columnInterval(column, result);
  if (interval === null) return text;
  return `${text} (${significant(interval.low / unit.size)} to ${significant(interval.high / unit.size)})`;
}

/** What the run was held against, first of all; nothing where the scenario has no thresholds. */
function thresholds(document: RunDocument): string[] {
  const all = thresholdRows(document);
  if (all.length === 0) return [];
  const { titles, rows } = thresholdTable(all);
  return ['## Thresholds', `${textOf(thresholdSummary(all))}.`, table(titles, rows)];
}

/** The headline table, with the 95 % intervals in brackets. */
function matrix(document: RunDocument): string[] {
  const results = deliveryCells(document);
  if (results.length === 0) return [];
  const labels = resultLabels(results);
  const units = columnUnits(results);
  const unitOf = ({ scale }: (typeof columns)[number]) => units.get(scale) as Unit;
  const head = ['', ...columns.map((column) => `${column.title} ${unitOf(column).symbol}`.trim()), 'Delivered'];
  const rows = results.map((result) => [
    textOf(labels.get(result.cell.id) ?? result.cell.id),
    ...columns.map((column) => valueText(result, column, unitOf(column))),
    `${formatCount(result.deliveries.delivered)} of ${formatCount(result.deliveries.expected)}`,
  ]);
  const notes = ['In brackets: 95 % intervals.', ...unknownNotes(results)];
  const invalid = results.some(({ validity }) => !validity.ok) ? ['!: not valid, see below.'] : [];
  return ['## Results', table(head, rows), textOf([...notes, ...invalid].join(' '))];
}

function ceiling(document: RunDocument): string[] {
  const results = capacityCells(document);
  if (results.length === 0) return [];
  const rows = results.map((result) => [
    textOf(marked(capacityLabel(result), result)),
    significant(result.requestsPerSec.value),
    formatShare(result.driverUtilization),
    formatCount(result.errors),
  ]);
  return ['## Request ceiling of polling', table(['', 'Requests/s', 'Driver busy', 'Errors'], rows)];
}

/** Every check that failed, with the cells and the value that was found. */
function failedChecks(document: RunDocument): string[] {
  const labels = resultLabels(deliveryCells(document));
  const judged = [
    ...deliveryCells(document).map((result) => ({ ...result, label: labels.get(result.cell.id) ?? result.cell.id })),
    ...capacityCells(document).map((result) => ({ ...result, label: marked(capacityLabel(result), result) })),
  ];
  const rows = judged.flatMap(({ label, validity }) =>
    validity.checks
      .filter(({ ok }) => !ok)
      .map(({ severity, name, value, limit, advice }) => [
        textOf(label),
        severity === 'invalid' ? '**not valid**' : 'warning',
        textOf(name),
        value === null ? 'no' : significant(value),
        textOf(limit),
        textOf(advice),
      ]),
  );
  if (rows.length === 0) return [];
  return ['## Checks that failed', table(['', '', 'Expected', 'Value', 'Limit', 'Advice'], rows)];
}

function notCompleted(document: RunDocument): string[] {
  const failed = failedCells(document).map(
    ({ cell, trial, reason }) => `**Failed** ${codeSpan(cell.id)}, trial ${trial}: ${textOf(reason)}`,
  );
  const skipped = skippedByReason(document).map(
    ({ reason, cellIds }) => `**Skipped** ${cellIds.map(codeSpan).join(', ')}: ${textOf(reason)}`,
  );
  return failed.length + skipped.length === 0 ? [] : ['## Without a result', list([...failed, ...skipped])];
}

function searches({ capacitySearch }: RunDocument): string[] {
  if (capacitySearch === undefined) return [];
  const rows = capacitySearch.searches.map((result) => [
    result.cell.transport,
    textOf(axisText(result.axis, result.cell)),
    answerText(result.answer),
    failedText(result.answer),
    textOf(limitedByText(result)),
  ]);
  const reading = `The highest value that held ${textOf(capacitySearch.objective.text)} without loss, and the lowest that did not.`;
  return ['## Capacity', reading, table(['', 'Of', 'Capacity', 'Failed at', 'Limited by'], rows)];
}

/** One run as parts with a blank line between any two. */
function partsOf(document: RunDocument): string[] {
  const { scenario, plan, warnings } = document;
  const { headline, reasons } = verdict(document);
  const precision = precisionReached(document);
  const said = findings(document);
  const run = [
    `${codeSpan(scenario.name)}, ${textOf(document.startedAt)}`,
    `${formatNumberOf(plan.cells.length, 'cell')} planned, ${formatNumberOf(plan.trialsPerCell, 'trial')} each`,
    `seed ${plan.seed}`,
  ];
  return [
    `# ${textOf(scenario.question)}`,
    ...thresholds(document),
    `**${textOf(headline)}.** ${textOf(reasons.join(' '))}`,
    run.join(', '),
    ...(warnings.length === 0
      ? []
      : ['## Warnings', list(warnings.map(({ message, advice }) => textOf(`${message} ${advice}`)))]),
    ...(said.length === 0
      ? []
      : [
          '## What was found',
          list(said.map(({ text, problem }) => `${problem ? '**Problem:** ' : ''}${textOf(text)}`)),
        ]),
    ...(precision === null ? [] : [textOf(precision)]),
    ...matrix(document),
    ...searches(document),
    ...ceiling(document),
    ...notCompleted(document),
    ...failedChecks(document),
    '## Environment',
    list(environmentFacts(document).map(([name, value]) => `${name}: ${value === null ? 'unknown' : codeSpan(value)}`)),
    `To repeat it: ${codeSpan(document.command)}`,
  ];
}

/** A summary of these runs in the Markdown of GitHub, one after another. Pure; every text of a document is escaped. */
export function toMarkdown(documents: readonly RunDocument[]): string {
  return `${documents.map((document) => partsOf(document).join('\n\n')).join('\n\n---\n\n')}\n`;
}
