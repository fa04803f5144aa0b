import { expect, test } from 'vitest';
import { quickDocument, withCells } from '../../samples/variants.ts';
import { comparisonToAnnotations } from './annotations.ts';
import {
  type Judged,
  judged,
  ofManyCells,
  otherSystem,
  regress,
  thresholdThat,
  wholeDocument,
} from './fixtures/judged.ts';

interface Command {
  level: string;
  title: string;
  message: string;
}

/** Reads lines as a runner does: `::command key=value,key=value::message`, escapes undone, %25 last. */
function readCommands(text: string): Command[] {
  expect(text.endsWith('\n')).toBe(true);
  const plain = (value: string) => value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const end = line.indexOf('::', 2);
      expect(line.startsWith('::') && end > 0).toBe(true);
      const [level = '', ...rest] = line.slice(2, end).split(' ');
      const properties = rest
        .join(' ')
        .split(',')
        .map((property) => property.split('='));
      expect(properties.map(([key]) => key)).toEqual(['title']);
      const title = (properties[0] as string[]).slice(1).join('=').replaceAll('%3A', ':').replaceAll('%2C', ',');
      return { level, title: plain(title), message: plain(line.slice(end + 2)) };
    });
}

const annotations = ({ comparison, gate }: Judged) => readCommands(comparisonToAnnotations(comparison, gate));

test('the worst first: thresholds, lost events, more bytes, then what is missing', () => {
  const found = annotations(judged(quickDocument(), withCells(regress), [thresholdThat('fail')]));
  expect(found.map(({ level, title }) => `${level} ${title}`)).toEqual([
    'error Threshold failed: websocket.latencyUs.p99 < 2ms # fail',
    'error Worse: Missing deliveries, websocket',
    'error Worse: Overhead per delivery, websocket',
    'error Missing: websocket (server minimal)',
    'error Missing: sse (server go)',
  ]);
  expect(found[3]?.message).toMatch(/^failed in base and head: the server was ended by signal SIGKILL/);
  expect(found[2]?.message).toMatch(/^\+\d.* %, \d.* → \d.* B$/);
});

test('a run that has passed is a notice, warnings before it', () => {
  const run = judged(wholeDocument(), wholeDocument(), [thresholdThat('fail', { severity: 'warn' })]);
  expect(annotations(run).map(({ level }) => level)).toEqual(['warning', 'notice']);
  expect(annotations(run).at(-1)).toMatchObject({ title: 'transport-bench: passed', message: run.gate.reason });
});

test('runs that cannot be compared: the differences, and no verdict', () => {
  const found = annotations(judged(wholeDocument(), otherSystem()));
  expect(found).toEqual([
    { level: 'error', title: 'Base and head cannot be compared', message: 'System: linux x64 → darwin arm64' },
  ]);
});

test('nothing to compare is an error, too', () => {
  const nothing = { ...wholeDocument(), cells: [] };
  nothing.plan.cells = [];
  const run = judged(nothing, nothing);
  expect(annotations(run)).toEqual([
    { level: 'error', title: 'transport-bench: incomplete', message: run.gate.reason },
  ]);
});

test('ten at most, the tenth says how many more', () => {
  const run = ofManyCells(1_000);
  const found = annotations(run);
  expect(found).toHaveLength(10);
  const left = run.gate.regressions.length + run.gate.missing.length - 9;
  expect(found.at(-1)?.title).toBe(`${left.toLocaleString('en-US')} more annotations of transport-bench`);
  expect(found.at(-1)?.message).toContain(`${left.toLocaleString('en-US')} errors`);
});

/** The golden run, in which a cell failed for this reason. */
function failedFor(reason: string) {
  const document = quickDocument();
  for (const result of document.cells) if (result.outcome === 'failed') result.reason = reason;
  return document;
}

test('no text of a document begins a command of its own or a property', () => {
  const hostile = 'a,file=x::b\n::error::c\r%0A100 %: d\u001b[31m';
  const found = annotations(
    judged(quickDocument(), failedFor(hostile), [{ ...thresholdThat('fail'), text: hostile }], { force: true }),
  );
  const seen = 'a,file=x::b\n::error::c\r%0A100 %: d';
  expect(found.map(({ title }) => title)).toContain(`Threshold failed: ${seen}`);
  expect(found.map(({ message }) => message).join()).toContain(seen);
});
