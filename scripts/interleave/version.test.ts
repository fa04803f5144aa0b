import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandOf, type Version, versionProblems } from './version.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'version-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

const command = (text: string): Version => ({ kind: 'command', command: text });
const checkout = (folder: string): Version => ({ kind: 'checkout', folder, scenario: 'quick', options: [] });

function write(path: string, text: string): void {
  mkdirSync(join(parent, path, '..'), { recursive: true });
  writeFileSync(join(parent, path), text);
}

describe('the command of a version', () => {
  it.each([
    ['bench run quick', "bench run quick --out '/a b/it'\\''s'"],
    [' bench run quick\n', "bench run quick --out '/a b/it'\\''s'"],
    ['bench --out {out} run quick', "bench --out '/a b/it'\\''s' run quick"],
    [`bench --out "{out}"; ls '{out}'`, "bench --out '/a b/it'\\''s'; ls '/a b/it'\\''s'"],
  ])('%j is told where its document goes', (text, expected) => {
    expect(commandOf(command(text), "/a b/it's")).toEqual({
      program: '/bin/sh',
      args: ['-c', expected],
      folder: process.cwd(),
      programs: null,
      text: expected,
    });
  });

  it('of a checkout is its bench.ts by its own Node, in its folder', () => {
    const folder = join(parent, 'old version');
    const version: Version = { kind: 'checkout', folder, scenario: 'my own.yaml', options: ['--trials', '3'] };
    const args = ['scripts/bench.ts', 'run', 'my own.yaml', '--out', '/out', '--trials', '3'];
    expect(commandOf(version, '/out')).toMatchObject({ program: process.execPath, args, folder });
    write('old version/node_modules/.bin/node', '');
    const program = join(folder, 'node_modules', '.bin', 'node');
    expect(commandOf(version, '/out')).toEqual({
      program,
      args,
      folder,
      programs: join(folder, 'node_modules', '.bin'),
      text: `cd '${folder}' && '${program}' scripts/bench.ts run 'my own.yaml' --out /out --trials 3`,
    });
  });
});

describe('the problems of two versions', () => {
  it('are all told at once, each with what to do', () => {
    write('file', '');
    write('other/package.json', '{ "name": "other" }');
    expect(versionProblems(checkout(join(parent, 'none')), checkout(join(parent, 'other')))).toEqual([
      `--base-dir ${parent}/none: there is no such folder; give a checkout of transport-bench`,
      `--head-dir ${parent}/other: holds no checkout of transport-bench (expected a package.json with the name ` +
        '"transport-bench" and scripts/bench.ts)',
    ]);
    expect(versionProblems(checkout(join(parent, 'file')), command(' \n'))).toEqual([
      `--base-dir ${parent}/file: is not a folder; give a checkout of transport-bench`,
      '--interleave: the command of the head is empty; give one',
    ]);
  });

  it('are a checkout without dependencies, one that is broken, and the same one twice by two names', () => {
    write('mine/package.json', '{ "name": "transport-bench" }');
    write('mine/scripts/bench.ts', '');
    write('broken/package.json', '{ "name": "transport-be');
    const mine = join(parent, 'mine');
    const link = join(parent, 'link');
    symlinkSync(mine, link);
    expect(versionProblems(checkout(mine), checkout(join(parent, 'broken')))).toEqual([
      `--base-dir ${mine}: its dependencies are not installed; run \`npm ci\` in it`,
      expect.stringContaining('broken: holds no checkout of transport-bench'),
    ]);
    mkdirSync(join(mine, 'node_modules'));
    expect(versionProblems(checkout(mine), checkout(link))).toEqual([
      `--base-dir and --head-dir are the same folder, ${realpathSync(mine)}; give two checkouts ` +
        '(`git worktree add ../base main` makes another one of main)',
    ]);
    expect(versionProblems(checkout(mine), command('npm run bench'))).toEqual([]);
  });

  it('are none when a command is compared with itself: that shows what noise alone does', () => {
    expect(versionProblems(command('npm run bench'), command('npm run bench'))).toEqual([]);
  });
});
