import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nowUs } from '../../servers/contract/clock.ts';
import { MachineMeter, parseAcceptQueueOverflows, parseCpuTicks, parseEndedChildrenUs } from './machine-usage.ts';

describe('what the kernel counts', () => {
  it('is read from /proc/stat: guests are not counted twice', () => {
    const stat = 'cpu  10 2 30 400 5 6 7 8 9 1\ncpu0 5 1 15 200 2 3 3 4 4 0\ncpu1 5 1 15 200 3 3 4 4 5 1\nintr 7\n';
    expect(parseCpuTicks(stat)).toEqual({ cores: 2, total: 468, programs: 42, idle: 405, stolen: 8 });
  });

  it('is read from /proc/net/netstat by name, among the values of TcpExt', () => {
    const netstat = 'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 23 24\nIpExt: InOctets\nIpExt: 9\n';
    expect(parseAcceptQueueOverflows(netstat)).toBe(23);
  });

  it('is read from /proc/PID/stat behind a name with blanks and parentheses', () => {
    const stat = '7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 11 12 30 4 20 0 1 0';
    expect(parseEndedChildrenUs(stat)).toBe(340_000);
    expect(parseEndedChildrenUs('')).toBeNull();
  });

  it('is unknown where the files say nothing of it', () => {
    for (const text of ['', 'cpu 1 2\n', 'intr 5\n']) expect(parseCpuTicks(text)).toBeNull();
    for (const text of ['', 'TcpExt: Other\nTcpExt: 5\n']) expect(parseAcceptQueueOverflows(text)).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('a meter', () => {
  it('keeps the time of a process that ends in the measure phase', async () => {
    // Burns 0.3 s before the phase, waits to be told, burns 0.3 s more and ends.
    const burn = `const used = () => process.cpuUsage().user + process.cpuUsage().system;
      const burn = () => { const until = used() + 3e5; while (used() < until); };`;
    const script = `${burn} burn(); process.send(0); process.once('message', () => { burn(); process.disconnect(); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    const meter = new MachineMeter();
    const fromUs = nowUs();
    meter.phase('measure');
    child.send(0);
    await once(child, 'close');
    const elapsedUs = nowUs() - fromUs;
    meter.phase('drain');
    // Ticks of 10 ms and the time before the process read its own clock are all that may be missing or added.
    const ownCpuUs = (meter.usage()?.ownCores ?? 0) * elapsedUs;
    expect(ownCpuUs).toBeGreaterThan(0.25e6);
    expect(ownCpuUs).toBeLessThan(0.6e6);
  });

  it('sees a busy core in the measure phase, and no time but that', () => {
    const meter = new MachineMeter();
    expect(meter.usage()).toBeNull();
    meter.phase('connect');
    meter.phase('measure');
    const untilUs = nowUs() + 300_000;
    while (nowUs() < untilUs);
    meter.phase('drain');
    const usage = meter.usage();
    const { cores = 0, idleCores = 0, ownCores = 0, otherCores = 0 } = usage ?? {};
    // This process had one core, or waited for one that others had.
    expect(idleCores).toBeLessThan(cores - 0.5);
    expect(ownCores + otherCores).toBeGreaterThan(0.5);
    expect(idleCores + ownCores + otherCores).toBeLessThan(cores + 0.5);
    expect(usage?.acceptQueueOverflows).toBeGreaterThanOrEqual(0);
  });
});
