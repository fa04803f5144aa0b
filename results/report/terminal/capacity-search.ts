import {
  answerText,
  axisText,
  failedText,
  limitedByText,
  remarkOn,
  searchName,
  whyFailed,
} from '../../capacity/answer-text.ts';
import type { CapacitySearchResult } from '../../capacity/capacity-search-section.ts';
import type { RunDocument } from '../../run-document.ts';
import { harmless, type Paint, paragraph } from './paint.ts';
import { layoutTable, type TextColumn } from './table.ts';

/** The answers of a run with --find-capacity: a table for each axis and what was held fixed, what limited below it. */
export function capacitySearchTables(document: RunDocument, width: number, paint: Paint): string[][] {
  const section = document.capacitySearch;
  if (section === undefined) return [];
  const about =
    `The highest value that held "${section.objective.text}" without loss in ${section.confirmations} further runs, ` +
    'and the lowest that did not. "At least": something other than the server was at its limit, which hides what the server can do.';
  const tables = Map.groupBy(section.searches, ({ axis, cell }) => axisText(axis, cell));
  return [
    paragraph(about, width),
    ...[...tables].flatMap(([title, searches]) => table(`Capacity, ${title}`, searches, width, paint)),
  ];
}

function table(title: string, searches: readonly CapacitySearchResult[], width: number, paint: Paint): string[][] {
  const names = searches.map((search) => harmless(searchName(search, searches)));
  const column = (heading: string[], align: TextColumn['align'], cell: (search: CapacitySearchResult) => string) => ({
    heading,
    cells: searches.map((search) => harmless(cell(search))),
    align,
  });
  const blocks = layoutTable(
    [{ heading: ['transport'], cells: names, align: 'left' }],
    [
      column(['capacity'], 'right', ({ answer }) => answerText(answer)),
      column(['failed at'], 'right', ({ answer }) => failedText(answer)),
      column(['because'], 'left', whyFailed),
      column(['limited by'], 'left', limitedByText),
    ],
    width,
  );
  const remarks = searches.flatMap((search, index) => {
    const text = remarkOn(search);
    return text === '' ? [] : paragraph(`${names[index]}: ${text}`, width, 2);
  });
  const tables = blocks.map((block, index) => [
    ...(index === 0 ? [paint('bold', title)] : []),
    ...block.heading.map((line) => paint('bold', line)),
    ...block.rows,
  ]);
  return [...tables, remarks];
}
