import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pollIntervalDocument, sweepDocument } from '../samples/sweeps.ts';
import { doubtfulDocument, emptyDocument, quickDocument, withText } from '../samples/variants.ts';
import { renderHtml } from './html.ts';

const executablePath = '/usr/bin/chromium';
const absent = !existsSync(executablePath);
// Under CI the test runs and fails, so that nobody takes a missing browser for a passed test.
const skipped = absent && process.env['CI'] === undefined;
if (skipped) console.warn(`The report is not tested in a browser: ${executablePath} is not installed.`);

const hostile = `</script><img src=x onerror=alert(1)><script>alert(2)</script>${'unbroken'.repeat(20)}`;
const documents = {
  quick: quickDocument(),
  doubtful: doubtfulDocument(),
  sweep: sweepDocument(),
  pollInterval: pollIntervalDocument(),
  empty: emptyDocument(),
  hostile: withText(hostile),
};

describe.skipIf(skipped)('the report in a browser', () => {
  let browser: Browser;
  let folder: string;
  const url = (name: string) => pathToFileURL(join(folder, `${name}.html`)).href;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transport-bench-report-'));
    for (const [name, document] of Object.entries(documents)) {
      await writeFile(join(folder, `${name}.html`), renderHtml(document));
    }
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page without a network and returns what it complained about and asked for. */
  async function visit(context: BrowserContext, name: string) {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requested: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(url(name));
    return { page, complaints, requested };
  }

  test.each(Object.keys(documents).flatMap((name) => (['light', 'dark'] as const).map((scheme) => ({ name, scheme }))))(
    '$name, $scheme, 360 px: no complaint, no request, no sideways scrolling',
    async ({ name, scheme }) => {
      const width = 360;
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme: scheme,
        offline: true,
      });
      try {
        const { page, complaints, requested } = await visit(context, name);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        expect(ground).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 21, 26)');
        expect(complaints).toEqual([]);
        expect(requested).toEqual([url(name)]);
      } finally {
        await context.close();
      }
    },
  );

  test('with scripts off the document can be downloaded', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true, acceptDownloads: true });
    try {
      const { page } = await visit(context, 'quick');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
      expect(download.suggestedFilename()).toBe(`${documents.quick.id}.json.gz`);
      const packed = await readFile(await download.path());
      expect(JSON.parse(gunzipSync(packed).toString())).toEqual(documents.quick);
    } finally {
      await context.close();
    }
  });

  test('labels of the chart overlap neither each other nor the edge', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const { page } = await visit(context, 'quick');
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
    } finally {
      await context.close();
    }
  });
});
