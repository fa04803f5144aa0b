import { announce } from './announce.ts';
import { type Direction, rowOrder, type SortCell } from './row-order.ts';

/** The rows of each body as they were at first. */
type Original = ReadonlyMap<HTMLTableSectionElement, readonly HTMLTableRowElement[]>;

/** Of a row that has no such column (one cell over all, with a reason) nothing is known. */
function cellAt(row: HTMLTableRowElement, column: number): SortCell {
  const cell = row.cells[column];
  if (cell === undefined || cell.colSpan > 1) return { text: '', value: null };
  return { text: cell.textContent, value: cell.dataset['value'] ?? null };
}

/** Every body for itself: what stands together stays together. Null restores the first order. */
function sortRows(original: Original, column: number, direction: Direction | null): void {
  for (const [body, rows] of original) {
    const order =
      direction === null
        ? rows
        : rowOrder(
            rows.map((row) => cellAt(row, column)),
            direction,
          ).map((at) => rows[at] as HTMLTableRowElement);
    body.append(...order);
  }
}

const next = (direction: string | null): Direction | null =>
  direction === null ? 'ascending' : direction === 'ascending' ? 'descending' : null;

/** The button of a heading: the explained term, or one that takes in the heading's text. */
function buttonOf(heading: HTMLTableCellElement): HTMLButtonElement {
  const term = heading.querySelector('button');
  if (term !== null) return term;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'term';
  button.append(...heading.childNodes);
  heading.append(button);
  return button;
}

function makeSortable(table: HTMLTableElement): void {
  const original: Original = new Map([...table.tBodies].map((body) => [body, [...body.rows]]));
  const headings = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])];
  headings.forEach((heading, column) => {
    const button = buttonOf(heading);
    const name = button.textContent.trim();
    button.classList.add('sorts');
    button.addEventListener('click', ({ isTrusted }) => {
      const direction = next(heading.getAttribute('aria-sort'));
      for (const other of headings) other.removeAttribute('aria-sort');
      if (direction !== null) heading.setAttribute('aria-sort', direction);
      // Lines between groups of rows mean nothing in another order.
      table.classList.toggle('sorted', direction !== null);
      sortRows(original, column, direction);
      // Not when the page itself sorts a table again that it has renewed.
      if (isTrusted) announce(direction === null ? 'In the first order' : `Sorted by ${name}, ${direction}`);
    });
  });
  table.dataset['sortable'] = 'ready';
}

/**
 * Lets the tables marked `data-sortable` be sorted by the buttons in their headings: ascending, descending, and back to the
 * first order.
 */
export function enhanceSorting(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-sortable=""]')) makeSortable(table);
}
