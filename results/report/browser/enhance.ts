import { startChooser } from './chooser.ts';
import { enhanceHeadings } from './headings.ts';
import { enhanceSorting } from './sort.ts';

/** Adds what only a script can do to a part of the page; a part that has it already is left as it is. */
export function enhance(root: ParentNode): void {
  enhanceHeadings(root);
  enhanceSorting(root);
  startChooser(root);
}
