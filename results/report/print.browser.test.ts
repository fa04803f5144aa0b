import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allDocuments } from './fixtures/all-documents.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { textsOfPages } from './fixtures/pdf-pages.ts';
import { ReportPages } from './fixtures/report-pages.ts';

/** Every kind of section is in one of these. */
const names = ['quick', 'doubtful', 'forty cells', 'a search for capacities', 'all cells failed'] as const;

describe.skipIf(isBrowserMissing())('a printed report', () => {
  let reports: ReportPages;

  beforeAll(async () => {
    reports = await ReportPages.start();
  });

  afterAll(() => reports?.close());

  test('a blank page is found', async () => {
    await reports.visit(allDocuments['one transport'](), {}, async ({ page }) => {
      const blank =
        '<p>one</p><div style="break-after: page"></div><div style="height: 9px; break-after: page"></div><p>three</p>';
      await page.setContent(blank);
      expect(textsOfPages(await page.pdf({ format: 'A4' }))).toEqual([1, 0, 1]);
    });
  });

  test.each(names)('%s: has no blank page', async (name) => {
    await reports.visit(allDocuments[name](), {}, async ({ page }) => {
      const texts = textsOfPages(await page.pdf({ format: 'A4' }));
      expect(texts.length).toBeGreaterThan(0);
      expect(texts.filter((count) => count === 0)).toEqual([]);
    });
  });
});
