import { describe, expect, it } from 'vitest';
import type { RunDocument } from '../run-document.ts';
import { doubtfulDocument, emptyDocument, quickDocument } from '../samples/variants.ts';
import type { ThresholdOutcome } from '../thresholds/threshold-outcome.ts';
import { compareRuns } from './compare-runs.ts';
import { decodeRun } from './decode-run.ts';
import { changedRun, heavierRun, wholeRun } from './fixtures/whole-runs.ts';
import { type Gate, gateOf } from './gate.ts';

const gate = (base: RunDocument, head: RunDocument, ...rest: [ThresholdOutcome[]?, Parameters<typeof gateOf>[2]?]) =>
  gateOf(compareRuns(decodeRun(base), decodeRun(head)), rest[0] ?? [], rest[1]);

const cell = { cellId: 'a', otherCellId: null, value: 2, low: 2, high: 2, limit: 1, trials: 6, note: null };

const threshold = (more: Partial<ThresholdOutcome>): ThresholdOutcome => ({
  text: 'websocket.latencyUs.p99 < 1ms',
  metric: 'latencyUs.p99',
  severity: 'fail',
  undecided: 'pass',
  result: 'pass',
  cells: [{ ...cell, result: more.result ?? 'pass' }],
  ...more,
});

describe('the gate', () => {
  it('lets a run pass that is the same as another', () => {
    expect(gate(wholeRun(), wholeRun())).toMatchObject({ outcome: 'pass', regressions: [], missing: [] });
  });

  it('fails with a byte more, and says where', () => {
    const found = gate(wholeRun(), heavierRun(1));
    expect(found.outcome).toBe('regression');
    expect(found.reason).toBe('1 metric got worse');
    expect(found.regressions.map(({ change }) => change.metric.key)).toEqual(['bytes.overheadPerDelivery']);
    expect(gate(heavierRun(1), wholeRun())).toMatchObject({ outcome: 'pass', improvements: [{}] });
  });

  it.each([
    ['of the head', () => gate(quickDocument(), wholeRun()), ['base', 'head']],
    ['of both', () => gate(quickDocument(), quickDocument()), ['base', 'head']],
  ])('is incomplete with cells missing %s', (_, run, sides) => {
    const found: Gate = run();
    expect(found.outcome).toBe('incomplete');
    expect([...new Set(found.missing.map(({ side }) => side))]).toEqual(sides);
  });

  it('is incomplete with a cell that is not valid, and names the check', () => {
    const found = gate(wholeRun(), {
      ...wholeRun(),
      cells: doubtfulDocument().cells.filter(({ outcome }) => outcome === 'completed'),
    });
    expect(['incomplete', 'regression']).toContain(found.outcome);
    expect(found.missing.map(({ state }) => state)).toContain('not valid');
    for (const { reason } of found.missing) expect(reason).not.toBe('');
  });

  it('never passes where nothing was compared', () => {
    const none = { ...emptyDocument(), plan: { ...emptyDocument().plan, cells: [] } };
    expect(gate(none, none)).toMatchObject({ outcome: 'incomplete', reason: 'nothing was compared' });
  });

  it('does not judge runs of different plans, unless it is forced', () => {
    const longer = {
      ...heavierRun(1),
      plan: { ...wholeRun().plan, phases: { ...wholeRun().plan.phases, measureMs: 9_000 } },
    };
    const found = gate(wholeRun(), longer);
    expect(found).toMatchObject({ outcome: 'incompatible', incompatibilities: [{ what: 'Measured in each trial' }] });
    expect(gate(wholeRun(), longer, [], { force: true })).toMatchObject({
      outcome: 'regression',
      incompatibilities: [],
      forced: [{ what: 'Measured in each trial' }],
    });
  });

  it('goes by thresholds as well', () => {
    const of = (more: Partial<ThresholdOutcome>) => gate(wholeRun(), wholeRun(), [threshold(more)]).outcome;
    expect(of({ result: 'fail' })).toBe('regression');
    expect(of({ result: 'fail', severity: 'warn' })).toBe('pass');
    expect(of({ result: 'undecided' })).toBe('pass');
    expect(of({ result: 'undecided', undecided: 'fail' })).toBe('regression');
    expect(of({ result: 'missing' })).toBe('incomplete');
  });

  it('lets undecided changes fail it when that is asked', () => {
    const head = changedRun((cell) => {
      cell.latencyUs.p99 = { value: (cell.latencyUs.p99?.value ?? 0) * 1.02, low: null, high: null };
    });
    expect(gate(wholeRun(), head).outcome).toBe('pass');
    expect(gate(wholeRun(), head, [], { undecided: 'fail' }).outcome).toBe('regression');
  });
});
