import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { loadScenario } from '../scenarios/load.ts';
import { planScenario } from '../scenarios/plan.ts';
import { createProgram } from './commands/program.ts';
import { offeredTransports } from './commands/servers.ts';
import { annotationsOf, projectRoot, Runner, runBash, type Step } from './fixtures/composite-action.ts';

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  concurrency: unknown;
  jobs: Record<string, { 'timeout-minutes': number; steps: Step[] }>;
}

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
const workflowFiles = globSync(['.github/workflows/*.yml', 'docs/examples/{pull-request,thresholds}.yml'], {
  cwd: projectRoot,
}).sort();
const workflowOf = (file: string) => parse(read(file)) as Workflow;
const stepsOf = (file: string) => Object.values(workflowOf(file).jobs).flatMap(({ steps }) => steps);
const actionSteps = (parse(read('action.yml')) as { runs: { steps: Step[] } }).runs.steps;

describe.each(workflowFiles)('%s', (file) => {
  it('is YAML without warnings, with a time limit for every job', () => {
    const document = parseDocument(read(file));
    expect([...document.errors, ...document.warnings]).toEqual([]);
    for (const job of Object.values(workflowOf(file).jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('uses actions of a version, or of the checkout', () => {
    const used = stepsOf(file).flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const each of used) expect(each).toMatch(/^(\.\/\S*|[\w-]+\/[\w-]+@v\d+(\.\d+)*)$/);
  });

  it('gives the action only inputs that it has', () => {
    const { inputs } = parse(read('action.yml')) as { inputs: Record<string, unknown> };
    const ours = stepsOf(file).filter(({ uses }) => /^\.\/|transport-bench@/.test(uses ?? ''));
    const unknown = ours.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !(name in inputs));
    expect(unknown).toEqual([]);
  });
});

describe('scripts in workflows and in the action', () => {
  const runs = [...workflowFiles.flatMap(stepsOf), ...actionSteps].flatMap(({ run }) => run ?? []);

  it('contain no expression: what somebody else chose must not become part of a command', () => {
    expect(runs.length).toBeGreaterThan(5);
    expect(runs.filter((run) => run.includes('${{'))).toEqual([]);
  });

  it('are bash that can be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bash-'));
    const scripts = globSync('{scripts/action,docs/examples}/*.sh', { cwd: projectRoot });
    expect(scripts.length).toBeGreaterThan(5);
    const environment = { PATH: process.env['PATH'] ?? '', RUNNER_TEMP: folder };
    for (const text of [...scripts.map(read), ...runs]) {
      writeFileSync(join(folder, 'read.sh'), text);
      expect(await runBash(`bash -n read.sh`, environment, folder)).toEqual({ code: 0, stdout: '', stderr: '' });
    }
    rmSync(folder, { recursive: true });
  });
});

