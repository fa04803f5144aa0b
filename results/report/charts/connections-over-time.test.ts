import { expect, test } from 'vitest';
import { compareCells } from '../../labels.ts';
import type { RunDocument } from '../../run-document.ts';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { connectionsOverTimeChart } from './connections-over-time.ts';

const draw = (document: RunDocument) => {
  const [group] = compareCells(document).groups;
  return group === undefined ? null : connectionsOverTimeChart(group);
};

test('a line for each of six trials of five cells, in three columns', () => {
  const svg = draw(quickDocument())?.chart.text ?? '';
  const steps = [...svg.matchAll(/class="step" d="([^"]*)"/g)].map((match) => match[1] as string);
  expect(steps.map((path) => path.match(/M/g)?.length)).toEqual(Array(15).fill(6));
  for (const title of ['open connections', 'requests/s', 'wire bytes/s', 'measure'])
    expect(svg).toContain(`>${title}<`);
  // The requests of a push transport are on the ground for the whole feed.
  const requestsOfSse = steps[7] as string;
  expect(requestsOfSse.match(/V/g)?.length ?? 0).toBeLessThanOrEqual(6);
});

test('the table has the numbers of the first trial', () => {
  const text = draw(quickDocument())?.table.text ?? '';
  const { timeline } = compareCells(quickDocument()).groups[0]?.cells[0]?.trials[0] ?? {};
  const [first = 0, second = 0] = timeline?.requests.slice(3, 5) ?? [];
  expect(text).toContain('polling: open connections');
  const row = /<th scope="row">0\.6<\/th>(.*)<\/tr>/.exec(text)?.[1] ?? '';
  expect(
    row
      .replace(/<[^>]+>/g, ' ')
      .trim()
      .split(/\s+/)[1],
  ).toBe(String(Math.round((second - first) / 0.2)));
});

test('documents written before timelines have no chart; a cell without one is counted', () => {
  const forget = (transports: readonly string[]) =>
    withCells(({ cell, trials }) => {
      if (transports.includes(cell.transport)) for (const trial of trials) delete trial.timeline;
    });
  expect(draw(forget(['sse']))?.note).toContain('1 cell');
  expect(draw(forget(['polling', 'long-polling', 'sse', 'http-stream', 'websocket']))).toBeNull();
});
