import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allDocuments } from './fixtures/all-documents.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { unfold, violations } from './fixtures/page-checks.ts';
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

describe.skipIf(isBrowserMissing())('accessibility by the rules of axe', () => {
  let reports: ReportPages;

  beforeAll(async () => {
    reports = await ReportPages.start();
  });

  afterAll(() => reports?.close());

  test('a violation is found', async () => {
    await reports.visit(allDocuments['one transport'](), {}, async ({ page }) => {
      await page.evaluate(`document.querySelector('main').append(document.createElement('button'))`);
      expect(await violations(page)).toEqual([expect.stringContaining('button-name')]);
    });
  });

  test.each(cases)('$name, $width px, $colorScheme: no violation', async ({ name, width, colorScheme }) => {
    const document = allDocuments[name]();
    const options = { viewport: { width, height: 900 }, colorScheme };
    await reports.visit(document, options, async ({ page }) => {
      await unfold(page);
      expect(await violations(page)).toEqual([]);
    });
  });
});