describe('rights', () => {
  it('are named by every workflow that is ours to run on pull requests, and no more than it needs', () => {
    const permissions = Object.fromEntries(
      ['bench', 'nightly', 'comment'].map((name) => [name, workflowOf(`.github/workflows/${name}.yml`).permissions]),
    );
    expect(permissions).toEqual({
      bench: { contents: 'read' },
      nightly: { contents: 'read', actions: 'read' },
      comment: { actions: 'read', 'pull-requests': 'write' },
    });
  });

  it('to comment never meet code of a pull request', () => {
    const steps = stepsOf('.github/workflows/comment.yml');
    expect(steps.filter(({ uses }) => /checkout|^\.\//.test(uses ?? ''))).toEqual([]);
    expect(read('.github/workflows/comment.yml')).not.toContain('pull_request_target');
  });
});

describe('the comment', () => {
  let folder: string;
  let runner: Runner;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'comment-'));
    runner = new Runner(folder);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the step with a `gh` that answers from files, as its --jq would print them, and writes down what it was asked. */
  async function comment({ text, pulls, comments }: { text: string | null; pulls: string[]; comments: string[] }) {
    mkdirSync(join(runner.temp, 'bench'));
    if (text !== null) writeFileSync(join(runner.temp, 'bench', 'comment.md'), text);
    writeFileSync(join(folder, 'pulls'), pulls.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'comments'), comments.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'asked'), '');
    runner.addProgram(
      'gh',
      `case "$*" in
  *PATCH*|*POST*) echo "$3 $4" >>'${folder}/asked' ;;
  *repos/o/r/pulls*) cat '${folder}/pulls' ;;
  *comments*) cat '${folder}/comments' ;;
esac`,
    );
    const step = stepsOf('.github/workflows/comment.yml').find(({ run }) => run !== undefined);
    const { code, stdout, stderr } = await runBash(
      step?.run as string,
      runner.environment({
        REPOSITORY: 'o/r',
        HEAD_REPOSITORY: 'fork/r',
        HEAD_OWNER: 'fork',
        HEAD_BRANCH: 'faster',
        HEAD_SHA: 'abc',
        RUN_URL: 'https://example.org/run/1',
      }),
      folder,
    );
    expect([code, stderr]).toEqual([0, '']);
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim();
    return { asked, notices: annotationsOf(stdout).map(({ message }) => message) };
  }

  const body = () => readFileSync(join(runner.temp, 'comment.md'), 'utf8');

  it('is written, to the pull request with that commit, and calls nobody', async () => {
    const pulls = ['7\tother\tfork/r', '8\tabc\tsomebody/r', '9\tabc\tfork/r'];
    const { asked } = await comment({
      text: 'Passed, @everyone.\n',
      pulls,
      comments: ['1\tsomebody\t<!-- transport-bench -->'],
    });
    expect(asked).toBe('POST repos/o/r/issues/9/comments');
    expect(body()).toMatch(/^<!-- transport-bench -->\nPassed, @\u200beveryone\.\n/);
    expect(body()).toContain('[this run](https://example.org/run/1)');
  });

  it('takes the place of the one before', async () => {
    const comments = ['5\tgithub-actions[bot]\tSomething else', '6\tgithub-actions[bot]\t<!-- transport-bench -->'];
    const { asked } = await comment({ text: 'Passed.', pulls: ['9\tabc\tfork/r'], comments });
    expect(asked).toBe('PATCH repos/o/r/issues/comments/6');
  });

  it('is cut to what a comment holds, between characters', async () => {
    await comment({ text: `x${'µ'.repeat(50_000)}`, pulls: ['9\tabc\tfork/r'], comments: [] });
    expect(Buffer.byteLength(body())).toBeLessThan(61_000);
    expect(body()).not.toContain('\ufffd');
  });

  it.each([
    { name: 'no artifact', text: null, pulls: ['9\tabc\tfork/r'], says: 'left no comparison' },
    { name: 'a newer commit', text: 'Passed.', pulls: ['9\tnewer\tfork/r'], says: 'no open pull request' },
    { name: 'a closed pull request', text: 'Passed.', pulls: [], says: 'no open pull request' },
  ])('is left out, and that is said: $name', async ({ text, pulls, says }) => {
    const { asked, notices } = await comment({ text, pulls, comments: [] });
    expect(asked).toBe('');
    expect(notices).toEqual([expect.stringContaining(says)]);
  });
});

describe('examples in the documentation', () => {
  const files = ['docs/CI.md', ...globSync('docs/examples/*', { cwd: projectRoot }), '.github/workflows/nightly.yml'];
  const commands = files.flatMap((file) =>
    [
      ...read(file)
        .replaceAll('\\\n', ' ')
        .matchAll(/\bbench -- ([a-z]+[^\n`|"']*)/g),
    ].map(([, text = '']) => ({ file, text })),
  );

  it.each(commands)('are commands with options that exist, $file: $text', ({ text }) => {
    const [name, ...words] = text.trim().split(/\s+/);
    const command = createProgram().commands.find((each) => each.name() === name);
    expect(command).toBeDefined();
    const known = command?.options.flatMap(({ long, short }) => [long, short]);
    for (const word of words.filter((each) => /^--?[a-z]/.test(each))) expect(known).toContain(word);
  });

  it('are many', () => expect(commands.length).toBeGreaterThan(8));

  it('have a first scenario that can be planned, with all of its thresholds', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/CI.md')) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'first-gate-'));
    try {
      const file = join(folder, 'push.yaml');
      writeFileSync(file, yaml.replaceAll(/^ {3}/gm, '').replace('push-server', 'fastify'));
      expect(planScenario(loadScenario(file).scenario, {}, offeredTransports()).thresholds?.length).toBe(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docs/examples/gate.sh', () => {
  it('registers either version before its turn, ends as compare does, and leaves no worktree', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gate of '));
    try {
      const runner = new Runner(folder);
      mkdirSync(join(folder, 'bench', 'servers'), { recursive: true });
      // What would run both commands here only registers, says which version is there, and calls it a regression.
      runner.addProgram(
        'npm',
        `for word in "$@"; do
  case "$word" in ln*) sh -c "\${word%%&& npm*}" && cat '${folder}/bench/servers/push-server/version' ;; esac
done
exit 1`,
      );
      const text = `cd workspace
git init --quiet . && git config user.email a@example.org && git config user.name a
mkdir push-server && echo old >push-server/version && git add . && git commit --quiet -m old && git tag base
echo new >push-server/version
code=0
bash '${projectRoot}/docs/examples/gate.sh' ../bench push-server base || code=$?
echo "code $code"
git worktree list | wc -l`;
      const { stdout, stderr } = await runBash(text, runner.environment(), folder);
      expect([stdout.split(/\s*\n\s*/), stderr]).toEqual([['old', 'new', 'code 1', '1', ''], '']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
