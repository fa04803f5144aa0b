import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickDocument } from '../samples/variants.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from './fixtures/browser.ts';
import { layoutShifts } from './fixtures/page-checks.ts';
import { renderHtml } from './html.ts';

const PAUSE_MS = 500;
const report = renderHtml(quickDocument());
const withoutHold = report.replace(/<link rel="expect"[^>]*>/, '');

describe.skipIf(isBrowserMissing())('a report that comes slowly', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(() => browser?.close());

  /** What moved on a page whose second half, from the fourth row of the matrix on, comes later. */
  async function shiftsOf(text: string): Promise<string[]> {
    const rows = [...text.matchAll(/<tr/g)].map(({ index }) => index);
    const middle = rows.filter((at) => at > text.indexOf('class="matrix"'))[3];
    const server = createServer(async ({ url }, response) => {
      if (url !== '/') return response.writeHead(404).end();
      response.setHeader('Content-Type', 'text/html').write(text.slice(0, middle));
      await sleep(PAUSE_MS);
      response.end(text.slice(middle));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      return await layoutShifts(page);
    } finally {
      await page.close();
      server.close();
    }
  }

  test('is not painted with half a table, which would move when its other rows come', async () => {
    expect(await shiftsOf(report)).toEqual([]);
    expect(await shiftsOf(withoutHold)).toEqual([expect.stringContaining('<th')]);
  });
});
