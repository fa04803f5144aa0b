import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunDocument } from '../run-document.ts';
import { hostileDocument, wideDocument } from '../samples/extremes.ts';
import { doubtfulDocument, emptyDocument, partialDocument, quickDocument, withCells } from '../samples/variants.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from './fixtures/browser.ts';
import { badNumbers, emptyCharts, labelProblems, sideways, unfold } from './fixtures/page-checks.ts';
import { renderRuns } from './runs.ts';

/** The golden document with every CPU time multiplied. */
function withCpu(factor: number): RunDocument {
  return withCells((cell) => {
    for (const { serverUsage } of [cell, ...cell.trials]) {
      serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * factor;
    }
  });
}

const sets: Record<string, () => RunDocument[]> = {
  'two runs, one with faults': () => [quickDocument(), doubtfulDocument()],
  'ten runs': () => Array.from({ length: 10 }, (_, at) => withCpu(1.1 ** at)),
  'runs cut short and empty': () => [partialDocument(), quickDocument(), emptyDocument()],
  'values from 1 us to 60 s, and a hundredfold change': () => [
    wideDocument(),
    wideDocument(),
    withCpu(1),
    withCpu(100),
  ],
  'hostile texts': () => [hostileDocument(), hostileDocument()],
  'one run': () => [quickDocument()],
};

const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ target }) => id + ' (' + help + '): ' + target.join(' '))))`;

describe.skipIf(isBrowserMissing())('the report of several runs in a browser', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transport-bench-runs-'));
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(sets))('%s: whole at 1440 and 360 px, light and dark', { timeout: 120_000 }, async (name) => {
    const path = join(folder, 'runs.html');
    await writeFile(path, renderRuns((sets[name] as () => RunDocument[])()));
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
        await page.goto(pathToFileURL(path).href);
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
  });
});
