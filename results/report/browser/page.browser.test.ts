import { readFile } from 'node:fs/promises';
import { HistogramLogReader } from 'hdr-histogram-js';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCsv } from '../../export/csv.ts';
import { deliveryCells } from '../../labels.ts';
import { quickDocument } from '../../samples/variants.ts';
import { isBrowserMissing } from '../fixtures/browser.ts';
import { ReportPages } from '../fixtures/report-pages.ts';
import { renderRuns } from '../runs.ts';

const wide = { viewport: { width: 1440, height: 900 } };

describe.skipIf(isBrowserMissing())('the script of the page', () => {
  let reports: ReportPages;
  const quick = quickDocument();

  beforeAll(async () => {
    reports = await ReportPages.start();
  });

  afterAll(async () => {
    await reports?.close();
  });

  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const transports = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('table.matrix tbody tr')].map((row) => row.dataset['cell'] ?? ''),
    );

  test('the theme is chosen by keyboard and remembered', async () => {
    await reports.visit(quick, { ...wide, colorScheme: 'light' }, async ({ page, complaints }) => {
      const light = await ground(page);
      await page.focus('input[name=theme]:checked');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
      const dark = await ground(page);
      expect(dark).not.toBe(light);
      await page.reload();
      expect(await ground(page)).toBe(dark);
      expect(await page.isChecked('input[name=theme][value=dark]')).toBe(true);
      await page.check('input[name=theme][value=system]');
      expect(await ground(page)).toBe(light);
      expect(complaints).toEqual([]);
    });
  });

  test('the table of results is sorted by keyboard, up, down and back, with rows without a value last', async () => {
    await reports.visit(quick, wide, async ({ page, complaints }) => {
      const first = await transports(page);
      const byP50 = deliveryCells(quick)
        .toSorted((a, b) => (a.latencyUs.p50?.value ?? 0) - (b.latencyUs.p50?.value ?? 0))
        .map(({ cell }) => cell.id);
      const empty = first.filter((id) => !byP50.includes(id));
      expect(empty).toHaveLength(2);
      await page.focus('#metric-p50 button');
      await page.keyboard.press('Enter');
      expect(await page.getAttribute('#metric-p50', 'aria-sort')).toBe('ascending');
      expect(await transports(page)).toEqual([...byP50, ...empty]);
      expect(await page.textContent('[role=status].announcement')).toBe('Sorted by Latency, p50, ascending');
      await page.keyboard.press(' ');
      expect(await transports(page)).toEqual([...byP50.toReversed(), ...empty]);
      await page.keyboard.press('Enter');
      expect(await transports(page)).toEqual(first);
      expect(await page.getAttribute('#metric-p50', 'aria-sort')).toBeNull();
      expect(complaints).toEqual([]);
    });
  });

  test('the explanation of a column shows on focus and under the pointer, within the window, and Escape hides it', async () => {
    await reports.visit(quick, { viewport: { width: 360, height: 700 }, hasTouch: true }, async ({ page }) => {
      const tip = page.locator('.tip');
      expect(await tip.isVisible()).toBe(false);
      await page.focus('#metric-serverMemoryPerSubscriber button');
      expect(await tip.isVisible()).toBe(true);
      const box = await tip.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
      await page.keyboard.press('Escape');
      expect(await tip.isVisible()).toBe(false);
      await page.locator('#metric-p50 button').tap();
      expect(await tip.textContent()).toMatch(/^Delivery latency, from the moment/);
      expect(await tip.isVisible()).toBe(true);
    });
  });

  test('a check box hides a series and its label in its chart alone, by keyboard', async () => {
    await reports.visit(quick, wide, async ({ page, complaints }) => {
      const shown = () =>
        page.evaluate(() =>
          [...document.querySelectorAll('figure')].map(
            (figure) =>
              [...figure.querySelectorAll('[data-series="sse"]')].filter(
                (part) => part.getBoundingClientRect().width > 0,
              ).length,
          ),
        );
      const before = await shown();
      const box = page.locator('figure input[data-toggles="sse"]').first();
      const figure = await page.evaluate(() =>
        [...document.querySelectorAll('figure')].findIndex(
          (each) => each.querySelector('input[data-toggles]') !== null,
        ),
      );
      await box.focus();
      await page.keyboard.press(' ');
      expect(await shown()).toEqual(before.map((count, at) => (at === figure ? 0 : count)));
      await page.keyboard.press(' ');
      expect(await shown()).toEqual(before);
      expect(before[figure]).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    });
  });

  test('a link opens what it leads to, shows it and moves the focus there', async () => {
    await reports.visit(quick, wide, async ({ page, url, complaints }) => {
      const ids = await page.evaluate(() => [
        ...[...document.querySelectorAll('h2[id]')].map(({ id }) => id),
        ...[...document.querySelectorAll('th[id]')].map(({ id }) => id),
        ...[...document.querySelectorAll('figure[id]')].map(({ id }) => id),
        ...[...document.querySelectorAll('.series-choice li[id]')].map(({ id }) => id),
      ]);
      expect(ids.length).toBeGreaterThan(30);
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, id);
        await page.waitForFunction((wanted) => document.activeElement?.closest('[id]')?.id === wanted, id);
        const box = await page.locator(`[id="${id}"]`).boundingBox();
        expect(box?.y, id).toBeLessThan(900);
        expect((box?.y ?? -1) + (box?.height ?? 0), id).toBeGreaterThan(0);
      }
      await page.goto('about:blank');
      await page.goto(`${url}#validity`);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('validity');
      expect(complaints).toEqual([]);
    });
  });

  test('the link of a heading is copied', async () => {
    const permissions = { permissions: ['clipboard-read', 'clipboard-write'] };
    await reports.visit(quick, { ...wide, ...permissions }, async ({ page, url }) => {
      await page.focus('h2#results a');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('.announcement')?.textContent === 'Link copied');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${url}#results`);
      expect(page.url()).toBe(`${url}#results`);
    });
  });

  test('everything is unfolded for printing, and folded again', async () => {
    await reports.visit(quick, wide, async ({ page }) => {
      const closed = () => page.evaluate(() => document.querySelectorAll('details:not([open])').length);
      const before = await closed();
      expect(before).toBeGreaterThan(10);
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      expect(await closed()).toBe(0);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      expect(await closed()).toBe(before);
    });
  });

  test('downloads are what was measured: JSON, CSV and a histogram log', async () => {
    await reports.visit(quick, { ...wide, acceptDownloads: true }, async ({ page, complaints }) => {
      const save = async (format: string) => {
        await page.focus(`button[data-download=${format}]`);
        const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
        expect(download.suggestedFilename()).toBe(`${quick.id}.${format}`);
        return readFile(await download.path(), 'utf8');
      };
      expect(JSON.parse(await save('json'))).toEqual(quick);
      expect(await save('csv')).toBe(toCsv([quick]));
      const reader = new HistogramLogReader(await save('hlog'));
      let counted = 0;
      for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) {
        counted += next.totalCount;
      }
      expect(counted).toBe(deliveryCells(quick).reduce((sum, { latencyUs }) => sum + latencyUs.count, 0));
      expect(complaints).toEqual([]);
    });
  });

  test('a page of several runs saves each of them, and the figures of all', async () => {
    const other = { ...quickDocument(), id: 'other' };
    await reports.visit(quick, { ...wide, acceptDownloads: true }, async ({ page, complaints }) => {
      await page.setContent(renderRuns([quick, other]));
      const save = async (button: string) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
        return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')] as const;
      };
      const [name, json] = await save('button[data-download=json][data-document="1"]');
      expect([name, JSON.parse(json)]).toEqual(['other.json', other]);
      expect(await save('button[data-download=csv]')).toEqual(['transport-bench-runs.csv', toCsv([quick, other])]);
      expect(complaints).toEqual([]);
    });
  });

  test.each([1440, 768, 360])('at %i px the script moves nothing that was there before', async (width) => {
    await reports.visit(quick, { viewport: { width, height: 800 } }, async ({ page }) => {
      await page.addInitScript(() => {
        document.addEventListener('DOMContentLoaded', () => {
          const boxes = [...document.querySelectorAll('main *')].map(
            (part) => [part, part.getBoundingClientRect()] as const,
          );
          const moved = () =>
            boxes.flatMap(([part, before]) => {
              const after = part.getBoundingClientRect();
              const isSame = (['x', 'y', 'width', 'height'] as const).every(
                (side) => Math.abs(after[side] - before[side]) < 0.1,
              );
              return isSame || !part.isConnected ? [] : [`${part.localName} ${part.textContent.slice(0, 40)}`];
            });
          Object.assign(window, { moved });
        });
      });
      await page.reload();
      expect(await page.locator('th > button').count()).toBeGreaterThan(10);
      expect(await page.evaluate(() => (window as unknown as { moved(): string[] }).moved())).toEqual([]);
    });
  });

  test('with scripts off nothing is shown that needs them', async () => {
    await reports.visit(quick, { ...wide, javaScriptEnabled: false }, async ({ page }) => {
      const shown = await page.locator('.needs-script, button, input').filter({ visible: true }).count();
      expect(shown).toBe(0);
      expect(await page.locator('a.run-document').isVisible()).toBe(true);
    });
  });
});
