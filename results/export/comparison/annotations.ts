import { stripVTControlCharacters } from 'node:util';
import type { RunComparison } from '../../compare/compare-runs.ts';
import type { Gate } from '../../compare/gate.ts';
import { formatNumberOf } from '../../numbers.ts';
import { cellNames, changeSentence, differenceSentence, missingCells, outcomeTexts, worstFirst } from './gate-text.ts';
import { gatedThresholds, type ThresholdEffect } from './threshold-text.ts';

/** A line beside the result of a job. */
interface Annotation {
  level: 'error' | 'warning' | 'notice';
  title: string;
  message: string;
}

/** Of one level a runner shows ten of a step and drops the rest without a word. */
const MOST_ANNOTATIONS = 10;

/** As the runner reads it (github.com/actions/toolkit, packages/core/src/command.ts). */
const escapeMessage = (text: string) =>
  stripVTControlCharacters(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string) => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function command({ level, title, message }: Annotation): string {
  return `::${level} title=${escapeProperty(title)}::${escapeMessage(message)}\n`;
}

function annotationsOf(comparison: RunComparison, gate: Gate): Annotation[] {
  const nameOf = cellNames(comparison);
  const { regressions } = gate;
  const held = gatedThresholds(comparison, gate);
  const thresholds = (effect: ThresholdEffect, level: Annotation['level'], what: string) =>
    held
      .filter((each) => each.effect === effect)
      .map(({ row, sentence }): Annotation => ({ level, title: `${what}: ${row.text}`, message: sentence }));
  const listed: Annotation[] = [
    ...gate.incompatibilities.map(
      (difference): Annotation => ({
        level: 'error',
        title: 'Base and head cannot be compared',
        message: differenceSentence(difference),
      }),
    ),
    ...thresholds('fail', 'error', 'Threshold failed'),
    ...worstFirst(regressions).map(({ cellId, change }): Annotation => {
      const title = `Worse: ${change.metric.title}, ${nameOf(cellId)}`;
      return { level: 'error', title, message: changeSentence(change) };
    }),
    ...thresholds('missing', 'error', 'Threshold without data'),
    ...missingCells(gate).map(
      ({ cellId, text }): Annotation => ({ level: 'error', title: `Missing: ${nameOf(cellId)}`, message: text }),
    ),
    ...gate.forced.map(
      (difference): Annotation => ({
        level: 'warning',
        title: 'Compared in spite of a difference',
        message: differenceSentence(difference),
      }),
    ),
    ...thresholds('warning', 'warning', 'Threshold, only a warning'),
  ];
  const outcome: Annotation = {
    level: gate.outcome === 'pass' ? 'notice' : 'error',
    title: `transport-bench: ${outcomeTexts[gate.outcome].word}`,
    message: gate.reason,
  };
  if (gate.outcome === 'pass') return [...listed, outcome];
  return listed.some(({ level }) => level === 'error') ? listed : [outcome, ...listed];
}

/**
 * The comparison as workflow commands, a line each, which a runner shows beside the result of the job: at most ten, the
 * worst first, the last of which says how many more there are.
 */
export function comparisonToAnnotations(comparison: RunComparison, gate: Gate): string {
  const all = annotationsOf(comparison, gate);
  if (all.length <= MOST_ANNOTATIONS) return all.map(command).join('');
  const shown = all.slice(0, MOST_ANNOTATIONS - 1);
  const rest = all.slice(MOST_ANNOTATIONS - 1);
  const more: Annotation = {
    level: (rest[0] as Annotation).level,
    title: `${formatNumberOf(rest.length, 'more annotation')} of transport-bench`,
    message: `${formatNumberOf(rest.filter(({ level }) => level === 'error').length, 'error')} and ${formatNumberOf(rest.filter(({ level }) => level === 'warning').length, 'warning')} are not shown here; the summary has them.`,
  };
  return [...shown, more].map(command).join('');
}
