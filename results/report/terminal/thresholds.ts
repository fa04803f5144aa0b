import { formatCount, formatNumberOf } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import {
  type ThresholdCellRow,
  type ThresholdState,
  thresholdRows,
  thresholdSigns,
  thresholdSummary,
  thresholdWords,
} from '../threshold-rows.ts';
import { type Paint, paragraph } from './paint.ts';

/** More are in the document and in the report; the worst are shown. */
const MOST_CELLS = 10;

const WORD_WIDTH = Math.max(...Object.values(thresholdWords).map((word) => word.length));

const styles: Record<ThresholdState, 'green' | 'red' | 'yellow'> = {
  pass: 'green',
  fail: 'red',
  undecided: 'yellow',
  missing: 'red',
  'left out': 'yellow',
  'not judged': 'yellow',
};

/** "websocket: 2.13 ms (2.09 to 2.18 ms), limit < 2 ms, 6 trials". */
export function thresholdCellText({ cell, value, interval, limit, trials, note }: ThresholdCellRow): string {
  const figures = [
    `${value}${interval === '' ? '' : ` (${interval})`}`,
    limit === '' ? '' : `limit ${limit}`,
    trials === null ? '' : formatNumberOf(trials, 'trial'),
    note,
  ];
  return `${cell === '' ? '' : `${cell}: `}${figures.filter((part) => part !== '').join(', ')}`;
}

/** Each threshold with its result and the cells it was held against, the worst first; nothing where there are none. */
export function thresholdLines(document: RunDocument, width: number, paint: Paint): string[] {
  const rows = thresholdRows(document);
  if (rows.length === 0) return [];
  return [
    paint('bold', 'Thresholds'),
    ...paragraph(thresholdSummary(rows), width),
    ...rows.flatMap(({ state, text, remark, cells }) => {
      const head = `${thresholdSigns[state]} ${thresholdWords[state].padEnd(WORD_WIDTH)}  ${text}`;
      const remarked = remark === '' ? head : `${head} (${remark})`;
      const hidden = cells.length - MOST_CELLS;
      return [
        ...paragraph(remarked, width, 4).map((line) => paint(styles[state], line)),
        ...cells.slice(0, MOST_CELLS).flatMap((cell) => {
          const sign = cells.length === 1 ? '' : `${thresholdSigns[cell.state]} `;
          return paragraph(`    ${sign}${thresholdCellText(cell)}`, width, 6);
        }),
        ...(hidden > 0 ? [`    and ${formatCount(hidden)} more cells`] : []),
      ];
    }),
  ];
}
