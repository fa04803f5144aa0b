import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nightDocument, nightHistory, slowDown } from '../history/fixtures/nights.ts';
import { type History, historyOf } from '../history/history.ts';
import { historyRun } from '../history/history-run.ts';
import { hostileDocument, wideDocument } from '../samples/extremes.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { ReportPages } from './fixtures/report-pages.ts';
import { expectWhole } from './fixtures/whole-page.ts';
import { renderHistory } from './history.ts';

/** Steps, runs that are not valid, and other conditions every few nights. */
const eventful = (nights: number) =>
  nightHistory(nights, {
    cell: (cell, night) => {
      slowDown(cell, (1 + 0.02 * Math.sin(7 * night)) * (night > nights / 2 ? 1.6 : 1));
      if (night % 5 === 3) cell.validity = { ok: false, checks: [] };
      if (night === nights - 1) cell.bytes.overheadPerDelivery = (cell.bytes.overheadPerDelivery ?? 0) + 1;
    },
    document: ({ environment, tool }, night) => {
      if (night % 6 === 4)
        environment.kernel = `6.8.${night}-with-a-name-that-goes-on-and-on-for-longer-than-there-is-room`;
      if (night % 7 === 5) environment.nodeVersion = `v26.${night}.0`;
      if (night % 3 === 1) tool.gitDirty = true;
    },
  });

const histories: Record<string, () => History> = {
  'one run': () => nightHistory(1),
  'two runs': () => nightHistory(2),
  'thirty nights with steps, doubts and marks': () => eventful(30),
  'two hundred nights': () => eventful(200),
  'from 1 us to 60 s': () => historyOf([wideDocument(), nightDocument(0)].map((each) => historyRun(each, 'run.json'))),
  'hostile texts': () => historyOf([hostileDocument(), hostileDocument()].map((each) => historyRun(each, 'run.json'))),
};

const pageOf = (history: History) => renderHistory(history, { folder: '.' });

describe.skipIf(isBrowserMissing('The history is not tested in a browser'))('a history in a browser', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start();
  });

  afterAll(() => pages?.close());

  test.each(Object.entries(histories))(
    '%s: whole at 1440 and 360 px, light and dark',
    { timeout: 120_000 },
    (_, history) => expectWhole(pages, pageOf(history())),
  );

  test('the link of a step leads to its chart, which takes the focus; its data opens by keyboard', () =>
    pages.open(pageOf(eventful(30)), {}, async ({ page }) => {
      const link = page.locator('#answer .steps a').first();
      const target = (await link.getAttribute('href')) ?? '';
      await link.focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe(target.slice(1));
      const summary = page.locator(`${target} .chart-data summary`);
      await summary.focus();
      await page.keyboard.press('Enter');
      expect(await page.locator(`${target} .chart-data tbody tr`).first().isVisible()).toBe(true);
    }));
});
