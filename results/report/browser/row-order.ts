/** What a row is sorted by; null for an unknown value. */
type SortKey = number | string | null;

export type Direction = 'ascending' | 'descending';

/** A cell of the column: its text, and the number in `data-value` where it has one. */
export interface SortCell {
  text: string;
  value: string | null;
}

const UNKNOWN_TEXTS = ['', '—'];
const NUMBER = /^-?[\d,]*\.?\d+$/;

function keyOf({ text, value }: SortCell): SortKey {
  if (value !== null) {
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return value.trim() === '' ? null : value;
    return number;
  }
  const bare = text.trim();
  if (UNKNOWN_TEXTS.includes(bare)) return null;
  return NUMBER.test(bare) ? Number(bare.replaceAll(',', '')) : bare;
}

/** Numbers before texts, and texts in the order of their characters, which is the same everywhere. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The order of the rows that have these cells: positions, the first row's first. Rows that are alike keep their order, and
 * unknown values come last in both directions.
 */
export function rowOrder(cells: readonly SortCell[], direction: Direction): number[] {
  const sign = direction === 'ascending' ? 1 : -1;
  const rows = cells.map((cell, at) => ({ key: keyOf(cell), at }));
  rows.sort(({ key: a }, { key: b }) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * compare(a, b);
  });
  return rows.map(({ at }) => at);
}
