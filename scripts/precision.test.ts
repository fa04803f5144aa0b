import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryCells } from '../results/labels.ts';
import { readRunDocument } from '../results/read-document.ts';
import { BenchCommand, bench } from './fixtures/bench-command.ts';

const SCENARIO = `question: How precise can it become?
transports: [polling]
subscribers: 10
eventsPerSec: 200
payloadBytes: 100
schedule: constant
phases: { warmupMs: 200, measureMs: 600, drainMs: 2000 }
transportOptions: { polling: { intervalMs: 95 } }
trials: 1
`;

let folder: string;
let command: BenchCommand | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'precision-'));
  writeFileSync(join(folder, 'polling.yaml'), SCENARIO);
});

afterEach(() => {
  command?.killAll();
  rmSync(folder, { recursive: true });
});

function start(...options: string[]): BenchCommand {
  command = new BenchCommand(['run', join(folder, 'polling.yaml'), '--out', join(folder, 'out'), ...options]);
  return command;
}

const read = (name: string) => readFileSync(join(folder, 'out', name), 'utf8');
const document = () => readRunDocument(read('run.json'), 'run.json');

/** On a busy machine a cell may fail its checks, which is another matter: the precision has no part in the exit code. */
const codeByValidity = () => (deliveryCells(document()).every(({ validity }) => validity.ok) ? 0 : 3);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

describe('run --until-ci', () => {
  it('repeats trials until the intervals are narrow enough, and says so', { timeout: 120_000 }, async () => {
    // The wait for a poll spreads over the interval whatever the machine does, so its percentiles are steady.
    const run = start('--trials', '2', '--until-ci', '50%', '--budget', '100s', '--seed', '3');
    const code = await run.ended;
    expect(code).toBe(codeByValidity());
    const { precision, plan, cells, command: repeat, warnings } = document();
    expect(precision).toEqual({ target: 0.5, budgetMs: 100_000, reached: true, wideCellIds: [] });
    const [cell] = deliveryCells({ ...document(), cells });
    // Two trials have no interval: it took more, each with a seed of its own, all of them in the plan.
    expect(plan.trialsPerCell).toBe(2);
    expect(plan.trials.length).toBeGreaterThan(2);
    expect(plan.trials.map(({ trial }) => trial)).toEqual(plan.trials.map((_, index) => index + 1));
    expect(cell?.trials.map(({ trial, seed }) => [trial, seed])).toEqual(
      plan.trials.map(({ trial, seed }) => [trial, seed]),
    );
    expect(new Set(plan.trials.map(({ seed }) => seed)).size).toBe(plan.trials.length);
    for (const percentile of [cell?.latencyUs.p50, cell?.latencyUs.p99]) {
      const { value, low, high } = percentile ?? { value: 0, low: null, high: null };
      expect(((high ?? Number.NaN) - (low ?? Number.NaN)) / 2 / value).toBeLessThanOrEqual(0.5);
    }
    expect(warnings.map(({ code }) => code)).not.toContain('precision-not-reached');
    expect(repeat).toContain('--trials 2 --until-ci 50% --budget 100s');
    expect(run.stderr).toMatch(/^block 3, widest interval .+ \[3\/3\] polling trial 3: done/m);
    expect(run.stdout).toContain('The precision that was asked for is reached');
    expect(read('report.html')).toContain('The precision that was asked for is reached');
  });

  it('ends without a further block when the budget holds none: a warning, and no other exit code', async () => {
    const run = start('--trials', '1', '--until-ci', '0.1%', '--budget', '1s');
    const code = await run.ended;
    expect(code).toBe(codeByValidity());
    const { precision, plan, cells, calibration, warnings } = document();
    expect(precision).toMatchObject({ reached: false, wideCellIds: [plan.cells[0]?.id] });
    expect(plan.trials).toHaveLength(1);
    expect(cells).toMatchObject([{ outcome: 'completed' }]);
    expect(warnings.find(({ code }) => code === 'precision-not-reached')?.message).toMatch(
      /The precision of 0\.1 % was not reached within the budget of 1 s: p50 of polling .*, after 1 trial\./,
    );
    expect(run.stdout).toContain('was not reached within the budget of 1 s');
    // The driver was looked at beforehand, and is shown beside the results.
    expect(calibration).toMatchObject([{ transport: 'polling', subscribers: 10 }]);
    expect(calibration[0]?.latencyUs.p50).toBeGreaterThan(0);
    expect(calibration[0]?.driverCpuUsPerUnit).toBeGreaterThan(0);
    expect(run.stdout).toContain('The driver by itself');
    expect(read('report.html')).toContain('The driver by itself');
  });

  it('is planned with its goal, and refused with everything that is wrong', async () => {
    const path = join(folder, 'polling.yaml');
    const planned = await bench('run', path, '--until-ci', '5%', '--budget', '2h', '--plan');
    expect(planned.stdout).toMatch(/precision +then one more trial of each cell .* ±5 %/);
    const json = await bench('run', path, '--until-ci', '5%', '--budget', '2h', '--plan', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ precisionGoal: { target: 0.05, budgetMs: 7_200_000 } });
    const wrong = await bench('run', path, '--until-ci', '5', '--budget', 'long', '--seed', 'x');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    for (const what of ['--until-ci: found "5"', '--budget: found "long"', '--seed: found "x"']) {
      expect(wrong.stderr).toContain(what);
    }
  });
});

// Processes are found through /proc.
describe.runIf(process.platform === 'linux')('Ctrl-C', () => {
  it.each([
    ['anatomy', ''],
    ['calibration', 'the way of one event: done'],
  ])('during %s: a document without trials, exit 130, no process left', async (_step, before) => {
    const run = start('--trials', '1');
    await until(() => run.stderr.includes(before));
    await run.processLike(/feed\/publisher\.ts/);
    expect(run.stderr.includes('the way of one event: done')).toBe(before !== '');
    expect(run.stderr).not.toContain('calibration of polling');
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await run.leftAfter(1_000)).toEqual([]);
    expect(document()).toMatchObject({ status: 'interrupted', calibration: [], cells: [{ outcome: 'skipped' }] });
    expect(document().warnings).toEqual([]);
    expect(read('report.html')).toContain('</html>');
  });

  it('during a further block: the trials until then are kept, exit 130, no process left', async () => {
    const run = start('--trials', '1', '--until-ci', '0.1%', '--budget', '1h');
    await until(() => run.stderr.includes('block 2,'));
    await run.processLike(/feed\/publisher\.ts/);
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(await run.leftAfter(1_000)).toEqual([]);
    const { status, cells, precision, plan } = document();
    expect([status, precision?.reached]).toEqual(['interrupted', false]);
    expect(deliveryCells({ ...document(), cells })[0]?.trials.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(plan.trials.map(({ trial }) => trial)).toEqual([1, 2, 3]);
    expect(run.stdout).toContain('was not reached when the run was interrupted');
  });
});
