import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Runner, runBash } from '../fixtures/composite-action.ts';

let folder: string;
let runner: Runner;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-command-'));
  runner = new Runner(folder);
});

afterEach(() => rmSync(folder, { recursive: true }));

const withFunctions = (text: string, environment: Record<string, string> = {}) =>
  runBash(`. '${join(import.meta.dirname, 'run-command.sh')}'\n${text}`, runner.environment(environment), folder);

describe('the command that measures', () => {
  it('has every input as one word, whatever is in it', async () => {
    mkdirSync(join(folder, "it's a server"));
    const environment = { INPUT_SCENARIO: "my 'own' $(x).yaml", INPUT_TRANSPORTS: 'sse,"websocket"' };
    const { stdout } = await withFunctions(
      `run_command '/a tool' "it's a server" 3 >command.sh
sed -i 's/^ln -sfn/printf "%s\\\\n" link/; s/&& npm/\\&\\& printf "%s\\\\n" npm/' command.sh
sh command.sh`,
      environment,
    );
    const link = ['link', join(folder, "it's a server"), "/a tool/servers/it's a server"];
    const npm = ['npm', '--prefix', '/a tool', 'run', '--silent', 'bench', '--', 'run', environment.INPUT_SCENARIO];
    const options = [
      '--servers',
      "it's a server",
      '--transports',
      environment.INPUT_TRANSPORTS,
      '--trials',
      '3',
      '--out',
    ];
    expect(stdout.trimEnd().split('\n')).toEqual([...link, ...npm, ...options]);
  });

  it('has no option for what was not given', async () => {
    const { stdout } = await withFunctions(`run_command /tool '' ''`, {
      INPUT_SCENARIO: 'quick',
      INPUT_TRANSPORTS: '',
    });
    expect(stdout).toBe("npm --prefix '/tool' run --silent bench -- run 'quick' --out");
  });
});

describe('the settings of the machine', () => {
  it.each([
    {
      machine: 'github-hosted',
      asked: [
        '-n true',
        expect.stringMatching(/^sysctl .*userns=0$/),
        expect.stringMatching(/^prlimit --pid \d+ --rtprio=1:1$/),
      ],
    },
    { machine: 'self-hosted', asked: [] },
  ])('$machine', async ({ machine, asked }) => {
    runner.addProgram('sudo', `echo "$*" >>'${folder}/asked'`);
    const { code, stdout } = await withFunctions('free_the_run; touch asked; cat asked', {
      RUNNER_ENVIRONMENT: machine,
    });
    expect([code, stdout.split('\n').filter((line) => line !== '')]).toEqual([0, asked]);
  });

  it('stay as they are where sudo asks for a password', async () => {
    runner.addProgram('sudo', 'exit 1');
    expect(await withFunctions('free_the_run; echo on', { RUNNER_ENVIRONMENT: 'github-hosted' })).toMatchObject({
      code: 0,
      stdout: 'on\n',
    });
  });
});
