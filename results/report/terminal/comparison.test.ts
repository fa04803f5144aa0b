import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import {
  type Judged,
  judged,
  ofManyCells,
  otherSystem,
  regress,
  thresholdThat,
  wholeDocument,
} from '../../export/comparison/fixtures/judged.ts';
import { doubtfulDocument, quickDocument, withCells, withText } from '../../samples/variants.ts';
import { comparisonToTerminal } from './comparison.ts';

const terminal = ({ comparison, gate }: Judged, options = { color: false, width: 80 }) =>
  comparisonToTerminal(comparison, gate, options);
const parts = (text: string) =>
  text
    .trimEnd()
    .split('\n\n')
    .map((part) => part.split('\n')[0] ?? '');

test('outcome, thresholds, worse, missing, better, table, how it was decided, in this order', () => {
  const text = terminal(judged(quickDocument(), withCells(regress), [thresholdThat('fail'), thresholdThat('pass')]));
  const found = parts(text);
  expect(found[0]).toMatch(/^✕ Regression: 2 metrics got worse and 1 threshold failed/);
  expect(found.slice(1, 5)).toEqual(['Thresholds', 'Worse', 'Missing', 'Better']);
  expect(found.slice(-2)).toEqual([
    expect.stringMatching(/^✓ better, ✕ worse/),
    expect.stringMatching(/^Timed metrics by head \/ base/),
  ]);
  expect(found.length).toBeGreaterThan(7);
  expect(text).toMatch(/^✕ failed +websocket\.latencyUs\.p99 < 2ms # fail\n +websocket.*: 2\.13 ms/m);
  expect(text).toMatch(/Worse\n {2}✕ websocket, Missing deliveries: \+1, 0 → 1\n {2}✕ websocket/);
});

test('no line is longer than the terminal, but for the table of a cell with a long name', () => {
  for (const width of [60, 80, 120]) {
    for (const run of [
      judged(wholeDocument(), wholeDocument(regress), [thresholdThat('missing')]),
      judged(quickDocument(), doubtfulDocument()),
      judged(wholeDocument(), otherSystem(), [], { force: true }),
    ]) {
      const long = terminal(run, { color: false, width })
        .split('\n')
        .filter((line) => line.length > width);
      expect(long).toEqual([]);
    }
  }
});

test('every verdict of every cell is in the table, but for faults of which there are none', () => {
  const run = judged(wholeDocument(), wholeDocument(regress));
  const text = terminal(run);
  const table = text.split('\n').filter((line) => /^(polling|long-polling|sse|http-stream|websocket) /.test(line));
  const counted = (sign: string) => table.join('\n').split(sign).length - 1;
  const cells = run.comparison.cells.length;
  const none = [
    'duplicated deliveries',
    'deliveries out of order',
    'corrupted deliveries',
    'failed requests',
    'failed connections',
    'reconnections',
  ];
  expect(text.replace(/\s+/g, ' ')).toContain(
    'None in either run: duplicated deliveries, deliveries out of order, corrupted deliveries, failed requests',
  );
  expect(counted('✕ ')).toBe(run.gate.regressions.length);
  expect(counted('✓ ')).toBe(run.gate.improvements.length);
  expect(counted('= ')).toBe(run.gate.sameCount - cells * none.length);
  expect(counted('? ')).toBe(run.gate.undecided.length);
  expect(text).toContain('No verdict in any cell: Server memory per subscriber (fewer than');
});

test('runs that cannot be compared have no verdicts; forced, a banner is the first thing', () => {
  const text = terminal(judged(wholeDocument(), otherSystem()));
  expect(text).toMatch(/^≠ Incompatible: the runs differ in system/);
  expect(text).toContain('≠ System: linux x64 → darwin arm64');
  expect(text).not.toContain('✓ better');
  const forced = terminal(judged(wholeDocument(), otherSystem(), [], { force: true }));
  expect(forced).toMatch(/^! FORCED: compared in spite of System: linux x64 → darwin arm64\./);
  expect(forced).toContain('✓ better');
});

test('another processor: said before any figure', () => {
  const head = wholeDocument();
  head.environment.cpuModel = 'Other CPU';
  const [first] = terminal(judged(wholeDocument(), head)).split('\n\n');
  expect(first?.replace(/\s+/g, ' ')).toContain('! The machines differ (processor)');
});

test('long lists are cut and counted', () => {
  const run = ofManyCells(500);
  const text = terminal(run);
  expect(text).toContain(`and ${run.gate.regressions.length - 20} more`);
  expect(text).toContain(`and ${run.gate.missing.length - 20} more`);
});

test('colour changes nothing but the colour', () => {
  const run = judged(wholeDocument(), wholeDocument(regress), [thresholdThat('fail')]);
  const colored = terminal(run, { color: true, width: 80 });
  expect(colored).not.toBe(terminal(run));
  expect(stripVTControlCharacters(colored)).toBe(terminal(run));
});

test('no text of a document steers the terminal', () => {
  const text = terminal(
    judged(quickDocument(), withText('\u001b[2J\u0007a\r\nb'), [thresholdThat('fail')], { force: true }),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
