import type { ComparableGroup, Comparison } from '../../labels.ts';
import { formatNumberOf } from '../../numbers.ts';

// A chart of each group of a large sweep would be a page that nobody reads; those of its sweep show all of them.
const MOST_GROUPS = 6;

/** The groups that get a chart each, and a sentence about the others; null when there are none. */
export interface DrawnGroups {
  groups: readonly ComparableGroup[];
  note: string | null;
}

/** All groups, or of many those evenly spaced from the first to the last. */
export function drawnGroups({ groups }: Comparison, most = MOST_GROUPS): DrawnGroups {
  if (groups.length <= most) return { groups, note: null };
  const places = Array.from({ length: most }, (_, at) => Math.round((at * (groups.length - 1)) / (most - 1)));
  const drawn = places.flatMap((place) => groups[place] ?? []);
  return {
    groups: drawn,
    note: `Drawn for ${most} of ${formatNumberOf(groups.length, 'group')} of cells, from the first to the last; the run document has all.`,
  };
}

/** The first cells of a group, as many as one chart may have, and a sentence about the others; null when there are none. */
export function drawnCells(group: ComparableGroup, most: number): { group: ComparableGroup; note: string | null } {
  const left = group.cells.length - most;
  if (left <= 0) return { group, note: null };
  return {
    group: { ...group, cells: group.cells.slice(0, most) },
    note: `${formatNumberOf(left, 'further cell')} of this group ${left === 1 ? 'is' : 'are'} not drawn; the run document has all.`,
  };
}

/** What there is to say of a chart, as one paragraph; null when there is nothing. */
export function notesOf(notes: readonly (string | null)[]): string | null {
  const known = notes.filter((note) => note !== null);
  return known.length === 0 ? null : known.join(' ');
}
