import { formatCount } from '../numbers.ts';
import { type ThresholdRow, thresholdSigns, thresholdWords } from '../report/threshold-rows.ts';
import { codeSpan, textOf } from './markdown-text.ts';

/** Thresholds as a table of cells in Markdown, a row for each cell that they were held against. */
export function thresholdTable(thresholds: readonly ThresholdRow[]): { titles: string[]; rows: string[][] } {
  const rows = thresholds.flatMap(({ text, remark, cells }) =>
    cells.map(({ state, cell, value, interval, limit, trials, note }) => [
      `${thresholdSigns[state]} ${thresholdWords[state]}`,
      `${codeSpan(text).replaceAll('|', '\\|')}${remark === '' ? '' : ` (${textOf(remark)})`}`,
      ...[cell, value, interval, limit, trials === null ? '' : formatCount(trials), note].map(textOf),
    ]),
  );
  return { titles: ['', 'Threshold', 'Cell', 'Value', '95 % interval', 'Limit', 'Trials', 'Note'], rows };
}
