import { expect, test } from 'vitest';
import { mergeTimelines, type Timeline } from './timeline.ts';

const first: Timeline = {
  atMs: [-200, 0, 200],
  openConnections: [0, 10, 10],
  requests: [0, 10, 50],
  wireBytes: [0, 1_000, 6_000],
};
const second: Timeline = {
  atMs: [0, 200, 400],
  openConnections: [5, 5, 4],
  requests: [5, 25, 45],
  wireBytes: [500, 3_000, 5_500],
};

test('workers are summed moment by moment; one that began later counts nothing before, one that ended keeps its last', () => {
  const merged = {
    atMs: [-200, 0, 200, 400],
    openConnections: [0, 15, 15, 14],
    requests: [0, 15, 75, 95],
    wireBytes: [0, 1_500, 9_000, 11_500],
  };
  expect(mergeTimelines([first, second])).toEqual(merged);
  expect(mergeTimelines([second, first])).toEqual(merged);
  expect(mergeTimelines([mergeTimelines([first]), second])).toEqual(merged);
});

test('without a worker there is no moment', () => {
  expect(mergeTimelines([]).atMs).toEqual([]);
});
