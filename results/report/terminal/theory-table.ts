import type { RunDocument } from '../../run-document.ts';
import { failingGroups, likeliestCauses, THEORY_TITLE, theorySummary, theoryValue } from '../theory-groups.ts';
import { harmless, type Paint, paragraph } from './paint.ts';
import { layoutTable, type TextColumn } from './table.ts';

/** One line when every prediction holds, otherwise a table of those that do not; nothing without predictions. */
export function theoryTable(document: RunDocument, width: number, paint: Paint): string[][] {
  const summary = theorySummary(document);
  if (summary === null) return [];
  const failing = failingGroups(document);
  if (failing.length === 0) return [paragraph(`${THEORY_TITLE}: ${summary}`, width)];
  // One layout for all, so that the columns of the groups stand below each other.
  const rows = failing.flatMap((group) => group.rows);
  const column = (heading: string, cells: string[]): TextColumn => ({ heading: [heading], cells, align: 'right' });
  const blocks = layoutTable(
    [{ heading: ['cell'], cells: rows.map(({ label }) => `  ${harmless(label)}`), align: 'left' }],
    [
      column(
        'expected',
        rows.map(({ row }) => theoryValue(row.expected, row.unit)),
      ),
      column(
        'measured',
        rows.map(({ row }) => theoryValue(row.measured, row.unit)),
      ),
      column(
        'tolerance',
        rows.map(({ row }) => `± ${theoryValue(row.tolerance, row.unit)}`),
      ),
    ],
    width,
  );
  // One cause of everything, such as a busy machine, is said once.
  const shared = new Set(failing.flatMap(likeliestCauses));
  const tables = blocks.map(({ heading, rows: lines }, block) => {
    let next = 0;
    return [
      ...heading.map((line) => paint('bold', line)),
      ...failing.flatMap((group) => {
        const from = next;
        next += group.rows.length;
        const causes = block === 0 && shared.size > 1 ? likeliestCauses(group) : [];
        return [
          ...paragraph(group.quantity, width, 2),
          ...lines.slice(from, next),
          ...(causes.length === 0 ? [] : paragraph(`    likely: ${causes.join('; ')}`, width, 6)),
        ];
      }),
    ];
  });
  const title = paint('bold', THEORY_TITLE);
  const cause = shared.size === 1 ? ` The likely cause: ${[...shared].join('')}.` : '';
  return [[title, ...paragraph(`${summary}${cause}`, width).map((line) => paint('red', line))], ...tables];
}
