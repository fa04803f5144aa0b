/** A column of a text table: a heading of some lines and one text per row. */
export interface TextColumn {
  heading: readonly string[];
  cells: readonly string[];
  /** `decimal` puts the decimal points of a column below each other. */
  align: 'left' | 'right' | 'decimal';
}

const GAP = '  ';

function decimalAligned(cells: readonly string[]): string[] {
  const parts = cells.map((cell) => {
    const point = cell.indexOf('.');
    return point < 0 ? [cell, ''] : [cell.slice(0, point), cell.slice(point)];
  });
  const fraction = Math.max(0, ...parts.map(([, after]) => (after as string).length));
  return parts.map(([before, after]) => `${before}${(after as string).padEnd(fraction)}`);
}

/** The column's lines, heading first, all of the same width. */
function columnLines(column: TextColumn, headingLines: number): string[] {
  const cells = column.align === 'decimal' ? decimalAligned(column.cells) : column.cells;
  const heading = [...Array<string>(headingLines - column.heading.length).fill(''), ...column.heading];
  const all = [...heading, ...cells];
  const width = Math.max(...all.map((line) => line.length));
  return all.map((line) => (column.align === 'left' ? line.padEnd(width) : line.padStart(width)));
}

/** A table as lines of text, split into its heading and its rows so that they can be styled. */
export interface TextBlock {
  heading: string[];
  rows: string[];
}

/**
 * Lays out a table. What does not fit beside each other in `width` characters goes into further blocks below, each of
 * which begins with the `keys` columns again, so that no line is ever wrapped by the terminal.
 */
export function layoutTable(keys: readonly TextColumn[], values: readonly TextColumn[], width: number): TextBlock[] {
  const headingLines = Math.max(...[...keys, ...values].map((column) => column.heading.length));
  const keyLines = keys.map((column) => columnLines(column, headingLines));
  const widthOf = (columns: string[][]) =>
    columns.reduce((sum, lines) => sum + (lines[0]?.length ?? 0) + GAP.length, -GAP.length);
  const blocks: string[][][] = [];
  let block = keyLines;
  for (const column of values) {
    const lines = columnLines(column, headingLines);
    if (block.length > keyLines.length && widthOf([...block, lines]) > width) {
      blocks.push(block);
      block = keyLines;
    }
    block = [...block, lines];
  }
  blocks.push(block);
  return blocks.map((columns) => {
    const count = columns[0]?.length ?? 0;
    const lines = Array.from({ length: count }, (_, at) =>
      columns
        .map((column) => column[at])
        .join(GAP)
        .trimEnd(),
    );
    // A block of low headings does without the empty lines above them.
    const heading = lines.slice(0, headingLines);
    return { heading: heading.slice(heading.findIndex((line) => line !== '')), rows: lines.slice(headingLines) };
  });
}

/** A word that is longer than a line, in pieces that fit: broken after slashes, and anywhere if that is not enough. */
function pieces(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  return (word.match(/[^/]*\/|[^/]+/g) ?? []).flatMap((part) => part.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []);
}

/** Breaks a text into lines of at most `width` characters at spaces; further lines begin with `indent` spaces. */
export function wrapText(text: string, width: number, indent = 0): string[] {
  const body = text.trimStart();
  const lines: string[] = [];
  let line = ' '.repeat(text.length - body.length);
  let lineHasText = false;
  for (const word of body.split(' ')) {
    for (const [at, piece] of pieces(word, width - indent).entries()) {
      const space = lineHasText && at === 0 ? ' ' : '';
      if (lineHasText && line.length + space.length + piece.length > width) {
        lines.push(line.trimEnd());
        line = ' '.repeat(indent) + piece;
      } else {
        line += space + piece;
      }
      lineHasText = true;
    }
  }
  return [...lines, line];
}
