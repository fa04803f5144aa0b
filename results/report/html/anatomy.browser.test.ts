import { readFileSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeliveryAnatomy } from '../../anatomy/delivery-anatomy.ts';
import { quickDocument } from '../../samples/variants.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from '../fixtures/browser.ts';
import { anatomy } from './anatomy.ts';

const styles = ['report.css', 'anatomy.css'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));

/** Puts an event of this transport at these times, in us. */
interface Times {
  publishedUs: number;
  crossedUs: number[];
  receivedUs: number;
}

function timed(transport: string, { publishedUs, crossedUs, receivedUs }: Times): DeliveryAnatomy[] {
  const found = quickDocument().anatomy?.filter(({ cell }) => cell.transport === transport) ?? [];
  return found.map((each) => ({
    ...each,
    publishedUs,
    receivedUs,
    delivery: each.delivery.map((chunk, at) => ({ ...chunk, atUs: crossedUs[at] ?? chunk.atUs })),
  }));
}

const anatomies: Record<string, DeliveryAnatomy[]> = {
  'as in the sample': quickDocument().anatomy ?? [],
  'from 1 us to 60 s': [
    ...timed('polling', { publishedUs: 58, crossedUs: [-9e6, -8e6, 59_999_000, 59_999_500], receivedUs: 6e7 }),
    ...timed('sse', { publishedUs: 1, crossedUs: [2], receivedUs: 3 }),
    ...timed('http-stream', { publishedUs: 123_456, crossedUs: [9_876_543], receivedUs: 9_999_999 }),
  ],
  'all at one moment': timed('websocket', { publishedUs: 0, crossedUs: [0], receivedUs: 0 }),
  'asked just before': timed('long-polling', { publishedUs: 900, crossedUs: [-1, 1_000], receivedUs: 1_001 }),
};

interface Box {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Run in the page: the boxes of each drawing and of its texts. */
const boxesOfDrawings = `[...document.querySelectorAll('svg.timeline')].map((svg) => [svg, ...svg.querySelectorAll('text')].map((element) => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { text: element.textContent, left, right, top, bottom };
}))`;

describe.skipIf(isBrowserMissing('The anatomy is not tested in a browser'))('the timelines in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });
  afterAll(() => browser?.close());

  test.each(Object.keys(anatomies).flatMap((name) => [1440, 360].map((width) => ({ name, width }))))(
    '$name, $width px: every text lies inside its drawing and on no other, and the page is not wider than the window',
    async ({ name, width }) => {
      const page = await browser.newPage({ viewport: { width, height: 800 } });
      const section = anatomy({ ...quickDocument(), anatomy: anatomies[name] ?? [] })?.text;
      await page.setContent(`<style>${styles.join('\n')}</style><main>${section}</main>`);
      const drawings = (await page.evaluate(boxesOfDrawings)) as Box[][];
      expect(drawings).toHaveLength(anatomies[name]?.length ?? 0);
      for (const [svg, ...texts] of drawings as [Box, ...Box[]][]) {
        for (const [at, text] of texts.entries()) {
          expect(text.left, text.text).toBeGreaterThanOrEqual(svg.left);
          expect(text.right, text.text).toBeLessThanOrEqual(svg.right);
          expect(text.bottom, text.text).toBeLessThanOrEqual(svg.bottom);
          for (const other of texts.slice(at + 1)) {
            const apart =
              text.right <= other.left ||
              other.right <= text.left ||
              text.bottom - 2 <= other.top ||
              other.bottom - 2 <= text.top;
            expect(apart, `"${text.text}" and "${other.text}"`).toBe(true);
          }
        }
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.close();
    },
  );
});
