import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adviceAnswer, adviceBasis, adviceRows } from '../../advice/advice-text.ts';
import { advise } from '../../advice/advise.ts';
import { adviceModel } from '../../advice/calibrate.ts';
import { type Needs, presets } from '../../advice/needs.ts';
import { ownNeeds } from '../../advice/own-needs.ts';
import { quickDocument } from '../../samples/variants.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from '../fixtures/browser.ts';
import { renderHtml } from '../html.ts';

const document = quickDocument();
const model = adviceModel(document);
const own = ownNeeds(model) as Needs;
const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

/** What Node says for these needs, as the page shows it. */
function expected(needs: Needs) {
  const advice = advise(model, needs);
  const rows = adviceRows(advice).map(({ label, cells }) => [
    label,
    ...cells.map(({ text, note, pick }) => `${text}${note}${pick}`),
  ]);
  return { answer: adviceAnswer(advice), basis: adviceBasis(advice), rows };
}

/** What the page shows. */
async function shown(page: Page) {
  const texts = async (selector: string) =>
    (await page.locator(`.chooser ${selector}`).allTextContents()).map((text) => spaced(text));
  const rows = await page.locator('.chooser .advice-table tbody tr').all();
  return {
    answer: (await texts('.chooser-answer'))[0],
    basis: (await texts('.chooser-basis'))[0],
    rows: await Promise.all(rows.map(async (row) => (await row.locator('th, td').allTextContents()).map(spaced))),
  };
}

describe.skipIf(isBrowserMissing('The chooser is not tested in a browser'))('the chooser in a browser', () => {
  let browser: Browser;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transport-bench-chooser-'));
    await writeFile(join(folder, 'report.html'), renderHtml(document));
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs with the page open; it must not complain. */
  async function visit(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ offline: true, viewport: { width: 1440, height: 900 }, ...options });
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url);
      await use(page);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  }

  test('without a script there are the figures and no controls', () =>
    visit({ javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('.chooser-controls').isVisible()).toBe(false);
      expect(await shown(page)).toEqual(expected(own));
    }));

  test('a step of a slider by keyboard changes words, number and all figures, as Node has them', () =>
    visit({}, async (page) => {
      const slider = page.getByLabel('Subscribers', { exact: true });
      await slider.focus();
      for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight');
      expect(await slider.getAttribute('aria-valuetext')).toBe('1,000 subscribers');
      expect(await page.locator('#need-subscribers-words').textContent()).toBe('1,000 subscribers');
      expect(await page.getByLabel('Subscribers, exactly').inputValue()).toBe('1000');
      expect(await shown(page)).toEqual(expected({ ...own, subscribers: 1000 }));
    }));

  test('an exact number moves the slider, and what is no number changes nothing', () =>
    visit({}, async (page) => {
      const field = page.getByLabel('Payload of an event, exactly, B');
      await field.fill('4321');
      expect(await page.locator('#need-payloadBytes').inputValue()).toBe('36');
      const wanted = expected({ ...own, payloadBytes: 4321 });
      expect(await shown(page)).toEqual(wanted);
      for (const wrong of ['', '-5', '1e30', '2.5']) {
        await field.fill(wrong);
        expect(await field.getAttribute('aria-invalid')).not.toBeNull();
        expect(await shown(page)).toEqual(wanted);
      }
      await field.blur();
      expect(await field.inputValue()).toBe('4321');
      expect(await field.getAttribute('aria-invalid')).toBeNull();
    }));

  test('a preset sets everything, and the run’s own needs come back', () =>
    visit({}, async (page) => {
      const [chat] = presets;
      if (chat === undefined) throw new Error('no preset');
      await page.getByRole('button', { name: chat.name, exact: true }).click();
      expect(await shown(page)).toEqual(expected({ ...own, ...chat.needs }));
      expect(await page.getByLabel('Headers of requests').inputValue()).toBe('browser');
      await page.getByLabel('The latency that counts').selectOption('mean');
      await page.getByLabel('Headers of requests').selectOption('2000');
      expect(await shown(page)).toEqual(expected({ ...own, ...chat.needs, statistic: 'mean', headers: 2000 }));
      await page.getByRole('button', { name: 'This run', exact: true }).click();
      expect(await shown(page)).toEqual(expected(own));
    }));

  test.each([1440, 768, 360])('%d px: nothing moves, whatever is set', (width) =>
    visit({ viewport: { width, height: 800 } }, async (page) => {
      const places = () =>
        page.evaluate(
          `[...document.querySelectorAll('.chooser-controls, .chooser tr, .chooser-basis, .typical')].map((element) => Math.round(element.getBoundingClientRect().top + scrollY))`,
        );
      const before = await places();
      const ends = ['Home', 'End'];
      for (const slider of await page.locator('.chooser [data-slider]').all()) {
        for (const key of ends) {
          await slider.press(key);
          expect(await places()).toEqual(before);
        }
      }
      for (const statistic of ['mean', 'p50']) {
        await page.getByLabel('The latency that counts').selectOption(statistic);
        expect(await places()).toEqual(before);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }),
  );
});
