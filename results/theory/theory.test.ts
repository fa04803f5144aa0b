import { describe, expect, it } from 'vitest';
import type { ResponseHeads } from '../../servers/contract/ready.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import manifest from '../../servers/fastify/server.json' with { type: 'json' };
import type { CompletedCell, TrialResult } from '../delivery-result.ts';
import type { RunDocument } from '../run-document.ts';
import { buildQuickSample } from '../samples/quick.ts';
import type { TheoryRow } from './row.ts';
import { theoryRows } from './theory.ts';

/** As it would be read from its file. */
const document: RunDocument = JSON.parse(JSON.stringify(buildQuickSample()));
const heads: ResponseHeads = manifest.responseHeadBytes;

function completed(transport: TransportId): CompletedCell {
  const cell = document.cells.find((each) => each.outcome === 'completed' && each.cell.transport === transport);
  return cell as CompletedCell;
}

/** The rows of a cell whose trials are changed. */
function rowsOf(
  transport: TransportId,
  change: (trial: TrialResult) => TrialResult = (trial) => trial,
  cellChange: Partial<CompletedCell['cell']> = {},
  responseHeads: ResponseHeads | null = heads,
): Map<string, TheoryRow> {
  const result = completed(transport);
  const changed = { cell: { ...result.cell, ...cellChange }, trials: result.trials.map(change) };
  const rows = theoryRows({ ...result, ...changed }, responseHeads);
  return new Map(rows.map((row) => [row.quantity, row]));
}

/** A trial with so many bytes more on the connections of the measure phase. */
const withBytes = (receivedBytes: number) => (trial: TrialResult) => {
  const { measure } = trial.tallies;
  const more = { ...measure, receivedBytes: measure.receivedBytes + receivedBytes };
  return { ...trial, tallies: { ...trial.tallies, measure: more } };
};

const transports = ['polling', 'long-polling', 'sse', 'http-stream', 'websocket'] as const;

describe('theoryRows', () => {
  it.each(transports)('%s: is a function of what the document holds', (transport) => {
    const result = completed(transport);
    const { theory } = result;
    expect(theory.length).toBeGreaterThan(4);
    const again = theoryRows(result, heads);
    expect(again.map(({ quantity }) => quantity)).toEqual(theory.map(({ quantity }) => quantity));
    for (const [index, row] of again.entries()) {
      expect(row.expected).toBeCloseTo(theory[index]?.expected ?? 0, 6);
      expect(row.measured).toBeCloseTo(theory[index]?.measured ?? 0, 6);
      expect(row.residual).toBe(row.measured - row.expected);
      expect(row.holds).toBe(Math.abs(row.residual) <= row.tolerance);
    }
  });

  it.each(transports)('%s: a single byte more or less breaks the row of bytes, and has a cause', (transport) => {
    const quantity = 'wire bytes per delivery';
    expect(rowsOf(transport).get(quantity)).toMatchObject({ residual: 0, tolerance: 0, holds: true, causes: [] });
    for (const bytes of [1, -1]) {
      const row = rowsOf(transport, withBytes(bytes)).get(quantity);
      expect(row?.holds).toBe(false);
      expect(row?.causes.length).toBeGreaterThan(0);
    }
  });

  it('predicts no bytes of answers that no server has declared, and those of push all the same', () => {
    expect(rowsOf('polling', undefined, {}, null).has('wire bytes per delivery')).toBe(false);
    expect(rowsOf('polling', undefined, {}, null).has('IP bytes per delivery')).toBe(false);
    expect(rowsOf('sse', undefined, {}, null).get('wire bytes per delivery')?.holds).toBe(true);
    expect(rowsOf('sse', undefined, {}, null).has('handshake bytes per subscriber')).toBe(false);
  });

  it('has no rows of packets where the kernel did not count them', () => {
    const rows = rowsOf('sse', (trial) => ({ ...trial, network: null }));
    expect(rows.has('packets per delivery')).toBe(false);
    expect(rows.has('wire bytes per delivery')).toBe(true);
  });

  it('names what the trials show before what may be: lost connections, phase lock, contended cores', () => {
    const reconnected = (trial: TrialResult) => {
      const { connections } = withBytes(500)(trial);
      return { ...withBytes(500)(trial), connections: { ...connections, reconnected: 1 } };
    };
    expect(rowsOf('websocket', reconnected).get('wire bytes per delivery')?.causes[0]).toMatch(
      /lost their connections/,
    );
    const slower = (trial: TrialResult) => ({
      ...trial,
      latencyUs: { ...trial.latencyUs, mean: (trial.latencyUs.mean ?? 0) * 1.2 },
    });
    const constant = { schedule: { kind: 'constant' as const }, eventsPerSec: 4 };
    expect(rowsOf('polling', slower, constant).get('mean latency')?.causes[0]).toMatch(/^phase lock/);
    const contended = (trial: TrialResult) => ({
      ...slower(trial),
      machine: trial.machine === null ? null : { ...trial.machine, otherCores: 1 },
    });
    expect(rowsOf('sse', contended).get('mean latency')?.causes[0]).toMatch(/other programs/);
  });

  it('adds the wait of a server that coalesces: all of the window for a quiet event, less for those that follow', () => {
    const row = rowsOf('polling', undefined, { serverOptions: { coalesceMs: 40 } }).get('mean latency');
    const plain = rowsOf('polling').get('mean latency');
    // (c + lambda c^2 / 2) / (1 + lambda c) at 50 events a second and 40 ms: 26.7 ms.
    const waitUs = (row?.expected ?? 0) - (plain?.expected ?? 0);
    expect(waitUs).toBeCloseTo(row?.inputs['meanCoalescingWaitUs'] ?? 0, 3);
    expect(Math.abs(waitUs / 26_667 - 1)).toBeLessThan(0.05);
  });
});
