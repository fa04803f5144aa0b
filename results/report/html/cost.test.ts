import { expect, test } from 'vitest';
import { pollIntervalDocument, sweepDocument } from '../../samples/sweeps.ts';
import { emptyDocument, partialDocument, quickDocument, withCells } from '../../samples/variants.ts';
import { costSection } from './cost.ts';
import { sweepSection } from './sweep.ts';

const ids = (html: string) => [...html.matchAll(/<figure id="([^"]*)"/g)].map((match) => match[1]);

test('a figure for each chart, with an example of this run', () => {
  const section = costSection(quickDocument())?.text ?? '';
  expect(ids(section)).toEqual(['latency-overhead', 'server-cost', 'connections-over-time']);
  expect(section).toMatch(/Here, websocket took \d+\sus in the median, for 4\.00\sB of overhead\./);
});

test('of a sweep one for each group, over time of the first and the last alone', () => {
  const section = costSection(sweepDocument())?.text ?? '';
  expect(ids(section)).toEqual([
    'latency-overhead',
    'server-cost',
    'server-cost-2',
    'server-cost-3',
    'connections-over-time',
    'connections-over-time-2',
  ]);
  expect(section).toContain('Drawn for 2 of 3 groups of cells');
});

test('cells that are not valid are marked, and the mark is explained', () => {
  const document = withCells(({ cell, validity }) => {
    if (cell.transport === 'sse') validity.ok = false;
  });
  expect(costSection(document)?.text).toContain('A cell marked ! is not valid');
  expect(costSection(quickDocument())?.text).not.toContain('A cell marked !');
});

test('what there is, is shown; without cells there is no section', () => {
  expect(ids(costSection(partialDocument())?.text ?? '')).toHaveLength(3);
  expect(costSection(emptyDocument())).toBeNull();
  const { cells, ...rest } = quickDocument();
  expect(costSection({ ...rest, cells: cells.filter(({ outcome }) => outcome === 'failed') })).toBeNull();
});

test('a sweep has a figure for each quantity, and its crossovers in words and in the charts', () => {
  const section = sweepSection(pollIntervalDocument())?.text ?? '';
  expect(ids(section)).toEqual(['sweep-latency', 'sweep-overhead', 'sweep-cpu']);
  expect(section).toMatch(/<li id="crossover-1" value="1">Below a poll interval of about 1\.\d+\ss websocket has/);
  expect(section.match(/<g class="crossover">/g)).toHaveLength(1);
  expect(section).toContain('A level line is one measurement');
  expect(sweepSection(sweepDocument())?.text).toContain('No crossover is shown');
  expect(sweepSection(quickDocument())).toBeNull();
  expect(sweepSection(emptyDocument())).toBeNull();
});
