import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runChild } from './child-run.ts';

let folder: string;
let log: string;
let controller: AbortController;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-run-'));
  log = join(folder, 'output.log');
  controller = new AbortController();
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

/** Runs a command of the shell in the test's folder. */
function shell(text: string) {
  return runChild({ program: '/bin/sh', args: ['-c', text], folder, programs: null, text }, log, controller.signal);
}

/** The same, interrupted once it has made the file `started`. */
async function interruptedShell(text: string) {
  const ended = shell(text);
  while (!existsSync(join(folder, 'started'))) await sleep(20);
  controller.abort();
  return await ended;
}

/** A process that has ended and is not collected yet does not run. */
function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return process.platform !== 'linux' || !/\) Z /.test(read('/proc', pid, 'stat'));
  } catch {
    return false;
  }
}

describe('a child', () => {
  it('writes its output to the log, in order, and tells how it ended', async () => {
    expect(await shell('echo one; echo two >&2; echo three; exit 3')).toEqual({
      exitCode: 3,
      how: 'ended with exit code 3',
    });
    expect(read(log)).toBe('one\ntwo\nthree\n');
    expect(await shell('kill -9 $$')).toEqual({ exitCode: null, how: 'ended with signal SIGKILL' });
  });

  it('that cannot be started says why', async () => {
    const child = { program: join(folder, 'none'), args: [], folder, programs: null, text: 'none' };
    expect(await runChild(child, log, controller.signal)).toEqual({
      exitCode: null,
      how: expect.stringMatching(/^could not be started: spawn .+none ENOENT$/),
    });
  });

  it('has no terminal, and nothing that would let it write the summary of the comparison', async () => {
    for (const name of ['GITHUB_STEP_SUMMARY', 'GITHUB_ACTIONS', 'FORCE_COLOR', 'SOMETHING_ELSE']) {
      vi.stubEnv(name, 'true');
    }
    await shell(
      'for fd in 0 1 2; do test -t $fd && echo "terminal $fd"; done; (: < /dev/tty) 2>/dev/null && echo tty; env',
    );
    expect(read(log)).toContain('SOMETHING_ELSE=true');
    expect(read(log)).not.toMatch(/^terminal|^tty$|^GITHUB_STEP_SUMMARY=|^GITHUB_ACTIONS=|^FORCE_COLOR=/m);
  });

  it('leaves nothing running that it put into the background', async () => {
    expect(await shell('sleep 300 & echo $! > pid')).toMatchObject({ exitCode: 0 });
    await expect.poll(() => isRunning(read(folder, 'pid').trim())).toBe(false);
  });
});

describe('a child that is interrupted', () => {
  it('gets SIGINT with all of its group, and all of it is waited for', async () => {
    // The leader of the group ends at once, what it started takes its time.
    writeFileSync(
      join(folder, 'slow.mjs'),
      `import { writeFileSync } from 'node:fs';
process.on('SIGINT', () => setTimeout(() => { writeFileSync('tidy', ''); process.exit(130); }, 500));
setInterval(() => {}, 1000);
writeFileSync('started', '');
`,
    );
    expect(await interruptedShell(`'${process.execPath}' slow.mjs & exec sleep 300`)).toEqual({
      exitCode: null,
      how: 'ended with signal SIGINT',
    });
    expect(existsSync(join(folder, 'tidy'))).toBe(true);
  });

  it('is killed after 10 s when it ignores that, with all it started', async () => {
    const end = await interruptedShell('trap "" INT; sleep 300 & echo $! > pid; touch started; sleep 300; :');
    expect(end).toEqual({ exitCode: null, how: 'ended with signal SIGKILL' });
    await expect.poll(() => isRunning(read(folder, 'pid').trim())).toBe(false);
  });
});
