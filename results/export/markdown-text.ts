const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' };

/** One line: line ends and control characters would end a list item or a row of a table. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}

/**
 * A text that means itself in GitHub's Markdown, also in a table: no markup, no HTML, no mention of a user. Characters
 * that only mean something at the beginning of a line are escaped there alone, so that the source stays readable.
 */
export function textOf(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_~[\]|$]/g, '\\$&')
    .replace(/[&<>@]/g, (character) => ENTITIES[character] as string)
    .replace(/^([-+=#])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A text as code, with a fence longer than any run of backticks in it (CommonMark 0.31, section 6.1). */
export function codeSpan(text: string): string {
  const code = oneLine(text);
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^[ `]|[ `]$/.test(code) || code === '' ? ' ' : '';
  return `${fence}${space}${code}${space}${fence}`;
}

/** A list of items that are Markdown already. */
export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

/** A table of cells that are Markdown already; numbers are to the right, texts of the first column to the left. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = (column: number) => column > 0 && rows.every((row) => /^[\d—]/.test(row[column] ?? ''));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (isNumber(column) ? '---:' : '---'));
  return [head, rule, ...rows].map(line).join('\n');
}
