import { describe, expect, it } from 'vitest';
import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { Schedule } from '../../servers/contract/feed.ts';
import { LatencyRecorder } from '../recording/latency.ts';
import { failures, goldenCell, judgeAgain } from './fixtures/judged-trials.ts';
import { phasesSeen } from './polling.ts';

const phases = { warmupMs: 500, measureMs: 10_000, drainMs: 0 };
const constant: Schedule = { kind: 'constant' };

function cellOf(eventsPerSec: number, schedule: Schedule): DeliveryCell {
  return { ...goldenCell('polling').cell, eventsPerSec, schedule };
}

describe('places of the poll interval at which events are due', () => {
  it.each<[number, Schedule, intervalMs: number, places: number]>([
    [20, constant, 50, 1],
    [10, constant, 50, 1],
    // Every 100 ms and every 250 ms: five times within 500 ms, at 0, 100, 200, 50 and 150 ms of the interval.
    [10, constant, 250, 5],
    // 33.3 ms, rounded down to whole microseconds, and 50 ms.
    [30, constant, 50, 3],
    // Nearly the same: the phase drifts by 5 ms in 10 s, a tenth of the interval.
    [20.01, constant, 50, 7],
    [47, constant, 50, 47],
    [200, { kind: 'burst', eventsPerBurst: 10 }, 50, 1],
  ])('%d events/s, %j, a poll every %d ms: %d', (eventsPerSec, schedule, intervalMs, places) => {
    expect(phasesSeen(cellOf(eventsPerSec, schedule), phases, 1, intervalMs * 1_000)).toBe(places);
  });

  it('are all of them with a Poisson feed', () => {
    expect(phasesSeen(cellOf(100, { kind: 'poisson' }), phases, 1, 50_000)).toBe(64);
  });
});

/** The golden cell of polling with one subscriber or many, of whom each always waits equally long. */
function lockedCell(subscribers: number) {
  const cell = goldenCell('polling');
  cell.cell = { ...cell.cell, subscribers, eventsPerSec: 4, schedule: constant };
  const recorder = new LatencyRecorder();
  // Phases of so many subscribers, evenly spread and still as few as there are subscribers.
  for (let at = 0; at < cell.latencyUs.count; at += 1) recorder.record(((at % subscribers) / subscribers) * 250_000);
  const { histogram, minUs, maxUs } = recorder.data();
  for (const result of [cell, ...cell.trials]) {
    result.latencyUs = { ...result.latencyUs, histogram, min: minUs, max: maxUs };
  }
  return judgeAgain(cell);
}

describe('polls every 250 ms and an event every 250 ms', () => {
  it('measure nothing with one subscriber', () => {
    const found = failures(lockedCell(1).validity.checks);
    expect(found).toContain('phase-lock invalid');
    expect(found).toContain('uniform-wait warning');
  });

  it('leave 5.8 % of the mean latency to chance with a hundred', () => {
    const cell = lockedCell(100);
    expect(failures(cell.validity.checks)).toContain('phase-lock warning');
    expect(failures(cell.validity.checks)).not.toContain('uniform-wait warning');
    expect(cell.validity.checks.find(({ id }) => id === 'phase-lock')?.value).toBeCloseTo(5.77, 2);
  });

  it('are of no consequence with a thousand', () => {
    expect(failures(lockedCell(1_000).validity.checks)).not.toContain('phase-lock warning');
  });
});
