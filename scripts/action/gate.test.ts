import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { annotationsOf, runBash } from '../fixtures/composite-action.ts';

async function gate(
  measured: string,
  compared: string,
  failOn = 'problem',
  prepared = 'success',
  steps = 'success success success',
) {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  try {
    const output = join(folder, 'output.txt');
    writeFileSync(output, '');
    const environment = {
      PATH: process.env['PATH'] ?? '',
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: output,
      PREPARED: prepared,
      STEPS: steps,
      MEASURED_CODE: measured,
      COMPARED_CODE: compared,
      INPUT_FAIL_ON: failOn,
    };
    const { code, stdout } = await runBash(
      readFileSync(join(import.meta.dirname, 'gate.sh'), 'utf8'),
      environment,
      folder,
    );
    return { code, level: annotationsOf(stdout)[0]?.level ?? null, outputs: readFileSync(output, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the last step', () => {
  it.each([
    ['a run whose thresholds hold', '0', '', 0, 'pass'],
    ['a comparison without a regression', '0', '0', 0, 'pass'],
    ['a threshold that failed', '1', '', 1, 'regression'],
    ['a regression', '0', '1', 1, 'regression'],
    ['a regression of interleaved rounds', '', '1', 1, 'regression'],
    ['a threshold that failed, and no baseline', '1', '4', 1, 'regression'],
    ['a threshold that failed, and data that is missing', '1', '3', 1, 'regression'],
    ['a run that is not valid', '3', '', 3, 'incomplete'],
    ['a run that is not valid, and a comparison that passed', '3', '0', 3, 'incomplete'],
    ['a baseline that is missing', '0', '4', 4, 'incompatible'],
    ['a scenario that is wrong', '2', '', 2, 'error'],
    ['a run that was interrupted', '130', '', 130, 'interrupted'],
    ['a run that was killed', '137', '', 137, 'error'],
    ['nothing at all', '', '', 3, 'incomplete'],
  ])('%s', async (_, measured, compared, code, outcome) => {
    const done = await gate(measured, compared);
    expect(done).toEqual({
      code,
      level: code === 0 ? null : 'error',
      outputs: `exit-code=${code}\noutcome=${outcome}\n`,
    });
  });

  it('lets everything that was measured through when asked, and still says it', async () => {
    expect(await gate('0', '1', 'nothing')).toEqual({
      code: 0,
      level: 'warning',
      outputs: 'exit-code=1\noutcome=regression\n',
    });
    expect(await gate('', '', 'nothing')).toMatchObject({ code: 3, level: 'error' });
    expect(await gate('', '', 'nothing', 'failure')).toMatchObject({ code: 2, level: 'error' });
  });

  it('is no pass when a step broke off', async () => {
    expect(await gate('0', '', 'problem', 'success', 'success success failure')).toMatchObject({
      code: 2,
      level: 'error',
    });
    expect(await gate('', '', 'problem', 'success', 'failure skipped skipped')).toMatchObject({
      code: 3,
      level: 'error',
    });
  });
});
