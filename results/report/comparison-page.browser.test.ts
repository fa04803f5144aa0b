import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareRuns } from '../compare/compare-runs.ts';
import { decodeRun } from '../compare/decode-run.ts';
import { heavierRun, wholeRun } from '../compare/fixtures/whole-runs.ts';
import { gateOf } from '../compare/gate.ts';
import type { RunDocument } from '../run-document.ts';
import { hostileDocument, largeSweepDocument, wideDocument } from '../samples/extremes.ts';
import { doubtfulDocument, partialDocument, quickDocument } from '../samples/variants.ts';
import { renderComparison } from './comparison-page.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { ReportPages } from './fixtures/report-pages.ts';
import { expectWhole } from './fixtures/whole-page.ts';

const pairs: Record<string, () => [RunDocument, RunDocument]> = {
  'a byte more': () => [wholeRun(), heavierRun(1)],
  'what is missing': () => [doubtfulDocument(), partialDocument()],
  'other plans': () => [quickDocument(), wideDocument()],
  'forty cells': () => [largeSweepDocument(8), { ...largeSweepDocument(8), id: 'another' }],
  'hostile texts': () => [hostileDocument(), hostileDocument()],
};

function pageOf([base, head]: [RunDocument, RunDocument]): string {
  const comparison = compareRuns(decodeRun(base), decodeRun(head));
  return renderComparison(comparison, gateOf(comparison, []));
}

describe.skipIf(isBrowserMissing('A comparison is not tested in a browser'))('the page of a comparison', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start();
  });

  afterAll(() => pages?.close());

  test.each(Object.entries(pairs))('%s: whole at 1440 and 360 px, light and dark', { timeout: 120_000 }, (_, pair) =>
    expectWhole(pages, pageOf(pair())),
  );

  test('says first what came out', () =>
    pages.open(pageOf([wholeRun(), heavierRun(1)]), {}, async ({ page }) => {
      expect(await page.locator('#outcome').textContent()).toContain('✕');
      expect(await page.title()).toMatch(/^Regression: 1 metric got worse\./);
    }));
});
