import type { MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import type { Gate, GatedChange } from '../../compare/gate.ts';
import type { RunDifference } from '../../compare/run-differences.ts';
import { formatProbability, UNKNOWN } from '../../numbers.ts';
import { changeIntervalText, differenceText, valuesText, verdictSigns } from '../../report/comparison/change-text.ts';
import { thresholdRows } from '../../report/threshold-rows.ts';
import { list, textOf } from '../markdown-text.ts';
import { thresholdTable } from '../threshold-table.ts';
import { basisText, decisionTexts } from './decision-text.ts';
import {
  cellNames,
  differenceSentence,
  missingCells,
  outcomeTexts,
  reasonSentence,
  runText,
  worstFirst,
} from './gate-text.ts';
import { fitSections, type Section } from './sections.ts';
import { headWithThresholds } from './threshold-text.ts';

/** How large a summary may be, in bytes of UTF-8. */
export interface MarkdownOptions {
  mostBytes: number;
}

const LONGEST_CELL = 300;

/** A text of a document, made harmless, and cut where it is so long that nobody reads it in a table. */
const cellText = (text: string) =>
  textOf(text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL).trimEnd()}…` : text);

/** A number in one line of its column. */
const unbroken = (text: string) => text.replaceAll(' ', '\u00a0');

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The head of a table with the columns of these numbers to the right. */
function tableHead(titles: readonly string[], numbers: readonly string[]): string {
  const rule = titles.map((title) => (numbers.includes(title) ? '---:' : '---'));
  return `${row(titles)}\n${row(rule)}\n`;
}

type Named = (cellId: string) => string;

function section<T>(title: string, before: string, items: readonly T[], rowOf: (item: T) => string): Section[] {
  if (items.length === 0) return [];
  return [{ title, before, rowCount: items.length, row: (at) => rowOf(items[at] as T), after: '' }];
}

const CHANGE_TITLES = ['Cell', 'Metric', 'Base → head', 'Change', '95 % interval', 'p', 'n', 'Verdict'];
const CHANGE_NUMBERS = CHANGE_TITLES.slice(2, 7);

function verdictText({ verdict, note }: MetricChange): string {
  const word = verdict === null ? `${UNKNOWN} none` : `${verdictSigns[verdict]} ${verdict}`;
  return note === null ? word : `${word}: ${cellText(note)}`;
}

const changeRow =
  (nameOf: Named) =>
  ({ cellId, change }: GatedChange): string =>
    row([
      cellText(nameOf(cellId)),
      textOf(change.metric.title),
      unbroken(valuesText(change)),
      unbroken(differenceText(change)),
      unbroken(changeIntervalText(change) ?? UNKNOWN),
      textOf(formatProbability(change.adjustedP ?? change.p)),
      unbroken(`${change.trials[0]} → ${change.trials[1]}`),
      verdictText(change),
    ]);

const changeSection = (title: string, changes: readonly GatedChange[], nameOf: Named) =>
  section(title, tableHead(CHANGE_TITLES, CHANGE_NUMBERS), changes, changeRow(nameOf));

function thresholdSection(comparison: RunComparison, gate: Gate): Section[] {
  const { titles, rows } = thresholdTable(thresholdRows(headWithThresholds(comparison, gate)));
  return section('Thresholds', tableHead(titles, []), rows, row);
}

function differenceSection(title: string, differences: readonly RunDifference[]): Section[] {
  return section(title, tableHead(['What', 'Base', 'Head'], []), differences, ({ what, values }) =>
    row([what, ...values].map(cellText)),
  );
}

/** Every metric of every cell, folded, since it is long. */
function allChanges({ cells }: RunComparison, { outcome }: Gate, nameOf: Named): Section[] {
  if (outcome === 'incompatible') return [];
  const changes = cells.flatMap(({ id, changes: own }) => own.map((change) => ({ cellId: id, change })));
  return changeSection('All changes', changes, nameOf).map((each) => ({
    ...each,
    before: `<details><summary>Every metric of every cell</summary>\n\n${each.before}`,
    after: '\n\n</details>',
  }));
}

/** What is shown however small the summary is. */
function opening(comparison: RunComparison, gate: Gate): string[] {
  const { sign, word } = outcomeTexts[gate.outcome];
  const basis = basisText(comparison);
  const forced = gate.forced.map((difference) => cellText(differenceSentence(difference)));
  return [
    `## ${sign} transport-bench: ${word}`,
    `**${textOf(reasonSentence(gate))}**`,
    list([`base: ${cellText(runText(comparison, 'base'))}`, `head: ${cellText(runText(comparison, 'head'))}`]),
    ...(forced.length === 0 ? [] : [`**Forced:** compared in spite of differences. ${forced.join('; ')}.`]),
    ...(basis === null ? [] : [`**Note:** ${textOf(basis)}`]),
  ];
}

/**
 * The comparison as a summary in the Markdown of GitHub: the outcome, thresholds, what got worse, what is missing, what got
 * better, what differs besides, every change (folded), and how it was decided. Never more than `mostBytes`: rows are left
 * out from the end of the longest lists, and counted. Every text of a document is escaped.
 */
export function comparisonToMarkdown(comparison: RunComparison, gate: Gate, { mostBytes }: MarkdownOptions): string {
  const nameOf = cellNames(comparison);
  const { regressions, improvements } = gate;
  const start = opening(comparison, gate).join('\n\n');
  const decided = gate.outcome === 'incompatible' ? [] : decisionTexts(comparison).map(textOf);
  const end = decided.length === 0 ? '' : `### How it was decided\n\n${list(decided)}`;
  const sections = [
    ...differenceSection('Base and head cannot be compared', gate.incompatibilities),
    ...thresholdSection(comparison, gate),
    ...changeSection('Worse', worstFirst(regressions), nameOf),
    ...section('Missing', tableHead(['Cell', 'What is missing'], []), missingCells(gate), ({ cellId, text }) =>
      row([nameOf(cellId), text].map(cellText)),
    ),
    ...changeSection('Better', improvements, nameOf),
    ...differenceSection('What differs besides the results', comparison.differences),
    ...allChanges(comparison, gate, nameOf),
  ];
  const usedBytes = Buffer.byteLength(`${start}\n\n\n\n${end}\n`, 'utf8');
  const middle = fitSections(sections, mostBytes - usedBytes);
  return `${[start, middle, end].filter((part) => part !== '').join('\n\n')}\n`;
}
