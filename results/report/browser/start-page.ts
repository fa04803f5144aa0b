import { startCompare } from './compare.ts';
import { startDeepLinks } from './deep-link.ts';
import { startDownloads } from './downloads.ts';
import { enhance } from './enhance.ts';
import { startPrinting } from './printing.ts';
import { startSeries } from './series.ts';
import { startTheme } from './theme.ts';
import { startTooltips } from './tooltip.ts';

/** A part that fails takes no other with it; its error is told to the console. */
function attempt(start: () => void): void {
  try {
    start();
  } catch (error) {
    reportError(error);
  }
}

/**
 * Starts all parts of a page. `first` comes before them, since it compares the page as it was sent, so nothing may have
 * changed it.
 */
export function startPage(first: () => void = () => {}): void {
  // Before the page is drawn: its theme, and room for what needs the script, so that nothing moves later.
  document.documentElement.dataset['scripted'] = '';
  attempt(startTheme);
  document.addEventListener('DOMContentLoaded', () => {
    // The last needs all that can be opened.
    const parts = [
      first,
      () => enhance(document),
      startTooltips,
      startSeries,
      startDownloads,
      startCompare,
      startPrinting,
      startDeepLinks,
    ];
    parts.forEach(attempt);
  });
}
