import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunDocument } from '../../results/run-document.ts';
import { nowUs } from '../../servers/contract/clock.ts';
import { BenchCommand } from '../fixtures/bench-command.ts';
import { possibleNetwork } from './isolation.ts';

const here = possibleNetwork();
const possible = here.scope === 'private';
if (!possible) console.log(`skipped: the private network of a run: ${here.reason}`);

const root = join(import.meta.dirname, '..', '..');
let folder: string;
let scenario: string;
let command: BenchCommand | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isolation-'));
  scenario = join(folder, 'tiny.yaml');
});

afterEach(() => {
  command?.killAll();
  rmSync(folder, { recursive: true });
});

function writeScenario(measureMs: number): void {
  writeFileSync(
    scenario,
    `question: Where does it run?\ntransports: [sse]\nsubscribers: 3\neventsPerSec: 20\npayloadBytes: 100\nschedule: constant\n` +
      `phases: { warmupMs: 100, measureMs: ${measureMs}, drainMs: 1000 }\ntrials: 1\n`,
  );
}

const environmentOf = (out: string) =>
  (JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunDocument).environment;

/** Runs the command from within a shell that first does something; the project's folder and `--import` are relative. */
function runWithin(unshareFlags: string, first: string, ...args: string[]) {
  const script = `${first}; exec "$0" "$@"`;
  const node = [process.execPath, '--import', './scripts/require-node.mjs', join('scripts', 'bench.ts')];
  return spawnSync('unshare', [unshareFlags, 'sh', '-c', script, ...node, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 25_000,
  });
}

const namespaceOf = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`);

function isInUse(namespace: string): boolean {
  return readdirSync('/proc').some((entry) => {
    try {
      return /^\d+$/.test(entry) && namespaceOf(Number(entry)) === namespace;
    } catch {
      return false; // ended meanwhile
    }
  });
}

it.runIf(process.env['CI'])('is possible where CI runs', () => {
  expect(here).toMatchObject({ scope: 'private' });
});

describe.runIf(possible)('a run in a network of its own', () => {
  it('has all its processes there; Ctrl-C ends it in order, and the namespace with it', async () => {
    writeScenario(5_000);
    const out = join(folder, 'out');
    command = new BenchCommand(['run', scenario, '--out', out]);
    const serverPid = await command.processLike(/^node server\.ts/);
    await command.processLike(/publisher\.ts/);
    const namespace = namespaceOf(serverPid);
    expect(namespace).not.toBe(namespaceOf('self'));
    for (const { pid } of command.processes()) expect(namespaceOf(pid)).toBe(namespace);
    expect(readFileSync(`/proc/${serverPid}/environ`, 'latin1')).not.toContain('TRANSPORT_BENCH_NAMESPACE');
    await sleep(500);
    command.signal('SIGINT');
    expect(await command.ended).toBe(130);
    expect(command.stderr).not.toMatch(/warning/i);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toMatchObject({
      status: 'interrupted',
      environment: { network: here },
    });
    expect(await command.leftAfter(1_000)).toEqual([]);
    const untilUs = nowUs() + 2e6;
    while (isInUse(namespace) && nowUs() < untilUs) await sleep(20);
    expect(isInUse(namespace)).toBe(false);
  });

  it('has the settings of the network it left', () => {
    writeScenario(300);
    const out = join(folder, 'out');
    const settings =
      'echo 20000 50000 >/proc/sys/net/ipv4/ip_local_port_range; echo 7777 >/proc/sys/net/core/somaxconn';
    const { status, stderr } = runWithin('-rn', settings, 'run', scenario, '--out', out, '--isolate');
    expect([status, stderr]).toEqual([0, expect.stringContaining('[1/1]')]);
    expect(environmentOf(out)).toMatchObject({
      network: { scope: 'private' },
      limits: { localPorts: { low: 20_000, high: 50_000 }, acceptBacklog: 7_777 },
    });
  });

  it('stays outside with --no-isolate, and says so', async () => {
    writeScenario(300);
    const out = join(folder, 'out');
    command = new BenchCommand(['run', scenario, '--out', out, '--no-isolate']);
    expect(namespaceOf(await command.processLike(/^node server\.ts/))).toBe(namespaceOf('self'));
    expect(await command.ended).toBe(0);
    expect(environmentOf(out).network).toEqual({ scope: 'host', reason: '--no-isolate was given' });
  });

  it('is said by --plan, which starts nothing', async () => {
    command = new BenchCommand(['run', 'smoke', '--plan']);
    expect(await command.ended).toBe(0);
    expect(command.stdout).toMatch(/\n {2}network +private namespace\n$/);
  });
});

describe.runIf(possible)('where no namespace may be made', () => {
  const forbid = 'echo 0 >/proc/sys/user/max_net_namespaces';

  it('--isolate is refused with the reason, what to do, and whatever else is wrong', () => {
    writeScenario(300);
    const { status, stdout, stderr } = runWithin('-r', forbid, 'run', scenario, '--isolate', '--seed', 'x');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--isolate: this user may not make a network namespace \(.*\); .*or leave --isolate out/);
    expect(stderr).toMatch(/--seed: found "x"/);
    expect(stderr).not.toMatch(/\n\s+at |warning/i);
  });

  it('a run uses the loopback of the host, and says why', () => {
    writeScenario(300);
    const plan = runWithin('-r', forbid, 'run', scenario, '--plan');
    expect([plan.status, plan.stdout]).toEqual([
      0,
      expect.stringMatching(
        /\n {2}network +loopback of the host: this user may not make a network namespace \(.*\)\n$/,
      ),
    ]);
    const out = join(folder, 'out');
    expect(runWithin('-r', forbid, 'run', scenario, '--out', out).status).toBe(0);
    expect(environmentOf(out).network).toMatchObject({
      scope: 'host',
      reason: expect.stringContaining('may not make'),
    });
    expect(runWithin('-r', forbid, 'doctor').stdout).toMatch(/^note +private network +not possible: /m);
  });
});
