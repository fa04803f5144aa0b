import { styleText } from 'node:util';
import { capacityCells, capacityLabel, cellLabels, deliveryCells } from '../labels.ts';
import { formatNumberOf, significant, UNKNOWN } from '../numbers.ts';
import type { RunDocument, Validity } from '../run-document.ts';
import { findings } from './findings.ts';
import { capacitySearchTables } from './terminal/capacity-search.ts';
import { type Paint, paragraph } from './terminal/paint.ts';
import { capacityTable, deliveryTable } from './terminal/result-tables.ts';
import { subscriptionTable } from './terminal/subscription-table.ts';
import { failedCells, skippedByReason, verdict } from './verdict.ts';

/** How a document is shown in a terminal. */
export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal; no line of a table or paragraph is longer, down to about 40. */
  width: number;
}

function notCompleted(document: RunDocument, width: number, paint: Paint): string[] {
  const failed = failedCells(document).flatMap((result) => [
    ...paragraph(`FAILED   ${result.cell.id}, trial ${result.trial}: ${result.reason}`, width, 9).map((line) =>
      paint('red', line),
    ),
    ...result.stderrTail
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-5)
      .flatMap((line) => paragraph(`         stderr: ${line}`, width, 17)),
  ]);
  const skipped = skippedByReason(document).flatMap(({ reason, cellIds }) => {
    const [only] = cellIds;
    const what = cellIds.length === 1 ? only : formatNumberOf(cellIds.length, 'cell');
    return paragraph(`SKIPPED  ${what}: ${reason}`, width, 9).map((line) => paint('yellow', line));
  });
  return [...failed, ...skipped];
}

function failedChecks(name: string, validity: Validity, width: number, paint: Paint): string[] {
  if (validity.ok) return [];
  const checks = validity.checks.filter((check) => !check.ok);
  return [
    ...paragraph(`NOT VALID !  ${name}`, width, 13).map((line) => paint('red', line)),
    ...checks.flatMap((check) => {
      const value = check.value === null ? UNKNOWN : significant(check.value);
      return paragraph(`  ${check.name}: ${value}, limit ${check.limit}. ${check.advice}`, width, 4);
    }),
  ];
}

function invalid(document: RunDocument, width: number, paint: Paint): string[][] {
  const labels = cellLabels(deliveryCells(document).map((result) => result.cell));
  return [
    ...deliveryCells(document).map((result) =>
      failedChecks(labels.get(result.cell.id) ?? result.cell.id, result.validity, width, paint),
    ),
    ...capacityCells(document).map((result) => failedChecks(capacityLabel(result), result.validity, width, paint)),
  ];
}

function warnings(document: RunDocument, width: number, paint: Paint): string[] {
  if (document.warnings.length === 0) return [];
  const lines = document.warnings.flatMap((warning) => {
    return paragraph(`! ${warning.message} ${warning.advice}`, width, 2).map((line) => paint('yellow', line));
  });
  return [paint('bold', 'Warnings'), ...lines];
}

function findingLines(document: RunDocument, width: number, paint: Paint): string[] {
  const all = findings(document);
  if (all.length === 0) return [];
  const lines = all.flatMap(({ text, problem }) => {
    const wrapped = paragraph(`- ${text}`, width, 2);
    return problem ? wrapped.map((line) => paint('red', line)) : wrapped;
  });
  return [paint('bold', 'Findings'), ...lines];
}

function banner(document: RunDocument, width: number, paint: Paint): string[] {
  const { level, headline, reasons } = verdict(document);
  const style = level === 'sound' ? 'green' : level === 'caution' ? 'yellow' : 'red';
  const { scenario, plan } = document;
  const trials =
    document.capacitySearch === undefined ? `${formatNumberOf(plan.trialsPerCell, 'trial')} per cell, ` : '';
  const about = `${scenario.name}, ${trials}seed ${plan.seed}`;
  return [
    ...paragraph(scenario.question, width).map((line) => paint('bold', line)),
    ...paragraph(about, width),
    ...paragraph(`${headline}: ${reasons.join(' ')}`, width, 2).map((line) => paint(style, line)),
  ];
}

/**
 * The whole result as text for a terminal or a log, ending in a line feed: the verdict and the warnings before the
 * figures, a blank line between any two parts. Pure: the same document, the same text.
 */
export function renderTerminal(document: RunDocument, options: TerminalOptions): string {
  const paint: Paint = (style, text) => (options.color ? styleText(style, text, { validateStream: false }) : text);
  const { width } = options;
  const parts = [
    banner(document, width, paint),
    warnings(document, width, paint),
    ...deliveryTable(deliveryCells(document), width, paint),
    ...subscriptionTable(deliveryCells(document), width, paint),
    ...capacityTable(document, width, paint),
    ...capacitySearchTables(document, width, paint),
    notCompleted(document, width, paint),
    ...invalid(document, width, paint),
    findingLines(document, width, paint),
  ];
  const shown = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}
