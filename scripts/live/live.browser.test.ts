import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readRunDocument } from '../../results/read-document.ts';
import { browserArguments, chromiumPath, isBrowserMissing } from '../../results/report/fixtures/browser.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { BenchCommand, bench } from '../fixtures/bench-command.ts';

// Processes are found through /proc.
const onLinux = process.platform === 'linux';
if (!onLinux)
  console.log('skipped: the live view of the real command is only tested on Linux, where /proc shows every process');

let folder: string;
let scenario: string;
let out: string;
let command: BenchCommand | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'live-'));
  scenario = join(folder, 'two.yaml');
  out = join(folder, 'out');
  writeFileSync(
    scenario,
    `question: Can one watch it?
transports: [sse, websocket]
subscribers: 10
eventsPerSec: 50
payloadBytes: 100
schedule: constant
phases: { warmupMs: 200, measureMs: 500, drainMs: 1000 }
trials: 1
`,
  );
});

afterEach(() => {
  command?.killAll();
  rmSync(folder, { recursive: true });
});

/** The exit codes of a run that was not stopped: on a machine that is busy with other things its cells are not valid. */
const WHOLE = [0, 3];

/** For a whole run and a browser on few cores. */
const LONG_MS = 60_000;

const LIVE_PROCESS = /live\/process\.ts/;

/** A run that can be watched, and where. */
async function start(...args: string[]): Promise<{ run: BenchCommand; url: string }> {
  const run = new BenchCommand(['run', scenario, '--out', out, '--live', ...args]);
  command = run;
  for (;;) {
    const url = /^live view (http:\S+)$/m.exec(run.stderr)?.[1];
    if (url !== undefined) return { run, url };
    await sleep(20);
  }
}

describe.runIf(onLinux)('run --live', () => {
  it(
    'serves the report on loopback while it runs, though it has a network of its own, and leaves nothing',
    async () => {
      const { run, url } = await start('--quiet');
      expect(new URL(url).hostname).toBe('127.0.0.1');
      const page = await fetch(url);
      expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
      expect(await page.text()).toContain('Can one watch it?');
      expect(WHOLE).toContain(await run.ended);
      expect(await run.leftAfter(1_000)).toEqual([]);
      await expect(fetch(url)).rejects.toThrow();
      const document = readRunDocument(readFileSync(join(out, 'run.json'), 'utf8'), 'run.json');
      expect(document.status).toBe('completed');
      expect(document.command).not.toContain('--live');
    },
    LONG_MS,
  );

  it('is off unless asked for', async () => {
    const run = new BenchCommand(['run', scenario, '--out', out]);
    command = run;
    await run.processLike(/publisher\.ts/);
    expect(run.processes().filter(({ commandLine }) => LIVE_PROCESS.test(commandLine))).toEqual([]);
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
  });

  it('refuses a port that another program has, before anything starts', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { code, stdout, stderr } = await bench('run', scenario, '--out', out, '--live', String(port));
    other.close();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: --live ${port}: another program has this port; choose another, or leave it out to get a free one\n`,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('refuses what is no port, together with all that is wrong', async () => {
    const { code, stderr } = await bench('run', scenario, '--live', '70000', '--trials', 'two');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--live: found "70000"; give a port from 1 to 65535.*\n.*--trials: found "two"/s);
  });

  it('starts nothing with --plan', async () => {
    const { code, stderr } = await bench('run', scenario, '--plan', '--live');
    expect([code, stderr]).toEqual([0, '']);
  });

  it('leaves no live process when the scenario is refused', async () => {
    writeFileSync(scenario, 'question: What is missing?\n');
    const run = new BenchCommand(['run', scenario, '--live']);
    command = run;
    expect(await run.ended).toBe(2);
    expect(run.stderr).not.toContain('live view');
    expect(await run.leftAfter(2_000)).toEqual([]);
  });

  it('ends with a run that is interrupted: exit 130 within 5 s, nothing left', async () => {
    const { run } = await start();
    await run.processLike(/publisher\.ts/);
    const interruptedUs = nowUs();
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect((nowUs() - interruptedUs) / 1e6).toBeLessThan(5);
    expect(await run.leftAfter(1_000)).toEqual([]);
  });

  it('ends with a coordinator that is killed', async () => {
    const { run } = await start();
    await run.processLike(LIVE_PROCESS);
    run.signal('SIGKILL', true);
    expect(await run.ended).toBe('SIGKILL');
    expect(await run.leftAfter(5_000)).toEqual([]);
  });

  it(
    'does not end the run when it is killed itself',
    async () => {
      const { run } = await start();
      process.kill(await run.processLike(LIVE_PROCESS), 'SIGKILL');
      expect(WHOLE).toContain(await run.ended);
      expect(run.stderr).toContain('warning: the live view ended unexpectedly; the run goes on');
    },
    LONG_MS,
  );
});

describe.skipIf(!onLinux || isBrowserMissing())('run --live in a browser', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: browserArguments });
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    page = await browser.newPage();
  });

  afterEach(() => page.close());

  it(
    'the page follows the run to its end without being loaded again',
    async () => {
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      const { run, url } = await start();
      await page.goto(url);
      await page.evaluate('window.sameDocument = true');
      const bar = page.locator('aside.live');
      // The page's policy lets nobody evaluate a text in it, Playwright's own waiting neither.
      await expect
        .poll(() => page.locator('#main table.matrix tbody tr').count(), { timeout: 20_000 })
        .toBeGreaterThan(0);
      expect(await bar.innerText()).toMatch(/steps done, now/);
      expect(WHOLE).toContain(await run.ended);
      expect(await bar.innerText()).toContain(`The run is over. This page is complete and stays as it is.`);
      expect(await bar.innerText()).toContain(join(out, 'run.json'));
      expect(await page.locator('#main table.matrix tbody tr').count()).toBe(2);
      expect(await page.evaluate('window.sameDocument')).toBe(true);
      expect(complaints).toEqual([]);
      expect(await run.leftAfter(1_000)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'the page is told when the coordinator is killed',
    async () => {
      const { run, url } = await start();
      await Promise.all([page.waitForResponse(/\/sse\?/), page.goto(url)]);
      await run.processLike(/publisher\.ts/);
      run.signal('SIGKILL', true);
      await expect
        .poll(() => page.locator('aside.live').innerText(), { timeout: 10_000 })
        .toMatch(/^The run ended without a word/);
      expect(await run.leftAfter(5_000)).toEqual([]);
    },
    LONG_MS,
  );
});
