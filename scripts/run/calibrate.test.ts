import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrationTrials } from '../../scenarios/calibration.ts';
import { transportIds } from '../../servers/contract/transports.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { nullServer } from '../null-server/registered.ts';
import { calibrate } from './calibrate.ts';
import { testCell } from './fixtures/test-trial.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cells = transportIds.map((transport) => testCell(transport, { subscribers: 20 }));

/** Calibrates, and notes what is said meanwhile. */
async function calibrated(of = cells, more: { server?: Server; signal?: AbortSignal; onPhase?: () => void } = {}) {
  const said: string[] = [];
  const result = await calibrate({
    cells: of,
    seed: 1,
    folder,
    signal: new AbortController().signal,
    onPhase: () => {},
    onStart: (transport) => said.push(transport),
    onDone: () => said.push('done'),
    onFailed: () => said.push('failed'),
    ...more,
  });
  return { ...result, said };
}

describe('calibration against the null server', () => {
  it('has latency, CPU and utilization of every transport, at the load it says', async () => {
    const { calibration, warnings, said } = await calibrated();
    expect(warnings).toEqual([]);
    expect(said).toEqual(transportIds.flatMap((transport) => [transport, 'done']));
    const loads = calibrationTrials(cells).map(({ cell: { transport, subscribers, eventsPerSec } }) => ({
      transport,
      subscribers,
      eventsPerSec,
    }));
    expect(calibration).toMatchObject(loads);
    for (const { transport, latencyUs, eventsPerSec, driverCpuUsPerUnit, eventLoopUtilization } of calibration) {
      const { count, p50, p99, max } = latencyUs;
      const expected = eventsPerSec * 0.6 * 20;
      if (transport === 'polling') {
        // Each subscriber polls at the rate of events; on a busy machine some polls are late for the phase, or left out.
        expect(count).toBeGreaterThan(expected / 2);
        expect(count).toBeLessThanOrEqual(expected + 20);
      } else expect(count).toBe(expected);
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50);
      // A histogram of three digits may put a percentile a little above the exact maximum.
      expect(max * 1.001 + 1).toBeGreaterThanOrEqual(p99);
      expect(driverCpuUsPerUnit).toBeGreaterThan(0);
      expect(eventLoopUtilization).toBeGreaterThan(0);
      expect(eventLoopUtilization).toBeLessThanOrEqual(1);
    }
    // From the sending of a poll, and not from when its event was due, which is half an interval earlier.
    const [polling] = calibration;
    expect(polling?.latencyUs.p50).toBeLessThan(0.5e6 / (polling?.eventsPerSec ?? 0));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that fails is a warning with the reason, and the others go on', async () => {
    const start = ['node', '-e', 'process.exit(7)'];
    const server = { ...nullServer, manifest: { ...nullServer.manifest, start } };
    const { calibration, warnings, said } = await calibrated(cells.slice(0, 2), { server });
    expect(calibration).toEqual([]);
    expect(said).toEqual(['polling', 'failed', 'long-polling', 'failed']);
    expect(warnings).toMatchObject([{ code: 'not-calibrated', cellIds: [] }]);
    expect(warnings[0]?.message).toMatch(/polling \(.*exit code 7.*\); long-polling \(.*exit code 7/s);
  });

  it('that is interrupted ends at once, without a warning', async () => {
    const controller = new AbortController();
    let phases = 0;
    const onPhase = () => {
      phases += 1;
      if (phases === 2) controller.abort(new Error('interrupted'));
    };
    const result = await calibrated(cells, { signal: controller.signal, onPhase });
    expect(result).toEqual({ calibration: [], warnings: [], said: ['polling'] });
  });
});
