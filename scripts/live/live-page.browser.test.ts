import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryCells } from '../../results/labels.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from '../../results/report/fixtures/browser.ts';
import type { RunDocument } from '../../results/run-document.ts';
import { quickDocument } from '../../results/samples/variants.ts';
import { LivePages } from './live-pages.ts';
import { LiveRun } from './live-run.ts';

/** The golden document as it stands after so many of its cells. */
function documentAfter(cells: number): RunDocument {
  const whole = quickDocument();
  return { ...whole, status: 'running', finishedAt: null, cells: whole.cells.slice(0, cells), comparisons: [] };
}

const position = { step: '[ 2/30] sse trial 1', doneSteps: 1, plannedSteps: 30, leftMs: 60_000 };

describe.skipIf(isBrowserMissing())('a live page in a browser', () => {
  let browser: Browser;
  let folder: string;
  let pages: LivePages;
  let run: LiveRun;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'live-page-'));
    await serve(0);
    complaints = [];
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterEach(async () => {
    await page.close();
    await pages.close();
    rmSync(folder, { recursive: true });
  });

  async function serve(port: number, document = documentAfter(0)): Promise<void> {
    pages = await LivePages.listen(port, () => {});
    run = new LiveRun(pages);
    const files = { document: join(folder, 'run.json'), report: join(folder, 'report.html') };
    await run.take({ kind: 'begin', document, files });
  }

  function write(document: RunDocument): void {
    writeFileSync(join(folder, 'run.json'), JSON.stringify(document));
  }

  /** Opens the page, and waits until it follows the run. */
  async function open(): Promise<void> {
    await Promise.all([page.waitForResponse(/\/sse\?/), page.goto(`http://127.0.0.1:${pages.port}/`)]);
  }

  const bar = () => page.locator('aside.live').innerText();
  /** Cells with a result. */
  const rows = () => page.locator('#main table.matrix tbody tr:has(td[data-metric])').count();
  // The page's policy lets nobody evaluate a text in it, Playwright's own waiting neither.
  const untilBarSays = (text: string) => expect.poll(bar, { timeout: 10_000 }).toContain(text);

  it('shows the plan first, then each report, without loading the page again', async () => {
    await open();
    await page.evaluate('window.sameDocument = true');
    expect(await rows()).toBe(0);
    const verdict = () => page.locator('.page-header .banner').innerText();
    expect(await verdict()).toMatch(/The run goes on\. 0 of 8 planned cells have a result so far/);
    write(documentAfter(2));
    await run.take({ kind: 'step', position });
    expect(await rows()).toBe(2);
    expect(await verdict()).toMatch(/The run goes on\. 2 of 8 planned cells have a result so far/);
    expect(await bar()).toMatch(
      /^Live: 1 of 30 steps done, now \[2\/30\] sse trial 1; over at about \d\d:\d\d:\d\d\.$/,
    );
    expect(await page.locator('aside.live progress').getAttribute('value')).toBe('1');

    write({ ...quickDocument() });
    await run.take({ kind: 'end', status: 'completed', failures: [] });
    expect(await rows()).toBe(deliveryCells(quickDocument()).length);
    expect(await bar()).toBe(
      `The run is over. This page is complete and stays as it is. Report: ${join(folder, 'report.html')}. Document: ${join(folder, 'run.json')}`,
    );
    expect(await verdict()).not.toContain('goes on');
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('keeps what the reader opened, sorted, chose and looks at', async () => {
    write(documentAfter(3));
    await open();
    await run.take({ kind: 'step', position });
    await page.locator('#main table.matrix th button').last().click();
    await page.evaluate(`{
      const details = document.querySelector('[aria-labelledby=trials] details');
      details.open = true;
      document.querySelector('input[name=theme][value=dark]').click();
      document.querySelector('#glossary').scrollIntoView();
      details.querySelector('summary').focus({ preventScroll: true });
    }`);
    await expect.poll(() => page.locator('.announcement.shown').count(), { timeout: 10_000 }).toBe(0);
    const top = () => page.evaluate<number>(`document.querySelector('#glossary').getBoundingClientRect().top`);
    const look = () =>
      page.evaluate(`({
        sorted: document.querySelector('#main table.matrix th:last-child').getAttribute('aria-sort'),
        open: document.querySelector('[aria-labelledby=trials] details').open,
        focused: document.activeElement.textContent.split(':')[0],
        theme: document.documentElement.dataset.theme,
        announced: document.querySelector('.announcement.shown')?.textContent ?? '',
      })`);
    const topBefore = await top();
    const before = await look();
    expect(before).toMatchObject({ sorted: 'ascending', open: true, theme: 'dark' });
    write(quickDocument());
    await run.take({ kind: 'end', status: 'completed', failures: [] });
    expect(await rows()).toBe(deliveryCells(quickDocument()).length);
    expect(await look()).toEqual(before);
    // To the pixel, but for a fraction that a browser cannot scroll by.
    expect(Math.abs((await top()) - topBefore)).toBeLessThan(2);
    expect(complaints).toEqual([]);
  });

  it('leaves parts alone that say the same', async () => {
    write(documentAfter(2));
    await open();
    await run.take({ kind: 'step', position });
    await page.evaluate("for (const section of document.querySelectorAll('section')) section.mark = true");
    write(documentAfter(3));
    await run.take({ kind: 'end', status: 'completed', failures: [] });
    const marked = (id: string) => page.evaluate(`document.querySelector('[aria-labelledby=${id}]').mark === true`);
    expect([await marked('glossary'), await marked('results')]).toEqual([true, false]);
  });

  it('fetches and draws nothing while a step is measured', async () => {
    write(documentAfter(2));
    await run.take({ kind: 'step', position });
    await open();
    await untilBarSays('steps done');
    expect(await rows()).toBe(0);
    expect(await bar()).toMatch(/The results so far come when this step is over\.$/);
    await run.take({ kind: 'step', position });
    expect(await rows()).toBe(2);
  });

  it('says when the run cannot be reached, and goes on when it can', async () => {
    await open();
    const { port } = pages;
    await pages.close();
    await untilBarSays('cannot be reached');
    await serve(port);
    await untilBarSays('the run is about to begin');
  });

  it('loads the page of another run that has taken the port', async () => {
    await open();
    await page.evaluate('window.sameDocument = true');
    const { port } = pages;
    await pages.close();
    await serve(port, { ...documentAfter(0), id: 'another' });
    await expect.poll(() => page.evaluate('window.sameDocument'), { timeout: 10_000 }).toBe(undefined);
  });

  it('says that the command died, and shows what it had measured', async () => {
    await open();
    write(documentAfter(1));
    await run.lost();
    expect(await bar()).toMatch(/^The run ended without a word/);
    expect(await rows()).toBe(1);
  });
});
