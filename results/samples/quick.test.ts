import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { deliveryCells } from '../labels.ts';
import { readRunDocument } from '../read-document.ts';
import { compact } from '../report/compact.ts';
import { renderHtml } from '../report/html.ts';
import { buildQuickSample } from './quick.ts';

const path = new URL('./quick.json', import.meta.url);

test('quick.json is what quick.ts builds (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(buildQuickSample(), null, 2)}\n`).toMatchFileSnapshot('quick.json');
});

test('quick.html is its report (vitest -u writes it)', async () => {
  await expect(compact(renderHtml(buildQuickSample()))).toMatchFileSnapshot('quick.html');
});

test('quick.json is a run document of this schema version', async () => {
  const document = readRunDocument(await readFile(path, 'utf8'), 'quick.json');
  expect(document.cells.map((result) => result.outcome)).toEqual([
    ...Array(5).fill('completed'),
    'failed',
    'skipped',
    'completed',
  ]);
});

test('its counters agree with each other', () => {
  for (const cell of deliveryCells(buildQuickSample())) {
    const { deliveries, bytes, trials } = cell;
    expect(trials).toHaveLength(6);
    expect(deliveries.expected).toBe(deliveries.delivered + deliveries.missing + deliveries.corrupted);
    expect(trials.reduce((sum, trial) => sum + trial.deliveries.expected, 0)).toBe(deliveries.expected);
    expect(trials.reduce((sum, trial) => sum + trial.latencyUs.count, 0)).toBe(cell.latencyUs.count);
    const parts = Object.values(bytes.breakdown);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(bytes.received + bytes.sent - bytes.payload);
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
  }
});

test('its websocket cell has the four header bytes of RFC 6455 for 128-byte events', () => {
  const websocket = deliveryCells(buildQuickSample()).find((cell) => cell.cell.transport === 'websocket');
  expect(websocket?.bytes.overheadPerDelivery).toBe(4);
});
