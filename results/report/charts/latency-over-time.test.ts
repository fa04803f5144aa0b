import { expect, test } from 'vitest';
import type { CompletedCell } from '../../delivery-result.ts';
import { deliveryCells } from '../../labels.ts';
import { decodeWindows, encodeWindows } from '../../recording/latency-windows.ts';
import { quickDocument } from '../../samples/variants.ts';
import { Mixture } from '../../statistics/latency-sample.ts';
import { measuredDueUs } from '../../theory/feed-schedule.ts';
import { latencyCourse } from './latency-course.ts';
import { overTimeChart } from './latency-over-time.ts';

const cells = () => deliveryCells(quickDocument());

/** The course, which must be one. */
function courseOf(result: CompletedCell) {
  const course = latencyCourse(result);
  if ('whyNot' in course) throw new Error(course.whyNot);
  return course;
}

test('the parts of a course follow one another over the measure phase and hold its events', () => {
  for (const result of cells()) {
    const { parts } = courseOf(result);
    expect(parts.length).toBeGreaterThanOrEqual(5);
    for (const [at, { pooled }] of parts.entries()) {
      expect(pooled.fromUs).toBeGreaterThanOrEqual(0);
      expect(pooled.toUs).toBeLessThan(result.phases.measureMs * 1000);
      expect(pooled.atUs).toBeGreaterThan(parts[at - 1]?.pooled.atUs ?? 0);
      expect(pooled.upperUs).toBeGreaterThanOrEqual(pooled.p50Us);
    }
  }
});

test('the first part of a trial is its first windows, at the times that follow from the seed', () => {
  const [result] = cells() as [CompletedCell];
  const { parts } = courseOf(result);
  const [trial] = result.trials;
  const first = parts[0]?.trials[0];
  if (trial === undefined || first == null) throw new Error('the sample has no trial with a course');
  const windows = trial.windows.events;
  const count = windows.filter((_, at) => Math.floor((at * parts.length) / windows.length) === 0).length;
  const events = windows.slice(0, count).reduce((sum, each) => sum + each, 0);
  const due = measuredDueUs(result.cell, result.phases, trial.seed).slice(0, events);
  const fromStart = [...due].map((atUs) => atUs - result.phases.warmupMs * 1000);
  expect([first.fromUs, first.toUs]).toEqual([fromStart[0], fromStart.at(-1)]);
  expect(first.atUs).toBeCloseTo(fromStart.reduce((sum, at) => sum + at, 0) / events, 6);
  const mixture = new Mixture(decodeWindows(trial.windows).slice(0, count));
  expect(first.p50Us).toBe(mixture.percentileUs(0.5, new Float64Array(count).fill(1)));
});

test('a part has the events that its percentiles need, also where events resemble their neighbours', () => {
  const [result] = cells() as [CompletedCell];
  const usual = courseOf(result);
  expect(usual.upper).toBe('p90');
  result.latencyUs.effectiveEvents = result.latencyUs.events / 5;
  const alike = latencyCourse(result);
  expect('whyNot' in alike ? alike : alike.upper).toBe('max');
});

test('instead of a course, why there is none', () => {
  const [result] = cells() as [CompletedCell];
  const changed = (change: (cell: CompletedCell) => void) => {
    const copy = structuredClone(result);
    change(copy);
    return latencyCourse(copy);
  };
  const trials = (change: (trial: CompletedCell['trials'][number]) => void) =>
    changed((cell) => {
      cell.trials.forEach(change);
    });
  const loseWindow = (trial: CompletedCell['trials'][number]) => {
    trial.windows = encodeWindows(trial.windows.events.slice(1), decodeWindows(trial.windows).slice(1));
  };
  expect(trials(loseWindow)).toEqual({ whyNot: 'its windows do not fit its schedule' });
  expect(trials(({ windows }) => Object.assign(windows, { histograms: 'HISTFAAAA' }))).toEqual({
    whyNot: 'its windows cannot be decoded',
  });
  expect(changed((cell) => Object.assign(cell.latencyUs, { effectiveEvents: 3 }))).toEqual({
    whyNot: 'too few events for a course',
  });
  expect(changed((cell) => Object.assign(cell.cell, { eventsPerSec: 1e12 }))).toEqual({
    whyNot: 'its windows do not fit its schedule',
  });
  expect(changed((cell) => cell.trials.splice(0))).toEqual({ whyNot: 'it has no events' });
});

test('a row for each cell: both lines, one of each trial, and labels', () => {
  const chart = overTimeChart(cells().map((result) => ({ label: result.cell.transport, result })));
  const svg = chart?.chart.text ?? '';
  expect(svg.match(/data-series=/g)).toHaveLength(5);
  expect(svg.match(/class="curve faint"/g)).toHaveLength(30);
  expect(svg.match(/class="curve"/g)).toHaveLength(10);
  expect([...svg.matchAll(/class="label"[^>]*>([^<]*)</g)].map((m) => m[1]).slice(0, 3)).toEqual([
    'p50',
    'p90',
    'polling',
  ]);
  expect(svg).not.toContain('NaN');
  expect(chart?.hasTrials).toBe(true);
});

test('the same ratio has the same height in all rows', () => {
  const chart = overTimeChart(cells().map((result) => ({ label: result.cell.transport, result })));
  const svg = chart?.chart.text ?? '';
  const unitUs: Record<string, number> = { us: 1, ms: 1e3 };
  const ticks = [...svg.matchAll(/class="tick-y"><line[^>]* y1="([\d.]+)"[^>]*\/><text[^>]*>(\d+) (us|ms)</g)];
  const steps = ticks.slice(1).flatMap(([, y, value, unit], at) => {
    const [, lastY, lastValue, lastUnit] = ticks[at] as RegExpExecArray;
    const ratio = (Number(value) * (unitUs[unit ?? ''] ?? 0)) / (Number(lastValue) * (unitUs[lastUnit ?? ''] ?? 0));
    const height = Number(lastY) - Number(y);
    // From the last tick of a row to the first of the next the line goes down.
    return ratio > 1 && height > 0 ? [height / Math.log(ratio)] : [];
  });
  expect(steps.length).toBeGreaterThanOrEqual(3);
  for (const step of steps) expect(step / (steps[0] as number)).toBeCloseTo(1, 1);
});

test('cells without a course are named; without any there is no chart', () => {
  const [first, second] = cells() as [CompletedCell, CompletedCell];
  first.trials = [];
  expect(overTimeChart([{ label: 'a', result: first }])).toBeNull();
  expect(overTimeChart([first, second].map((result, at) => ({ label: 'ab'[at] ?? '', result })))?.note).toBe(
    'Not drawn: a: it has no events.',
  );
});
