import { describe, expect, it } from 'vitest';
import type { Estimate } from './delivery-result.ts';
import { deliveryCells } from './labels.ts';
import { precisionOf, precisionReached, precisionWarnings, widestText } from './precision.ts';
import { renderHtml } from './report/html.ts';
import { renderTerminal } from './report/terminal.ts';
import type { RunDocument } from './run-document.ts';
import { quickDocument } from './samples/variants.ts';

/** Half of the width of every p50 and p99 is this share of the value; null: no interval. */
function documentOf(halfWidth: (transport: string) => number | null, status: RunDocument['status'] = 'completed') {
  const document = { ...quickDocument(), status };
  for (const { cell, latencyUs } of deliveryCells(document)) {
    const half = halfWidth(cell.transport);
    const ends = half === null ? { low: null, high: null } : { low: 1000 * (1 - half), high: 1000 * (1 + half) };
    latencyUs.p50 = { value: 1000, ...ends } satisfies Estimate;
    latencyUs.p99 = { value: 1000, ...ends } satisfies Estimate;
  }
  document.precision = precisionOf({ target: 0.05, budgetMs: 600_000 }, deliveryCells(document));
  return document;
}

const sseId = (document: RunDocument) => deliveryCells(document).find(({ cell }) => cell.transport === 'sse')?.cell.id;

describe('the precision of a run', () => {
  it('is reached when p50 and p99 of every completed cell are, and says after how many trials', () => {
    const document = documentOf(() => 0.05);
    expect(document.precision).toEqual({ target: 0.05, budgetMs: 600_000, reached: true, wideCellIds: [] });
    expect(precisionWarnings(document)).toEqual([]);
    const sentence = precisionReached(document) ?? '';
    expect(sentence).toMatch(/every p50 and p99 is known to 5 % .* after \d trials of each cell\.$/);
    const terminal = renderTerminal(document, { color: false, width: 400 });
    expect(terminal).toContain(sentence);
    expect(terminal).toMatch(/at least \d trials per cell/);
    expect(renderHtml(document)).toContain('The precision that was asked for is reached');
  });

  it('is not reached by one cell that is wider, which is named with its widths', () => {
    const document = documentOf((transport) => (transport === 'sse' ? 0.0831 : 0.01));
    expect(document.precision).toMatchObject({ reached: false, wideCellIds: [sseId(document)] });
    expect(precisionReached(document)).toBeNull();
    const [warning] = precisionWarnings(document);
    expect(warning?.message).toBe(
      'The precision of 5 % was not reached within the budget of 10 min: p50 of sse ±8.31 %, p99 of sse ±8.31 %, after 6 trials.',
    );
    expect(warning?.cellIds).toEqual([sseId(document)]);
    expect(warning?.advice).toMatch(/--budget/);
    expect(widestText(deliveryCells(document))).toBe('±8.31 %');
  });

  it('is not reached by a percentile that is not known, which is wider than any interval', () => {
    const document = documentOf((transport) => (transport === 'sse' ? null : 0.4));
    const [, websocket] = deliveryCells(document).toReversed();
    if (websocket !== undefined) websocket.latencyUs.p99 = null;
    expect(document.precision?.wideCellIds).toHaveLength(5);
    expect(precisionWarnings(document)[0]?.message).toMatch(/no interval, too few trials.*, and 7 more percentiles/);
    expect(widestText(deliveryCells(document))).toMatch(/^(no interval, too few trials|unknown, too few events)$/);
  });

  it('of an interrupted run does not blame the budget; without any result there is nothing to say', () => {
    const document = documentOf(() => 0.2, 'interrupted');
    expect(precisionWarnings(document)[0]?.message).toContain('was not reached when the run was interrupted: ');
    expect(precisionOf({ target: 0.05, budgetMs: 1 }, [])).toMatchObject({ reached: false, wideCellIds: [] });
    expect(precisionWarnings({ ...document, cells: [] })).toEqual([]);
  });
});
