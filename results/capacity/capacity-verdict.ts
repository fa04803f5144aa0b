import { formatCount, formatNumberOf } from '../numbers.ts';
import type { RunDocument } from '../run-document.ts';
import { searchesWithoutAnswer } from './answer-text.ts';
import type { CapacitySearchSection } from './capacity-search-section.ts';

/** Whether the searches of a run were answered, as the banner above its figures says it. */
export function capacityVerdict(document: RunDocument, { searches, confirmations }: CapacitySearchSection) {
  const open = searchesWithoutAnswer(document);
  const count = (kind: string) => searches.filter(({ answer }) => answer.kind === kind).length;
  const reasons = [
    document.status === 'interrupted' ? 'The run was stopped before its searches were done.' : '',
    document.status === 'running'
      ? 'The run had not finished when this document was written, or its process was killed.'
      : '',
    ...(['none', 'unfinished', 'skipped'] as const).map((kind) => {
      const words = { none: 'found no value that holds', unfinished: 'not finished', skipped: 'skipped' };
      return count(kind) === 0 ? '' : `${formatNumberOf(count(kind), 'search', 'searches')} ${words[kind]}.`;
    }),
  ].filter((reason) => reason !== '');
  const warnings = document.warnings.length;
  const also = warnings === 0 ? [] : [`Read the ${warnings === 1 ? 'warning' : 'warnings'} before the figures.`];
  const headed = (headline: string) =>
    warnings === 0 ? headline : `${headline}, with ${formatNumberOf(warnings, 'warning')}`;
  const answered = searches.length - open.length;
  if (answered === 0)
    return { level: 'unsound' as const, headline: headed('No search has an answer'), reasons: [...reasons, ...also] };
  if (open.length > 0)
    return {
      level: 'caution' as const,
      headline: headed('Not every search has an answer'),
      reasons: [...reasons, ...also],
    };
  const bounds = count('at-least');
  const lowerBounds =
    bounds === 0
      ? ''
      : `, and ${formatCount(bounds)} of them ${bounds === 1 ? 'is a lower bound' : 'are lower bounds'}`;
  const reason = `Each of the ${formatNumberOf(searches.length, 'answer')} held in ${formatNumberOf(confirmations, 'further run')}${lowerBounds}.`;
  const level = warnings === 0 ? ('sound' as const) : ('caution' as const);
  return { level, headline: headed('Every search has an answer'), reasons: [reason, ...also] };
}
