import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareRuns } from '../compare/compare-runs.ts';
import { decodeRun } from '../compare/decode-run.ts';
import { keepUnits } from '../numbers.ts';
import { doubtfulDocument, quickDocument, withCells, withText } from '../samples/variants.ts';
import { comparisonView } from './comparison/comparison-view.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from './fixtures/browser.ts';
import { badNumbers, emptyCharts, labelProblems, unfold, violations } from './fixtures/page-checks.ts';
import { renderHtml } from './html.ts';
import { toMarkup } from './tree.ts';

const own = quickDocument();

/** Another run: websocket with a byte more and a third more CPU. */
const other = withCells((cell) => {
  if (cell.cell.transport !== 'websocket') return;
  for (const { bytes, serverUsage } of [cell, ...cell.trials]) {
    bytes.overheadPerDelivery = (bytes.overheadPerDelivery ?? 0) + 1;
    serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * 1.33;
  }
});
other.id = 'the-other-run';
other.environment.cpuModel = 'Another CPU';

const otherText = JSON.stringify(other);

describe.skipIf(isBrowserMissing())('the comparison in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transport-bench-compare-'));
    await writeFile(join(folder, 'report.html'), renderHtml(own));
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  });

  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  const status = () => page.locator('#compare-status').innerText();
  const shown = () => page.locator('#compare-result > *').first().waitFor();
  const problem = () => page.locator('#compare-status.problem').waitFor();

  async function drop(name: string, content: string | Buffer): Promise<void> {
    const base64 = Buffer.from(content).toString('base64');
    const dataTransfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], ${JSON.stringify(name)}));
      return transfer;
    })()`);
    await page.dispatchEvent('h1', 'dragover', { dataTransfer });
    expect(await page.locator('html.dropping').count()).toBe(1);
    await page.dispatchEvent('h1', 'drop', { dataTransfer });
    expect(await page.locator('html.dropping').count()).toBe(0);
  }

  test('a second document that is dropped: what the program itself says of the two, word for word', async () => {
    await drop('other.json', otherText);
    await shown();
    const expected = toMarkup(comparisonView(compareRuns(decodeRun(own), decodeRun(other)))).text;
    const copy = await context.newPage();
    await copy.setContent(`<div id="compare-result">${expected}</div>`);
    const texts = (at: Page) => at.locator('#compare-result').evaluate('(element) => element.textContent');
    expect(await texts(page)).toBe(await texts(copy));
    expect(await page.locator('#compare-result td.worse').count()).toBe(2);
    expect(await page.locator('.claims li').allInnerTexts()).toEqual([
      expect.stringMatching(/^✕ worse websocket, Server CPU per delivery: \+33\.0/),
      keepUnits('✕ worse websocket, Overhead per delivery: +25.0 %, 4.00 → 5.00 B.'),
    ]);
    expect(await page.locator('.incomparable').innerText()).toContain('The machines differ (Processor)');
    await unfold(page);
    expect([...(await labelProblems(page)), ...(await badNumbers(page)), ...(await emptyCharts(page))]).toEqual([]);
    expect(await violations(page, '#compare-result')).toEqual([]);
    expect(await status()).toMatch(/^A is the run of this page, B the second run\. B against A: 2 worse/);
  });

  test('by keyboard: choose, swap, remove', async () => {
    // Keys go to the page in front; one that is still coming up loses them.
    await page.bringToFront();
    await page.waitForFunction('document.hasFocus()');
    await page.locator('#compare-file').focus();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Space')]);
    await chooser.setFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(otherText) });
    await shown();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('compare-swap');
    await page.keyboard.press('Enter');
    await page.locator('.claims .better').first().waitFor();
    expect(await status()).toMatch(/^A is the second run, B the run of this page\. B against A: 2 better/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('#compare-result > *').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('compare-file');
    expect(await page.locator('#compare-swap').isVisible()).toBe(false);
    expect(await status()).toBe('The second run was removed.');
  });

  test.each([
    ['run.json.gz', gzipSync(otherText)],
    ['report.html', renderHtml(other)],
  ])('the second document as %s', async (name, content) => {
    await drop(name, content);
    await shown();
    expect(await page.locator('#compare-result').innerText()).toContain('the-other-run');
  });

  const future = { ...other, schemaVersion: 99 };
  const damaged = structuredClone(other) as unknown as { environment: { cpuCount: unknown } };
  damaged.environment.cpuCount = 'many';

  test.each<[string, string | Buffer, RegExp]>([
    ['empty.json', '', /^empty\.json: is empty/],
    ['notes.txt', 'hello', /is not JSON/],
    ['cut.json', otherText.slice(0, 50_000), /is cut off after 50000 characters/],
    ['other.json', '{"kind":"another tool"}', /no run document: .* its kind is "another tool"/],
    ['future.json', JSON.stringify(future), /has schemaVersion 99, and this program reads 3/],
    ['odd.json', JSON.stringify(damaged), /environment\.cpuCount: expected a finite number, got a string/],
    ['page.html', '<!doctype html><p>hello', /is a page without a run document/],
    ['cut.json.gz', gzipSync(otherText).subarray(0, 9000), /cannot be unpacked/],
    ['bomb.json.gz', gzipSync(Buffer.alloc(300e6)), /is larger than 256 MB when unpacked/],
    ['artifact.zip', Buffer.from('PK\u0003\u0004'), /is a ZIP archive/],
  ])('%s is refused with a reason, and what was shown is taken away', async (name, content, message) => {
    await drop('other.json', otherText);
    await shown();
    await drop(name, content);
    await problem();
    expect(await status()).toMatch(message);
    expect(await page.locator('#compare-result > *').count()).toBe(0);
    expect(await page.locator('h1').innerText()).toBe(own.scenario.question);
  });

  test('hostile texts stay texts', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>';
    await drop(`${hostile.replaceAll('/', '')}.json`, JSON.stringify(withText(hostile)));
    await shown();
    expect(await page.locator('#compare-result').innerText()).toContain(hostile);
    expect(await page.locator('img').count()).toBe(0);
  });

  test('at 360 px nothing but the tables scrolls sideways, in a comparison with faults too', async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    await drop('doubtful.json', JSON.stringify(doubtfulDocument()));
    await shown();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator('#compare-result').innerText()).toContain('not valid in the head');
  });
});
