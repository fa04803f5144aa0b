import type { RunComparison } from '../../compare/compare-runs.ts';
import type { Gate, GatedChange } from '../../compare/gate.ts';
import { basisText, decisionTexts } from '../../export/comparison/decision-text.ts';
import {
  cellNames,
  changeSentence,
  differenceSentence,
  missingCells,
  outcomeSentence,
  outcomeTexts,
  runText,
  worstFirst,
} from '../../export/comparison/gate-text.ts';
import { headWithThresholds } from '../../export/comparison/threshold-text.ts';
import { formatCount } from '../../numbers.ts';
import { verdictSigns } from '../comparison/change-text.ts';
import type { TerminalOptions } from '../terminal.ts';
import { comparisonTable } from './comparison-table.ts';
import { type Paint, painter, paragraph } from './paint.ts';
import { thresholdLines } from './thresholds.ts';

/** Of each list; nobody reads more in a terminal, and the summary and the JSON have all. */
const MOST_LISTED = 20;

/** A heading and a paragraph for each item; nothing without items. */
function listed(
  title: string,
  items: readonly string[],
  style: Parameters<Paint>[0],
  { width, paint }: Shown,
): string[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_LISTED;
  return [
    paint('bold', title),
    ...items
      .slice(0, MOST_LISTED)
      .flatMap((item) =>
        paragraph(`  ${item.replaceAll(' → ', '\u00a0→ ')}`, width, 4).map((line) => paint(style, line)),
      ),
    ...(more > 0 ? paragraph(`  and ${formatCount(more)} more: the summary and --json have all`, width, 4) : []),
  ];
}

interface Shown {
  width: number;
  paint: Paint;
}

function banner(comparison: RunComparison, gate: Gate, { width, paint }: Shown): string[] {
  const style = gate.outcome === 'pass' ? 'green' : 'red';
  const { sign } = outcomeTexts[gate.outcome];
  const basis = basisText(comparison);
  return [
    ...paragraph(`${sign} ${outcomeSentence(gate)}`, width, 2).map((line) => paint(['bold', style], line)),
    ...paragraph(`  base  ${runText(comparison, 'base')}`, width, 8),
    ...paragraph(`  head  ${runText(comparison, 'head')}`, width, 8),
    ...(basis === null ? [] : paragraph(`! ${basis}`, width, 2).map((line) => paint('yellow', line))),
  ];
}

function forced({ forced: differences }: Gate, { width, paint }: Shown): string[] {
  if (differences.length === 0) return [];
  const text = `! FORCED: compared in spite of ${differences.map(differenceSentence).join('; ')}.`;
  return paragraph(text, width, 2).map((line) => paint(['bold', 'red'], line));
}

/**
 * The comparison as text for a terminal or a log, ending in a line feed: the outcome first, then thresholds, what got worse,
 * what is missing, what got better, a table of all cells and metrics, and how it was decided.
 */
export function comparisonToTerminal(comparison: RunComparison, gate: Gate, { color, width }: TerminalOptions): string {
  const shown = { width, paint: painter(color) };
  const nameOf = cellNames(comparison);
  const { regressions, improvements } = gate;
  const changes = (all: readonly GatedChange[], sign: string) =>
    all.map(({ cellId, change }) => `${sign} ${nameOf(cellId)}, ${change.metric.title}: ${changeSentence(change)}`);
  const parts = [
    forced(gate, shown),
    banner(comparison, gate, shown),
    thresholdLines(headWithThresholds(comparison, gate), width, shown.paint),
    listed('Worse', changes(worstFirst(regressions), verdictSigns.worse), 'red', shown),
    listed(
      'Missing',
      missingCells(gate).map(({ cellId, text }) => `– ${nameOf(cellId)}: ${text}`),
      'red',
      shown,
    ),
    listed(
      'Base and head cannot be compared',
      gate.incompatibilities.map((each) => `≠ ${differenceSentence(each)}`),
      'red',
      shown,
    ),
    listed('Better', changes(improvements, verdictSigns.better), 'green', shown),
    ...(gate.outcome === 'incompatible' ? [] : comparisonTable(comparison, shown)),
    gate.outcome === 'incompatible' ? [] : decisionTexts(comparison).flatMap((text) => paragraph(text, width)),
  ];
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
