import { describe, expect, it } from 'vitest';
import type { DeliveryCell, Phases } from './cell.ts';
import { linuxLimits } from './fixtures/linux-limits.ts';
import { processLayout } from './process-layout.ts';

const phases: Phases = { warmupMs: 2_000, measureMs: 8_000, drainMs: 3_000 };

const cell = (subscribers: number, more: Partial<DeliveryCell> = {}): DeliveryCell => ({
  kind: 'delivery',
  id: 'cell',
  server: 'fastify',
  transport: 'sse',
  subscribers,
  eventsPerSec: 1,
  payloadBytes: 128,
  schedule: { kind: 'constant' },
  transportOptions: {},
  headers: 'bare',
  serverOptions: {},
  ...more,
});

describe('processLayout', () => {
  it.each([
    // 20,000 open files less 5 % are 19,000 connections a process; half of 28,232 ports less 10 % are 12,704.
    { subscribers: 1, cores: 8, layout: [1, 1, 1] },
    { subscribers: 1_000, cores: 8, layout: [1, 1, 1] },
    { subscribers: 2_000, cores: 8, layout: [1, 2, 1] },
    { subscribers: 2_000, cores: 2, layout: [1, 1, 1] },
    { subscribers: 2_000, cores: 1, layout: [1, 1, 1] },
    { subscribers: 12_704, cores: 2, layout: [1, 1, 1] },
    // From a chosen address a quarter of the ports: 6,352.
    { subscribers: 12_705, cores: 2, layout: [1, 1, 3] },
    { subscribers: 19_000, cores: 2, layout: [1, 1, 3] },
    { subscribers: 19_001, cores: 2, layout: [2, 2, 1] },
    { subscribers: 25_408, cores: 2, layout: [2, 2, 1] },
    { subscribers: 50_000, cores: 2, layout: [3, 3, 8] },
    { subscribers: 50_000, cores: 8, layout: [3, 7, 8] },
  ])('$subscribers subscribers on $cores cores: $layout', ({ subscribers, cores, layout }) => {
    const { serverProcesses, workers, sourceAddresses } = processLayout(cell(subscribers), phases, {
      ...linuxLimits,
      cores,
    });
    expect([serverProcesses, workers, sourceAddresses]).toEqual(layout);
  });

  it('needs one server process where the open files allow it, and then addresses', () => {
    const layout = processLayout(cell(50_000), phases, { ...linuxLimits, openFiles: 1_000_000 });
    expect(layout).toEqual({ serverProcesses: 1, workers: 1, sourceAddresses: 8 });
  });

  it('keeps 256 descriptors of a small limit for the process itself', () => {
    expect(processLayout(cell(2_000), phases, { ...linuxLimits, openFiles: 1_024 })).toMatchObject({
      serverProcesses: 3,
    });
    expect(processLayout(cell(768), phases, { ...linuxLimits, openFiles: 1_024 })).toMatchObject({
      serverProcesses: 1,
    });
  });

  it('counts the connections that wait to be forgotten where every poll opens one', () => {
    const polled = (keepAlive: boolean, measureMs = phases.measureMs) =>
      processLayout(
        cell(5_000, { transport: 'polling', transportOptions: { intervalMs: 1_000, keepAlive } }),
        { ...phases, measureMs },
        linuxLimits,
      );
    expect(polled(true)).toEqual({ serverProcesses: 1, workers: 1, sourceAddresses: 1 });
    // 5,000 at the start and 10 times 5,000 polls: 55,000 / 6,352. A port comes back after 60 s: 305,000 / 6,352.
    expect(polled(false)).toEqual({ serverProcesses: 1, workers: 1, sourceAddresses: 9 });
    expect(polled(false, 3_600_000).sourceAddresses).toBe(49);
    // Two descriptors a subscriber: 9,500 a process.
    expect(
      processLayout(
        cell(10_000, { transport: 'long-polling', transportOptions: { keepAlive: false } }),
        phases,
        linuxLimits,
      ),
    ).toMatchObject({ serverProcesses: 2, workers: 2 });
  });

  it('has only 127.0.0.1 where there is no network of loopback addresses, with nearly all of its ports', () => {
    const elsewhere = { ...linuxLimits, hasLoopbackNetwork: false };
    expect(processLayout(cell(19_000), phases, elsewhere).sourceAddresses).toBe(1);
    expect(processLayout(cell(50_000), phases, { ...elsewhere, openFiles: 1e6 }).sourceAddresses).toBe(1);
  });

  it('assumes a usual machine where the system does not tell', () => {
    const unknown = { ...linuxLimits, openFiles: null, localPorts: null };
    expect(processLayout(cell(15_000), phases, unknown)).toEqual({
      serverProcesses: 1,
      workers: 1,
      sourceAddresses: 5,
    });
    expect(processLayout(cell(16_000), phases, unknown)).toMatchObject({ serverProcesses: 2, workers: 2 });
  });
});
