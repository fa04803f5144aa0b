import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allDocuments } from './fixtures/all-documents.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { unfold } from './fixtures/page-checks.ts';
import { ReportPages } from './fixtures/report-pages.ts';

/** One document in every way of seeing it, and of each further kind of section one: axe takes seconds for a page. */
const cases = [
  { name: 'quick', width: 1440, colorScheme: 'light' },
  { name: 'quick', width: 1440, colorScheme: 'dark' },
  { name: 'quick', width: 360, colorScheme: 'light' },
  { name: 'quick', width: 360, colorScheme: 'dark' },
  { name: 'doubtful', width: 1440, colorScheme: 'dark' },
  { name: 'three numbers of subscribers', width: 360, colorScheme: 'light' },
  { name: 'a search for capacities', width: 360, colorScheme: 'dark' },
  { name: 'all cells failed', width: 1440, colorScheme: 'light' },
] as const;

/** All rules of axe but those that are only advice; what it could not decide is not a violation. */
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) =>
    id + ' (' + help + '): ' + target.join(' ') + ' ' + (failureSummary ?? '').replace(/\\s+/g, ' '))))`;

describe.skipIf(isBrowserMissing())('accessibility by the rules of axe', () => {
  let reports: ReportPages;

  beforeAll(async () => {
    reports = await ReportPages.start();
  });

  afterAll(() => reports?.close());

  test('a violation is found', async () => {
    await reports.visit(allDocuments['one transport'](), {}, async ({ page }) => {
      await page.evaluate(`document.querySelector('main').append(document.createElement('button'))`);
      await page.evaluate(axe.source);
      expect(await page.evaluate(RUN)).toEqual([expect.stringContaining('button-name')]);
    });
  });

  test.each(cases)('$name, $width px, $colorScheme: no violation', async ({ name, width, colorScheme }) => {
    const document = allDocuments[name]();
    const options = { viewport: { width, height: 900 }, colorScheme };
    await reports.visit(document, options, async ({ page }) => {
      await unfold(page);
      await page.evaluate(axe.source);
      expect(await page.evaluate(RUN)).toEqual([]);
    });
  });
});
