import { capacityCells, capacityLabel, deliveryCells, marked, resultLabels } from '../labels.ts';
import { formatList, formatNumberOf, significant } from '../numbers.ts';
import { precisionReached } from '../precision.ts';
import type { RunDocument } from '../run-document.ts';
import type { Validity } from '../validity/check.ts';
import { findings } from './findings.ts';
import { calibrationTable } from './terminal/calibration-table.ts';
import { capacitySearchTables } from './terminal/capacity-search.ts';
import { networkTable } from './terminal/network-table.ts';
import { type Paint, painter, paragraph } from './terminal/paint.ts';
import { capacityTable, deliveryTable } from './terminal/result-tables.ts';
import { subscriptionTable } from './terminal/subscription-table.ts';
import { theoryTable } from './terminal/theory-table.ts';
import { thresholdLines } from './terminal/thresholds.ts';
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

/** A result with its verdict; a capacity cell has none for each of its trials. */
interface Judged {
  label: string;
  validity: Validity;
  trials: readonly { trial: number; validity?: Validity }[];
}

/** " (trials 2 and 3 of 5)"; nothing where all trials failed it, or trials were not judged one by one. */
function failedTrials(id: string, trials: Judged['trials']): string {
  const failed = trials.filter(({ validity }) => validity?.checks.some((check) => check.id === id && !check.ok));
  if (failed.length === 0 || failed.length === trials.length) return '';
  const numbers = formatList(failed.map(({ trial }) => String(trial)));
  return ` (${failed.length === 1 ? 'trial' : 'trials'} ${numbers} of ${trials.length})`;
}

/** The checks that make cells not valid, each with these cells, whose labels end with the mark, and what to do. */
function invalid(document: RunDocument, width: number, paint: Paint): string[][] {
  const labels = resultLabels(deliveryCells(document));
  const judged: Judged[] = [
    ...deliveryCells(document).map((result) => ({ ...result, label: labels.get(result.cell.id) ?? result.cell.id })),
    ...capacityCells(document).map((result) => ({ ...result, label: marked(capacityLabel(result), result) })),
  ];
  const failed = judged.flatMap(({ label, validity, trials }) =>
    validity.checks
      .filter((check) => !check.ok && check.severity === 'invalid')
      .map((check) => ({
        check,
        cell: `${label}${check.value === null ? '' : ` ${significant(check.value)}`}${failedTrials(check.id, trials)}`,
      })),
  );
  return [...Map.groupBy(failed, ({ check }) => check.id).values()].map((members) => {
    const { name, limit, advice } = (members[0] as (typeof members)[number]).check;
    return [
      ...paragraph(`NOT VALID  It did not hold that ${name}`, width, 11).map((line) => paint('red', line)),
      ...paragraph(`  ${formatList(members.map(({ cell }) => cell))}; limit ${limit}. ${advice}`, width, 4),
    ];
  });
}

function warnings(document: RunDocument, width: number, paint: Paint): string[] {
  if (document.warnings.length === 0) return [];
  const lines = document.warnings.flatMap((warning) => {
    return paragraph(`! ${warning.message} ${warning.advice}`, width, 2).map((line) => paint('yellow', line));
  });
  return [paint('bold', 'Warnings'), ...lines];
}

function precision(document: RunDocument, width: number): string[] {
  const sentence = precisionReached(document);
  return sentence === null ? [] : paragraph(sentence, width);
}

function findingLines(document: RunDocument, width: number, paint: Paint): string[] {
  // Said in sections of their own, with more detail.
  const all = findings(document).filter(({ topic }) => topic !== 'model' && topic !== 'validity');
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
    document.capacitySearch === undefined
      ? `${document.precision === undefined ? '' : 'at least '}${formatNumberOf(plan.trialsPerCell, 'trial')} per cell, `
      : '';
  const about = `${scenario.name}, ${trials}seed ${plan.seed}`;
  return [
    ...paragraph(scenario.question, width).map((line) => paint('bold', line)),
    ...paragraph(about, width),
    ...paragraph(`${headline}: ${reasons.join(' ')}`, width, 2).map((line) => paint(style, line)),
  ];
}

/**
 * The whole result as text for a terminal or a log, ending in a line feed: thresholds, verdict and warnings before the
 * figures, a blank line between any two parts. Pure: the same document, the same text.
 */
export function renderTerminal(document: RunDocument, options: TerminalOptions): string {
  const { color, width } = options;
  const paint = painter(color);
  const parts = [
    thresholdLines(document, width, paint),
    banner(document, width, paint),
    warnings(document, width, paint),
    precision(document, width),
    ...deliveryTable(deliveryCells(document), width, paint),
    ...subscriptionTable(deliveryCells(document), width, paint),
    ...theoryTable(document, width, paint),
    ...networkTable(deliveryCells(document), width, paint),
    ...calibrationTable(document, width, paint),
    ...capacityTable(document, width, paint),
    ...capacitySearchTables(document, width, paint),
    notCompleted(document, width, paint),
    ...invalid(document, width, paint),
    findingLines(document, width, paint),
  ];
  const shown = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}
