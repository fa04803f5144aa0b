import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readRunDocument } from '../results/read-document.ts';
import { annotationsOf, type DoneAction, projectRoot, Runner } from './fixtures/composite-action.ts';

/** A runner of this test alone. */
function newRunner({ onTestFinished }: TestContext): Runner {
  const folder = mkdtempSync(join(tmpdir(), 'action test '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return new Runner(folder);
}

/** A scenario of the user's, in the workspace. */
function scenario({ workspace }: Runner, thresholds: string[]): string {
  const list = thresholds.map((text) => `  - ${text}\n`).join('');
  const text = `question: Does it push every event?
transports: [sse]
subscribers: 5
eventsPerSec: 50
payloadBytes: 100
schedule: constant
phases: { warmupMs: 100, measureMs: 500, drainMs: 1000 }
trials: 1
${thresholds.length === 0 ? '' : `thresholds:\n${list}`}`;
  writeFileSync(join(workspace, 'push.yaml'), text);
  return 'push.yaml';
}

/** A server of the user's in the workspace, whose events of sse begin with this text, number and all. */
function server({ workspace }: Runner, path: string, dataField: string): string {
  const minimal = join(projectRoot, 'servers', 'conformance', 'fixtures', 'minimal');
  mkdirSync(join(workspace, path), { recursive: true });
  const manifest = {
    contractVersion: 1,
    name: 'push-server',
    language: 'TypeScript',
    transports: ['sse'],
    requires: ['node'],
    build: [],
    start: ['node', 'server.ts'],
  };
  writeFileSync(join(workspace, path, 'server.json'), JSON.stringify(manifest));
  writeFileSync(
    join(workspace, path, 'server.ts'),
    `import { serve } from '${minimal}/serve.ts';
import { correctSteps } from '${minimal}/steps.ts';
const block = ({ seq, text }) => Buffer.concat([Buffer.from('id: ' + seq + '\\n${dataField}'), text, Buffer.from('\\n\\n')]);
serve({ ...correctSteps, sseBlocks: (events) => events.map(block) });
`,
  );
  return path;
}

/** A busy machine makes a run invalid, and then it must not pass: what these documents have to come out as. */
function verdictOf(...documents: string[]): { code: number; outcome: string } {
  const cells = documents.flatMap((path) => readRunDocument(readFileSync(path, 'utf8'), path).cells);
  expect(cells.length).toBeGreaterThan(0);
  const areValid = cells.every((cell) => cell.outcome === 'completed' && cell.validity.ok);
  return areValid ? { code: 0, outcome: 'pass' } : { code: 3, outcome: 'incomplete' };
}

const documentOf = ({ outputs }: DoneAction) => join(outputs['folder'] as string, 'run', 'run.json');

const outcomes = ({ steps }: DoneAction) =>
  Object.fromEntries(steps.map(({ step, outcome }) => [step.id ?? step.uses?.replace(/@.*/, '') ?? '', outcome]));

const passed = {
  'actions/setup-node': 'success',
  prepare: 'success',
  install: 'success',
  measure: 'success',
  compare: 'success',
  'actions/upload-artifact': 'success',
  gate: 'success',
};

describe('the action with thresholds alone', { concurrent: true }, () => {
  it('passes when they hold: report, summary, artifact', { timeout: 60_000 }, async (test) => {
    const runner = newRunner(test);
    const done = await runner.run({ scenario: scenario(runner, ['sse.deliveries.missing <= 0']) });
    const { code, outcome } = verdictOf(documentOf(done));
    expect(outcomes(done), done.log).toEqual({ ...passed, gate: code === 0 ? 'success' : 'failure' });
    expect(done.outputs).toMatchObject({ outcome, 'exit-code': String(code) });
    expect(annotationsOf(done.log).map(({ level }) => level)).toEqual(code === 0 ? [] : ['error']);
    expect(readFileSync(done.outputs['report'] as string, 'utf8')).toContain('<!doctype html>');
    expect(done.summary).toContain('sse.deliveries.missing <= 0');
    expect(readFileSync(done.outputs['summary'] as string, 'utf8')).toBe(done.summary);
    expect(done.log).toContain(`installed ${runner.actionPath}: ci --omit=dev`);
    const upload = done.steps.find(({ step }) => step.uses?.startsWith('actions/upload-artifact'));
    expect(upload?.with).toMatchObject({ name: 'transport-bench', path: done.outputs['folder'] });
  });

  it('fails when one does not, after the artifact is kept', { timeout: 60_000 }, async (test) => {
    const runner = newRunner(test);
    const done = await runner.run({ scenario: scenario(runner, ['sse.bytes.overheadPerDelivery < 1B']) });
    expect(outcomes(done), done.log).toEqual({ ...passed, gate: 'failure' });
    expect(done.code).toBe(1);
    expect(done.outputs).toMatchObject({ outcome: 'regression', 'exit-code': '1' });
    expect(done.summary).toMatch(/✕.*sse\.bytes\.overheadPerDelivery/s);
    expect(annotationsOf(done.log)).toMatchObject([
      { level: 'error', message: expect.stringContaining('exit code 1') },
    ]);
  });
});

describe('the action with a baseline', { concurrent: true }, () => {
  it('fails with 4 when it is not there, and keeps the run that can be the first', {
    timeout: 60_000,
  }, async (test) => {
    const runner = newRunner(test);
    const done = await runner.run({ scenario: scenario(runner, []), baseline: 'baselines/push.json.gz' });
    expect([done.code, done.outputs['outcome']], done.log).toEqual([4, 'incompatible']);
    expect(done.log).toContain('baselines/push.json.gz');
    expect(done.summary).toContain('Does it push every event?');
    expect(annotationsOf(done.log).at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('run/run.json'),
    });

    // What it kept is the baseline of the next one, which is the same code.
    const baseline = documentOf(done);
    const next = await runner.run({ scenario: 'push.yaml', baseline });
    const { code, outcome } = verdictOf(baseline, documentOf(next));
    expect([next.code, next.outputs['outcome']], next.log).toEqual([code, outcome]);
    expect(next.summary).toContain('sse');
    const written = readdirSync(next.outputs['folder'] as string).sort();
    expect(written).toEqual([
      'badge.svg',
      'comment.md',
      'comparison.csv',
      'comparison.html',
      'junit.xml',
      'run',
      'summary.md',
    ]);
    expect(next.outputs['report']).toMatch(/comparison\.html$/);
  });
});

// Alone: of each side at least four runs must be valid in what they count.
describe('the action with two versions of a server', () => {
  it('measures them in turns and catches one byte per delivery', { timeout: 150_000 }, async (test) => {
    const runner = newRunner(test);
    const done = await runner.run({
      scenario: scenario(runner, []),
      server: server(runner, 'head/push-server', 'data: '),
      'base-server': server(runner, 'base/push-server', 'data:'),
      rounds: '4',
    });
    expect([done.code, done.outputs['outcome']], done.log).toEqual([1, 'regression']);
    expect(done.summary, done.log).toMatch(/overhead/i);
    const annotations = annotationsOf(done.log);
    expect(annotations.length).toBeGreaterThan(1);
    expect(annotations.length).toBeLessThanOrEqual(11);
    expect(annotations.map(({ title, message }) => `${title} ${message}`)).toContainEqual(
      // With an interval where a busy machine kept deliveries of a trial from being those of another.
      expect.stringMatching(/overhead.*[+][45]\.\d+ %( \(95 % interval [^)]+\))?, 19\.8 → 20\.8 B/i),
    );
    const rounds = join(done.outputs['folder'] as string, 'rounds');
    expect(readdirSync(rounds).sort()).toEqual(['base', 'head']);
  });
});

