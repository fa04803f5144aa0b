import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nightDocument, nightHistory, slowDown } from '../history/fixtures/nights.ts';
import { type History, historyOf } from '../history/history.ts';
import { historyRun } from '../history/history-run.ts';
import { hostileDocument, wideDocument } from '../samples/extremes.ts';
import { compact } from './compact.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from './fixtures/browser.ts';
import { badNumbers, emptyCharts, labelProblems, sideways, unfold } from './fixtures/page-checks.ts';
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

const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ target }) => id + ' (' + help + '): ' + target.join(' '))))`;

describe.skipIf(isBrowserMissing('The history is not tested in a browser'))('a history in a browser', () => {
  let browser: Browser;
  let folder: string;
  const write = async (name: string) => {
    const path = join(folder, 'history.html');
    await writeFile(path, compact(renderHistory((histories[name] as () => History)(), { folder: '.' })));
    return pathToFileURL(path).href;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transport-bench-history-'));
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(histories))(
    '%s: whole at 1440 and 360 px, light and dark',
    { timeout: 120_000 },
    async (name) => {
      const url = await write(name);
      for (const [width, colorScheme] of [
        [1440, 'light'],
        [360, 'dark'],
      ] as const) {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, offline: true });
        try {
          const page = await context.newPage();
          const complaints: string[] = [];
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
          page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('dialog')));
          await page.goto(url);
          await unfold(page);
          expect(await sideways(page)).toEqual([]);
          expect(await labelProblems(page)).toEqual([]);
          expect(await emptyCharts(page)).toEqual([]);
          expect(await badNumbers(page)).toEqual([]);
          await page.evaluate(axe.source);
          expect(await page.evaluate(VIOLATIONS)).toEqual([]);
          expect(complaints).toEqual([]);
        } finally {
          await context.close();
        }
      }
    },
  );

  test('the link of a step leads to its chart, which takes the focus; its data opens by keyboard', async () => {
    const page = await browser.newPage();
    try {
      await page.goto(await write('thirty nights with steps, doubts and marks'));
      const link = page.locator('#answer .steps a').first();
      const target = (await link.getAttribute('href')) ?? '';
      await link.focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe(target.slice(1));
      const summary = page.locator(`${target} .chart-data summary`);
      await summary.focus();
      await page.keyboard.press('Enter');
      expect(await page.locator(`${target} .chart-data tbody tr`).first().isVisible()).toBe(true);
    } finally {
      await page.close();
    }
  });
});
