import { capacityVerdict } from '../capacity/capacity-verdict.ts';
import { capacityCells, deliveryCells } from '../labels.ts';
import { formatCount, formatNumberOf } from '../numbers.ts';
import type { CellResult, RunDocument } from '../run-document.ts';
import type { Validity } from '../validity/check.ts';
import { isComplete } from './findings/completeness.ts';

/** Whether the run as a whole may be believed, and what stands against it. Shown above all numbers. */
export interface Verdict {
  level: 'sound' | 'caution' | 'unsound';
  headline: string;
  reasons: string[];
}

type Failed = Extract<CellResult, { outcome: 'failed' }>;
type Skipped = Extract<CellResult, { outcome: 'skipped' }>;

/** The cells that failed. */
export function failedCells(document: RunDocument): Failed[] {
  return document.cells.filter((result) => result.outcome === 'failed');
}

/** The cells that were not measured, on purpose or for want of something. */
function skippedCells(document: RunDocument): Skipped[] {
  return document.cells.filter((result) => result.outcome === 'skipped');
}

/** The ids of cells that were not measured, by the reason. */
export function skippedByReason(document: RunDocument): { reason: string; cellIds: string[] }[] {
  return [...Map.groupBy(skippedCells(document), ({ reason }) => reason)].map(([reason, cells]) => ({
    reason,
    cellIds: cells.map(({ cell }) => cell.id),
  }));
}

function unfinished(document: RunDocument): string[] {
  if (document.status === 'completed') return [];
  const completed = deliveryCells(document).length + capacityCells(document).length;
  const done = `${formatCount(completed)} of ${formatNumberOf(document.plan.cells.length, 'planned cell')} ${completed === 1 ? 'has' : 'have'} a result.`;
  const why =
    document.status === 'interrupted'
      ? 'The run was stopped before its plan was done.'
      : 'The run had not finished when this document was written, or its process was killed.';
  return [`${why} ${done}`];
}

function shortOfTrials(document: RunDocument): string[] {
  const planned = document.plan.trialsPerCell;
  const short = deliveryCells(document).filter((cell) => cell.trials.length < planned);
  if (short.length === 0) return [];
  return [`${formatNumberOf(short.length, 'cell')} with fewer than the ${formatNumberOf(planned, 'planned trial')}.`];
}

/**
 * Judges the run: `unsound` when a number may not be believed, `caution` when something is absent or there is a warning
 * to read before the figures.
 */
export function verdict(document: RunDocument): Verdict {
  if (document.capacitySearch !== undefined) return capacityVerdict(document, document.capacitySearch);
  const completed = [...deliveryCells(document), ...capacityCells(document)];
  const invalid = completed.filter((result) => !result.validity.ok);
  const incomplete = deliveryCells(document).filter((result) => !isComplete(result.deliveries));
  const failed = failedCells(document);
  const skipped = skippedCells(document);

  const unsound: string[] = [];
  if (completed.length === 0) unsound.push('No cell was completed, so there is no result.');
  if (invalid.length > 0)
    unsound.push(`${formatNumberOf(invalid.length, 'cell')} not valid, because a check of the instrument failed.`);
  if (incomplete.length > 0)
    unsound.push(
      `${formatNumberOf(incomplete.length, 'cell')} in which deliveries were missing, repeated, out of order or altered.`,
    );
  if (failed.length > 0) unsound.push(`${formatNumberOf(failed.length, 'cell')} failed.`);
  const partial = [...unfinished(document), ...shortOfTrials(document)];
  if (skipped.length > 0) partial.push(`${formatNumberOf(skipped.length, 'cell')} skipped.`);

  const warnings = document.warnings.length;
  const also = warnings === 0 ? [] : [`Read the ${warnings === 1 ? 'warning' : 'warnings'} before the figures.`];
  const reasons = [...unsound, ...partial, ...also];
  const headed = (headline: string) =>
    warnings === 0 ? headline : `${headline}, with ${formatNumberOf(warnings, 'warning')}`;
  if (unsound.length > 0) {
    const doubtful = invalid.length + incomplete.length > 0;
    return { level: 'unsound', headline: unsoundHeadline(document, completed.length, doubtful), reasons };
  }
  if (partial.length > 0) return { level: 'caution', headline: headed('Valid, but not the whole plan'), reasons };
  return {
    level: warnings === 0 ? 'sound' : 'caution',
    headline: headed('Valid'),
    reasons: [checksText(completed), ...also],
  };
}

/** How many of its own questions the instrument could answer as it should; none that failed made a cell not valid. */
function checksText(completed: readonly { validity: Validity }[]): string {
  const checks = completed.flatMap(({ validity }) => validity.checks);
  const doubtful = checks.filter((check) => !check.ok).length;
  const all = `${formatNumberOf(checks.length, 'check')} of the instrument`;
  const cells = formatNumberOf(completed.length, 'cell');
  if (doubtful === 0) return `All ${all} passed in ${cells}.`;
  return `Of ${all} in ${cells} ${formatCount(doubtful)} gave a warning, and none failed that decides about validity.`;
}

function unsoundHeadline(document: RunDocument, completedCount: number, doubtful: boolean): string {
  if (document.cells.length === 0) return 'No cell was measured';
  if (completedCount === 0) return 'No cell was completed';
  return doubtful ? 'Not all of this may be believed' : 'Not everything could be measured';
}
