import { formatNumberOf } from '../../numbers.ts';

/** A part of a summary, of which rows may be left out from the end. */
export interface Section {
  title: string;
  /** Markdown between the title and the first row: a sentence, the head of a table. Ends in a line feed. */
  before: string;
  rowCount: number;
  /** A row in Markdown, without a line feed. */
  row(at: number): string;
  /** Markdown after the last row, beginning with its line feeds; empty mostly. */
  after: string;
}

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

/** What stands for a section of which no row fits. */
const withoutRows = ({ title, rowCount }: Section) =>
  `**${title}**: ${formatNumberOf(rowCount, 'row')}, see the report.`;

/** The section in at most so many bytes, cut by whole rows; what is left out is counted. */
function fitted(section: Section, mostBytes: number): string {
  const { title, before, rowCount, after } = section;
  const head = `### ${title}\n\n${before}`;
  const more = (count: number) => `\n\n${formatNumberOf(count, 'more row')}, see the report.`;
  const noteBytes = bytes(more(rowCount));
  const rows: string[] = [];
  let usedBytes = bytes(head) + bytes(after);
  let fitCount = 0;
  while (rows.length < rowCount) {
    const row = `${rows.length === 0 ? '' : '\n'}${section.row(rows.length)}`;
    usedBytes += bytes(row);
    if (usedBytes > mostBytes) break;
    rows.push(row);
    if (usedBytes + noteBytes <= mostBytes) fitCount = rows.length;
  }
  if (rows.length === rowCount) return `${head}${rows.join('')}${after}`;
  if (fitCount === 0) return withoutRows(section);
  return `${head}${rows.slice(0, fitCount).join('')}${more(rowCount - fitCount)}${after}`;
}

/**
 * The sections, a blank line between any two, in at most so many bytes of UTF-8 together. Each is worth as many rows as fit
 * after what the earlier ones took; one of which none fits is a line that says so. Throws a RangeError where not even these
 * lines fit.
 */
export function fitSections(sections: readonly Section[], mostBytes: number): string {
  const SEPARATOR = '\n\n';
  const least = sections.map((section) => bytes(withoutRows(section)) + SEPARATOR.length);
  // Before the first there is no separator.
  let freeBytes = mostBytes + SEPARATOR.length - least.reduce((sum, each) => sum + each, 0);
  if (freeBytes < 0)
    throw new RangeError(`a summary of ${sections.length} sections does not fit in ${mostBytes} bytes`);
  const texts = sections.map((section, at) => {
    const own = least[at] as number;
    const text = fitted(section, freeBytes + own - SEPARATOR.length);
    freeBytes += own - bytes(text) - SEPARATOR.length;
    return text;
  });
  return texts.join(SEPARATOR);
}
