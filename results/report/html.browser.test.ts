import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, quickDocument, withText } from '../samples/variants.ts';
import { isBrowserMissing } from './fixtures/browser.ts';
import { ReportPages } from './fixtures/report-pages.ts';

const hostile = `</script><img src=x onerror=alert(1)><script>alert(2)</script>${'unbroken'.repeat(20)}`;
const documents = {
  quick: quickDocument(),
  doubtful: doubtfulDocument(),
  sweep: sweepDocument(),
  pollInterval: pollIntervalDocument(),
  empty: emptyDocument(),
  hostile: withText(hostile),
};

describe.skipIf(isBrowserMissing())('the report in a browser', () => {
  let pages: ReportPages;

  beforeAll(async () => {
    pages = await ReportPages.start();
  });

  afterAll(() => pages?.close());

  const names = Object.keys(documents) as (keyof typeof documents)[];

  test.each(names.flatMap((name) => (['light', 'dark'] as const).map((scheme) => ({ name, scheme }))))(
    '$name, $scheme, 360 px: no complaint, no request, no sideways scrolling',
    async ({ name, scheme }) => {
      const width = 360;
      const options = { viewport: { width, height: 800 }, colorScheme: scheme };
      await pages.visit(documents[name], options, async ({ page, complaints, requested, url }) => {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(ground).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 21, 26)');
        expect(complaints).toEqual([]);
        expect(requested).toEqual([url]);
      });
    },
  );

  test('with scripts off the document can be downloaded', () =>
    pages.visit(documents.quick, { javaScriptEnabled: false, acceptDownloads: true }, async ({ page }) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
      expect(download.suggestedFilename()).toBe(`${documents.quick.id}.json.gz`);
      const packed = await readFile(await download.path());
      expect(JSON.parse(gunzipSync(packed).toString())).toEqual(documents.quick);
    }));

  test('labels of the chart overlap neither each other nor the edge', () =>
    pages.visit(documents.quick, { viewport: { width: 1440, height: 900 } }, async ({ page }) => {
      const svg = await page.locator('#latency-percentiles svg').boundingBox();
      // All at one moment: the page may still settle.
      const boxes = (await page.evaluate(
        `[...document.querySelectorAll('#latency-percentiles svg .label')].map((label) => label.getBoundingClientRect().toJSON())`,
      )) as { x: number; y: number; width: number; height: number }[];
      const sorted = boxes.toSorted((a, b) => a.y - b.y);
      expect(sorted).toHaveLength(5);
      for (const [at, box] of sorted.entries()) {
        const above = sorted[at - 1];
        if (above !== undefined) expect(box.y).toBeGreaterThanOrEqual(above.y + above.height - 1);
        expect(box.x + box.width).toBeLessThanOrEqual((svg?.x ?? 0) + (svg?.width ?? 0));
      }
    }));
});