describe('a program that breaks', { concurrent: true }, () => {
  it.for(['run', 'compare'])('is an error of %s and no regression', async (command, test) => {
    const runner = newRunner(test);
    runner.addProgram(
      'npm',
      `last="\${!#}"
case "$*" in
  *'bench -- ${command} '*) exit 1 ;;
  *'bench -- run '*) mkdir -p "$last" && echo {} >"$last/run.json" ;;
  *'bench -- report '*) echo A summary >"$last" ;;
esac`,
    );
    const done = await runner.run({ baseline: 'base.json' });
    expect([done.code, done.outputs['outcome']], done.log).toEqual([2, 'error']);
  });
});

describe('inputs', { concurrent: true }, () => {
  it('are checked together, and nothing starts', async (test) => {
    const runner = newRunner(test);
    const done = await runner.run({
      trials: 'many',
      undecided: 'maybe',
      'fail-on': 'never',
      server: 'nowhere',
      baseline: 'a.json',
      'base-dir': 'elsewhere',
    });
    expect(done.code).toBe(2);
    expect(outcomes(done)).toMatchObject({
      prepare: 'failure',
      install: 'skipped',
      measure: 'skipped',
      compare: 'skipped',
    });
    expect(done.outputs).toMatchObject({ outcome: 'error', 'exit-code': '2', report: '' });
    const messages = annotationsOf(done.log).map(({ message }) => message);
    for (const input of [
      'trials: found "many"',
      'undecided: found "maybe"; use pass or fail',
      'fail-on:',
      'server:',
      'baseline base-dir:',
      'base-dir:',
    ]) {
      expect(messages).toContainEqual(expect.stringContaining(input));
    }
  });

  it.for([`'; touch pwned; '`, '"; touch pwned; $(touch pwned) `touch pwned`"'])(
    'are never a command: %s',
    { timeout: 60_000 },
    async (hostile, test) => {
      const runner = newRunner(test);
      const done = await runner.run({ scenario: hostile, transports: hostile });
      expect([done.code, done.outputs['outcome']], done.log).toEqual([2, 'error']);
      expect(existsSync(join(runner.workspace, 'pwned'))).toBe(false);
      expect(existsSync(join(runner.actionPath, 'pwned'))).toBe(false);
    },
  );
});
