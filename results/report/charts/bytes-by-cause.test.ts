import { expect, test } from 'vitest';
import { deliveryCells } from '../../labels.ts';
import { formatBytes } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { type BytesRow, bytesByCauseChart } from './bytes-by-cause.ts';
import { bytesParts, bytesPerDelivery, countedCauses, perDelivery } from './bytes-by-cause-parts.ts';

function rowsOf(document: RunDocument): BytesRow[] {
  return bytesParts(deliveryCells(document)).map((row) => ({ ...row, label: row.result.cell.transport }));
}

/** The widths of the parts of a row's bar by cause, in each panel. */
function widths(svg: string, label: string): Record<string, number>[] {
  const row = new RegExp(`data-series="${label}">([\\s\\S]*?)</g>\\n`).exec(svg)?.[1] ?? '';
  const parts = [...row.matchAll(/<g class="cause-(\w+)">.*?<rect [^>]*? x="([\d.]+)"[^>]*? width="([\d.]+)"/g)];
  const panels: Record<string, number>[] = [];
  for (const [, cause = '', , width] of parts) {
    if (panels.length === 0 || panels.at(-1)?.[cause] !== undefined) panels.push({});
    (panels.at(-1) as Record<string, number>)[cause] = Number(width);
  }
  return panels;
}

test('the length of every part is in proportion to its bytes, and the total stands at the end', () => {
  const rows = rowsOf(quickDocument());
  const svg = bytesByCauseChart(rows)?.text ?? '';
  const pxPerByte = Number(widths(svg, 'sse')[0]?.['payload']) / 128;
  for (const row of rows) {
    const [bar = {}] = widths(svg, row.label);
    for (const cause of countedCauses(rows)) {
      expect(bar[cause.part] ?? 0).toBeCloseTo(perDelivery(row, cause) * pxPerByte, -0.5);
    }
  }
  const totals = [...svg.matchAll(/class="total"[^>]*>([^<]*)</g)].map((match) => match[1]);
  expect(totals).toEqual(rows.map((row) => formatBytes(bytesPerDelivery(row))));
});

test('causes differ without colour, and only those that occur are in the legend', () => {
  const svg = bytesByCauseChart(rowsOf(quickDocument()))?.text ?? '';
  expect(svg).toContain('>Event texts<');
  expect(svg).toContain('>TCP/IP and ACKs<');
  expect(svg).not.toContain('>Heartbeats<');
  expect(svg).not.toMatch(/url\(|#[0-9a-f]{3,6}\b|rgb\(/);
});

test('where one bar is many times as long, a second panel magnifies the others and tears it off', () => {
  const document = withCells(({ cell, network }) => {
    if (cell.transport === 'long-polling' && network !== null) network.breakdown.requestHeads *= 100;
  });
  const svg = bytesByCauseChart(rowsOf(document))?.text ?? '';
  expect(svg).toMatch(/the same, magnified \d+ times/);
  expect(svg.match(/class="torn"/g)).toHaveLength(1);
  const [whole, magnified] = widths(svg, 'websocket');
  expect(Number(magnified?.['payload'])).toBeGreaterThan(10 * Number(whole?.['payload']));
});

test('without the kernel’s counts the wire bytes of the measure phase are drawn; without deliveries nothing', () => {
  const rows = rowsOf(
    withCells((cell) => {
      cell.network = null;
    }),
  );
  expect(bytesPerDelivery(rows[4] as BytesRow)).toBe(132);
  expect(bytesByCauseChart(rows)?.text).not.toContain('TCP/IP');
  expect(bytesByCauseChart([])).toBeNull();
});
