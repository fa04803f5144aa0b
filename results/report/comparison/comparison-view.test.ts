import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../compare/compare-runs.ts';
import { decodeRun } from '../../compare/decode-run.ts';
import { metrics } from '../../compare/metrics.ts';
import type { RunDocument } from '../../run-document.ts';
import { emptyDocument, quickDocument, withCells } from '../../samples/variants.ts';
import { toMarkup } from '../tree.ts';
import { changeIntervalText, changeText } from './change-text.ts';
import { comparisonView } from './comparison-view.ts';

/** The golden document with the CPU time of websocket multiplied. */
const withCpu = (factor: number) =>
  withCells((cell) => {
    if (cell.cell.transport !== 'websocket') return;
    for (const { serverUsage } of [cell, ...cell.trials]) {
      serverUsage.cpuUsPerDelivery = (serverUsage.cpuUsPerDelivery ?? 0) * factor;
    }
  });

const view = (base: RunDocument, head: RunDocument) =>
  toMarkup(comparisonView(compareRuns(decodeRun(base), decodeRun(head)))).text;

/** x of the only mark of this verdict, from the path that draws it. */
function markOf(text: string, verdict: string): { x: number; rest: string } {
  const rows = [...text.matchAll(new RegExp(`<g class="change-row ${verdict}">.*?</g>`, 'g'))].map(([row]) => row);
  expect(rows).toHaveLength(1);
  const [row = ''] = rows;
  return { x: Number(row.match(/class="mark" d="M([\d.]+) /)?.[1]), rest: row };
}

describe('the view of a comparison', () => {
  const text = view(quickDocument(), withCpu(1.5));

  it('has a row of data for every metric of every cell that both delivered, and a row of the chart for the timed ones with a verdict', () => {
    const rows = text.match(/<details class="chart-data">.*?<tbody>(.*?)<\/tbody>/s)?.[1]?.match(/<tr>/g) ?? [];
    expect(rows).toHaveLength(5 * metrics.length);
    // All but memory, of which nothing is said with a hundred subscribers.
    const timed = metrics.filter(({ kind, key }) => kind === 'noisy' && !key.includes('rssBytes'));
    expect(text.match(/<g class="change-row/g)).toHaveLength(5 * timed.length);
  });

  it('draws what is worse to the right of what is the same, and better to its left', () => {
    const same = Number(text.match(/<g class="change-row same">.*?class="mark" d="M([\d.]+) /)?.[1]);
    expect(markOf(text, 'worse').x).toBeGreaterThan(same + 20);
    const better = markOf(view(withCpu(1.5), quickDocument()), 'better');
    expect(same - better.x).toBeCloseTo(markOf(text, 'worse').x - same, 0);
  });

  it('keeps what lies beyond the axis inside, with an arrow', () => {
    const { x, rest } = markOf(view(quickDocument(), withCpu(100)), 'worse');
    expect(x).toBeLessThan(560);
    expect(rest.match(/class="whisker"/g)).toHaveLength(1);
    expect(rest).toContain('× 100');
  });

  it('of runs without a common result has no chart and no table of changes', () => {
    const nothing = view(quickDocument(), emptyDocument());
    expect(nothing.includes('<svg')).toBe(false);
    expect(nothing.includes('class="changes"')).toBe(false);
    expect(nothing).toContain('B planned it and ended before');
  });
});

describe('a change as text', () => {
  it.each([
    [1, '0 %'],
    [1.00001, '0.00 %'],
    [1.0012, '+0.12 %'],
    [0.95, '−5.00 %'],
    [1.234, '+23.4 %'],
    [9.5, '+850 %'],
    [12.34, '× 12.3'],
  ])('a ratio of %d: %s', (ratio, expected) => {
    expect(changeText(ratio)).toBe(expected);
  });

  it('has an interval where there is one', () => {
    const ratio = (low: number | null, high: number | null) => ({ ratio: { value: 1, low, high } });
    expect(changeIntervalText(ratio(0.9, 1.2))).toBe('−10.0 to +20.0 %');
    expect(changeIntervalText(ratio(1.2, 20))).toBe('+20.0 % to × 20.0');
    expect(changeIntervalText(ratio(1, 1))).toBeNull();
    expect(changeIntervalText(ratio(null, null))).toBeNull();
  });
});
