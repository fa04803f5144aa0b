import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allDocuments } from './fixtures/all-documents.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { badNumbers, emptyCharts, labelProblems, layoutShifts, sideways, unfold } from './fixtures/page-checks.ts';
import { ReportPages } from './fixtures/report-pages.ts';

const NARROW = { width: 360, height: 800 };
const WIDE = { width: 1440, height: 900 };

const SPOIL = `document.querySelector('main').insertAdjacentHTML('afterbegin',
  '<div style="width: 3000px">wide</div><figure class="chart-figure" id="spoilt"><svg width="200" height="50">' +
  '<text x="10" y="20">one</text><text x="12" y="20">two</text><text x="190" y="40">three</text><text y="NaN"></text></svg></figure>')`;

describe.skipIf(isBrowserMissing())('every kind of document in a browser', () => {
  let reports: ReportPages;

  beforeAll(async () => {
    reports = await ReportPages.start();
  });

  afterAll(() => reports?.close());

  test('the checks find what they look for', async () => {
    await reports.visit(allDocuments['one transport'](), { viewport: WIDE }, async ({ page }) => {
      await page.evaluate(SPOIL);
      expect(await sideways(page)).toEqual([expect.stringContaining('3000px')]);
      expect(await labelProblems(page)).toEqual([
        expect.stringMatching(/^spoilt: "one" is over "two"/),
        expect.stringMatching(/^spoilt: "three" is cut off by /),
      ]);
      expect(await emptyCharts(page)).toEqual(['spoilt has an svg without a mark', 'spoilt has no row of data']);
      expect(await badNumbers(page)).toEqual(['text y=NaN']);
      expect(await layoutShifts(page)).not.toEqual([]);
    });
  });

  test.each(Object.entries(allDocuments))(
    '%s: opens, runs nothing of the document, moves nothing',
    async (_, document) => {
      await reports.visit(document(), { viewport: WIDE }, async ({ page, complaints, requested, url }) => {
        expect(await layoutShifts(page)).toEqual([]);
        for (const viewport of [WIDE, NARROW]) {
          await page.setViewportSize(viewport);
          await unfold(page);
          expect.soft(await sideways(page), `${viewport.width} px`).toEqual([]);
          expect.soft(await labelProblems(page), `${viewport.width} px`).toEqual([]);
          expect.soft(await emptyCharts(page)).toEqual([]);
          expect.soft(await badNumbers(page)).toEqual([]);
        }
        expect(complaints).toEqual([]);
        expect(requested).toEqual([url]);
      });
    },
  );

  test.each(Object.entries(allDocuments))('%s: the same with scripts off', async (_, document) => {
    const options = { viewport: NARROW, javaScriptEnabled: false };
    await reports.visit(document(), options, async ({ page, complaints, requested, url }) => {
      expect(await page.locator('h1').isVisible()).toBe(true);
      expect.soft(await sideways(page)).toEqual([]);
      expect.soft(await labelProblems(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requested).toEqual([url]);
    });
  });
});
