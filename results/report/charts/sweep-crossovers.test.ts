import { expect, test } from 'vitest';
import type { CellComparison, RunDocument } from '../../run-document.ts';
import { pollIntervalDocument, sweepDocument } from '../../samples/sweeps.ts';
import { type Crossover, crossoverSentence, crossoversOf } from './sweep-crossovers.ts';
import { type Sweep, sweepsOf } from './sweep-lines.ts';
import { recordedComparisons, sweepQuantities } from './sweep-quantities.ts';

function found(document: RunDocument, key: string): { sweep: Sweep; crossovers: Crossover[] } {
  const quantity = sweepQuantities.find((each) => each.key === key) as (typeof sweepQuantities)[number];
  const [sweep] = sweepsOf(document).sweeps as [Sweep];
  return { sweep, crossovers: crossoversOf(sweep, quantity, recordedComparisons(document.comparisons)) };
}

const names = ({ before, after }: Crossover) => `${before.label} > ${after.label}`;

test('where bytes fall as a power of the axis, interpolation finds the exact point', () => {
  const { sweep, crossovers } = found(pollIntervalDocument(), 'overhead');
  const [crossover] = crossovers as [Crossover];
  expect(crossovers.map(names)).toEqual(['websocket > polling']);
  // Overhead of polling in the sample is proportional to 1 / interval.
  const polling = sweep.lines.find(({ label }) => label === 'polling');
  const at250 = polling?.points.find(({ value }) => value === 250)?.result.bytes.overheadPerDelivery ?? 0;
  expect(crossover.at).toBeCloseTo((250 * at250) / 4, 3);
  expect([crossover.low, crossover.high]).toEqual([null, null]);
  expect(crossover.between[0]).toBeLessThan(crossover.at as number);
  expect(crossover.between[1]).toBeGreaterThan(crossover.at as number);
  expect(crossoverSentence(sweep, crossover)).toMatch(
    /^Below a poll interval of about [\d.]+ s websocket has the lower overhead per delivery, above it polling\. Measured: .* interpolated\.$/,
  );
});

/** The sample with these ratios of the medians of sse to websocket at 100, 500 and 2,000 subscribers, decided as they are. */
function withRatios(ratios: readonly (readonly [number, number, number])[]): RunDocument {
  const document = sweepDocument();
  document.comparisons = document.comparisons.filter(({ quantity }) => quantity === 'latencyUs.p50');
  const cells = document.cells.filter((result) => result.outcome === 'completed' && result.cell.transport === 'sse');
  ratios.forEach(([low, value, high], at) => {
    const id = cells[at]?.cell.id as string;
    const pair = document.comparisons.find(
      ({ a, b }) => a === id && b === id.replace('/sse/', '/websocket/'),
    ) as CellComparison;
    pair.ratio = { value, low, high };
    pair.verdict = high < 1 ? 'faster' : low > 1 ? 'slower' : 'undecided';
  });
  return document;
}

const ofSse = (document: RunDocument) =>
  found(document, 'latency').crossovers.filter(({ before, after }) =>
    names({ before, after } as Crossover).includes('sse'),
  );

test('a pair told apart both ways crosses between, with an interval from that of the ratio', () => {
  const [crossover, ...others] = ofSse(
    withRatios([
      [0.4, 0.5, 0.625],
      [1.6, 2, 2.5],
      [3, 4, 5],
    ]),
  ) as [Crossover, ...Crossover[]];
  expect(others.filter((each) => names(each).includes('websocket'))).toEqual([]);
  expect(names(crossover)).toBe('sse > websocket');
  expect(crossover.between).toEqual([100, 500]);
  // ln ratio from -ln 2 to ln 2: in the middle on a logarithmic axis.
  expect(crossover.at).toBeCloseTo(Math.sqrt(100 * 500), 6);
  expect(crossover.low).toBeLessThan(crossover.at as number);
  expect(crossover.high).toBeGreaterThan(crossover.at as number);
});

test('nothing is claimed where one side is undecided; an undecided value in between does not matter', () => {
  const undecided = ofSse(
    withRatios([
      [0.8, 0.9, 1.1],
      [1.6, 2, 2.5],
      [3, 4, 5],
    ]),
  );
  expect(undecided.filter((each) => names(each).includes('websocket'))).toEqual([]);
  const between = ofSse(
    withRatios([
      [0.4, 0.5, 0.6],
      [0.9, 1.05, 1.2],
      [3, 4, 5],
    ]),
  );
  expect(between.map(names)).toContain('sse > websocket');
  expect(between[0]?.between).toEqual([100, 2000]);
  expect(between[0]?.at).toBeGreaterThan(100);
  expect(between[0]?.at).toBeLessThan(500);
});

test('a cell that is not valid takes part in no crossover', () => {
  const document = pollIntervalDocument();
  for (const result of document.cells) {
    if (result.outcome === 'completed' && result.cell.transport === 'websocket') result.validity.ok = false;
  }
  expect(found(document, 'overhead').crossovers.map(names)).toEqual([]);
});
