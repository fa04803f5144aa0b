import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type InterleaveInput, runInterleaved } from './interleaved-runs.ts';
import type { Version } from './version.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'results', 'samples', 'quick.json');

let parent: string;
let folder: string;
let said: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'interleave-'));
  folder = join(parent, 'kept');
  said = '';
  // fake.sh NAME CODE --out FOLDER: a run that takes no time.
  writeFileSync(
    join(parent, 'fake.sh'),
    `echo "$1" >> '${parent}/order'; echo "this is $1"; cp '${SAMPLE}' "$4/run.json"; exit "$2"\n`,
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

const command = (text: string): Version => ({ kind: 'command', command: text });
const fake = (name: string, code = 0) => command(`sh ${parent}/fake.sh ${name} ${code}`);
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const runsSoFar = () => read(parent, 'order').trim().split('\n');

function interleave(input: Partial<InterleaveInput>) {
  const say = (text: string) => {
    said += text;
  };
  const signal = new AbortController().signal;
  return runInterleaved({ base: fake('base'), head: fake('head'), rounds: 2, folder, signal, say, ...input });
}

describe('interleaved rounds', () => {
  it('run base head, head base, and keep every document and its output', async () => {
    const { rounds, interrupted } = await interleave({ rounds: 4 });
    expect(runsSoFar()).toEqual(['base', 'head', 'head', 'base', 'base', 'head', 'head', 'base']);
    expect(interrupted).toBe(false);
    expect(rounds).toEqual(
      [1, 2, 3, 4].map((round) => ({
        base: join(folder, 'base', `round-${round}`, 'run.json'),
        head: join(folder, 'head', `round-${round}`, 'run.json'),
        failure: null,
        isIncompatible: false,
      })),
    );
    expect(read(rounds[2]?.head ?? '')).toBe(read(SAMPLE));
    expect(read(folder, 'head', 'round-3', 'output.log')).toBe('this is head\n');
  });

  it('say one line a run, with the time that is left once that can be told', async () => {
    await interleave({ head: fake('head', 3) });
    const time = String.raw`\d[\d.,]* m?s`;
    expect(said.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^round 1 of 2: base, ${time}; about 0:0\\d left$`)),
      expect.stringMatching(new RegExp(`^round 1 of 2: head, ${time}, exit code 3; about 0:0\\d left$`)),
      expect.stringMatching(new RegExp(`^round 2 of 2: head, ${time}, exit code 3; about 0:0\\d left$`)),
      expect.stringMatching(new RegExp(`^round 2 of 2: base, ${time}$`)),
      '',
    ]);
  });

  it('are one changing line on a terminal', async () => {
    await interleave({ rounds: 1, head: command(`sleep 0.6; sh ${parent}/fake.sh head 0`), columns: 60 });
    const drawn = said.split('\r\u001b[2K').filter((text) => text !== '');
    expect(drawn.length).toBeGreaterThan(0);
    for (const line of drawn) expect(line).toMatch(/round 1 of 1: (base|head) · 0:0\d elapsed/);
    expect(drawn.at(-1)).toMatch(/head · 0:0\d elapsed, about 0:0\d left/);
    expect(said).not.toContain('\n');
    expect(said.endsWith('\r\u001b[2K')).toBe(true);
  });

  it.each(['added to the end', 'in place of {out}', 'in place of "{out}"'])(
    'reach a folder whose name is hard on a shell: %s',
    async (how) => {
      const odd = join(parent, `it's "a" $HOME \`folder\``);
      const placeholder = / of (.+)$/.exec(how)?.[1];
      const text = `sh ${parent}/fake.sh base 0${placeholder === undefined ? '' : ` --out ${placeholder}`}`;
      const { rounds } = await interleave({ base: command(text), rounds: 1, folder: odd });
      expect(rounds).toMatchObject([
        {
          base: join(odd, 'base', 'round-1', 'run.json'),
          head: join(odd, 'head', 'round-1', 'run.json'),
          failure: null,
        },
      ]);
      expect(existsSync(join(odd, 'base', 'round-1', 'run.json'))).toBe(true);
    },
  );

  it('run a checkout by its own Node in its own folder, though npm started this', async () => {
    const checkout = join(parent, 'a checkout');
    mkdirSync(join(checkout, 'node_modules', '.bin'), { recursive: true });
    mkdirSync(join(checkout, 'scripts'));
    writeFileSync(join(checkout, 'package.json'), '{ "name": "transport-bench", "type": "module" }');
    writeFileSync(
      join(checkout, 'scripts', 'bench.ts'),
      `import { copyFileSync, writeFileSync } from 'node:fs';
const [, , ...args] = process.argv;
const { npm_lifecycle_event: npmScript, INIT_CWD: userFolder, PINNED: pinned } = process.env;
writeFileSync('seen.json', JSON.stringify({ args, npmScript, userFolder, pinned }));
copyFileSync('${SAMPLE}', args[3] + '/run.json');
`,
    );
    const node = join(checkout, 'node_modules', '.bin', 'node');
    writeFileSync(node, `#!/bin/sh\nPINNED=yes exec '${process.execPath}' "$@"\n`);
    chmodSync(node, 0o755);
    vi.stubEnv('npm_lifecycle_event', 'bench');
    vi.stubEnv('INIT_CWD', parent);
    const head: Version = { kind: 'checkout', folder: checkout, scenario: 'quick', options: ['--trials', '3'] };
    const { rounds } = await interleave({ head, rounds: 1 });
    expect(rounds[0]).toMatchObject({ failure: null });
    expect(JSON.parse(read(checkout, 'seen.json'))).toEqual({
      args: ['run', 'quick', '--out', join(folder, 'head', 'round-1'), '--trials', '3'],
      pinned: 'yes',
    });
  });
});

describe('a run with a document', () => {
  it.each([0, 1, 3])('is data with exit code %i', async (code) => {
    const { rounds } = await interleave({ head: fake('head', code) });
    expect(rounds.map(({ failure }) => failure)).toEqual([null, null]);
    expect(rounds.map(({ head }) => head)).not.toContain(null);
    expect(runsSoFar().length).toBe(4);
  });

  it.each([
    { code: 2, how: 'ended with exit code 2' },
    { code: 130, how: 'ended with exit code 130' },
    { code: 127, how: 'ended with exit code 127' },
  ])('has failed with exit code $code: the reason and the last lines, and no further run', async ({ code, how }) => {
    const { rounds, interrupted } = await interleave({ head: fake('head', code), rounds: 3 });
    const out = join(folder, 'head', 'round-1');
    expect(rounds).toMatchObject([
      {
        base: join(folder, 'base', 'round-1', 'run.json'),
        head: null,
        failure: `round 1 of 3, head: ${how}
  its command: sh ${parent}/fake.sh head ${code} --out ${out}
  its last lines (all: ${out}/output.log):
  | this is head`,
      },
    ]);
    expect(interrupted).toBe(false);
    expect(runsSoFar()).toEqual(['base', 'head']);
    expect(said).toMatch(/^round 1 of 3: head, .+, FAILED$/m);
  });

  it('has failed when a signal ended it', async () => {
    const { rounds } = await interleave({ base: command('kill -9 $$ #') });
    expect(rounds).toMatchObject([
      { base: null, head: null, failure: expect.stringMatching(/^round 1 of 2, base: ended with signal SIGKILL\n/) },
    ]);
  });

  it.each([
    { status: 'interrupted', problem: 'left the document of an unfinished run (status "interrupted"): ' },
    { status: 'running', problem: 'left the document of an unfinished run (status "running"): ' },
  ])('has failed when that is $status', async ({ status, problem }) => {
    const text = read(SAMPLE).replace('"status": "completed"', `"status": "${status}"`);
    writeFileSync(join(parent, 'part.json'), text);
    const { rounds } = await interleave({ base: command(`cp ${parent}/part.json {out}/run.json`) });
    expect(rounds.length).toBe(1);
    expect(rounds[0]?.failure).toContain(`ended with exit code 0 and ${problem}${join(folder, 'base')}`);
  });

  it('has failed when that cannot be read, which is named all the same', async () => {
    const { rounds } = await interleave({ base: command('echo "{" > {out}/run.json') });
    expect(rounds).toMatchObject([
      {
        base: join(folder, 'base', 'round-1', 'run.json'),
        head: null,
        failure: expect.stringMatching(/left a document that cannot be read: .+cut off.+\n.+\n {2}it wrote nothing/),
      },
    ]);
  });
});

describe('a run without a document', () => {
  it('has failed, and is told of {out} when the folder was added at a wrong place', async () => {
    const { rounds } = await interleave({ base: command('echo hello | cat; exit 0 #') });
    expect(rounds.length).toBe(1);
    expect(rounds[0]?.failure).toMatch(
      /^round 1 of 2, base: ended with exit code 0 and wrote no .+run\.json\n {2}--out and the folder were added .+ write \{out\} there\n/,
    );
    expect(rounds[0]?.failure).toContain('\n  | hello');
  });

  it('is not told so when it said itself where the folder goes', async () => {
    const { rounds } = await interleave({ base: command('true {out}') });
    expect(rounds[0]?.failure).toMatch(/wrote no .+run\.json\n {2}its command: true /);
  });
});

describe('what is wrong beforehand', () => {
  it('is told all at once, and nothing is started', async () => {
    const started = interleave({
      base: { kind: 'checkout', folder: join(parent, 'none'), scenario: 'quick', options: [] },
      head: command(''),
      folder: '/dev/null/kept',
    });
    await expect(started).rejects.toThrow(
      /^--base-dir .+ no such folder.+\n--interleave: .+ empty.+\nthe output folder \/dev\/null\/kept cannot be written to/,
    );
    expect(existsSync(join(parent, 'order'))).toBe(false);
  });

  it('is a folder with the rounds of another time, which are left as they are', async () => {
    await interleave({ rounds: 1 });
    const again = interleave({ rounds: 2 });
    await expect(again).rejects.toThrow(/kept already holds interleaved runs \(base, head\); choose another folder/);
    expect(runsSoFar().length).toBe(2);
  });
});

describe('a folder that becomes unwritable', () => {
  it('is a failure of the run that needs it; the documents before it are kept', async () => {
    // Where the folder of a run should be stands a file: as good as a full disk.
    const base = command(
      `sh ${parent}/fake.sh base 0 --out {out} && mkdir ${folder}/head && touch ${folder}/head/round-2`,
    );
    const { rounds, interrupted } = await interleave({ base, rounds: 3 });
    expect(rounds).toMatchObject([
      {
        base: join(folder, 'base', 'round-1', 'run.json'),
        head: join(folder, 'head', 'round-1', 'run.json'),
        failure: null,
      },
      {
        base: null,
        head: null,
        failure: expect.stringMatching(/^round 2 of 3, head: the output folder .+round-2 cannot be written to/),
      },
    ]);
    expect(interrupted).toBe(false);
  });
});

describe('an interruption', () => {
  it('ends the run in hand and keeps the documents so far', async () => {
    const controller = new AbortController();
    const head = command(`touch ${parent}/started; exec sleep 300 #`);
    const runs = interleave({ head, rounds: 3, signal: controller.signal });
    while (!existsSync(join(parent, 'started'))) await sleep(20);
    controller.abort();
    expect(await runs).toMatchObject({
      rounds: [{ base: join(folder, 'base', 'round-1', 'run.json'), head: null, failure: null }],
      interrupted: true,
    });
    expect(runsSoFar()).toEqual(['base']);
    expect(said).toMatch(/^round 1 of 3: head, .+, interrupted$/m);
  });

  it('before the first run starts none', async () => {
    expect(await interleave({ signal: AbortSignal.abort() })).toEqual({ rounds: [], interrupted: true });
    expect(existsSync(join(parent, 'order'))).toBe(false);
  });
});
