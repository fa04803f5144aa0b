import { describe, expect, it, test } from 'vitest';
import { doubtfulDocument, quickDocument, withCells, withText } from '../../samples/variants.ts';
import { judged, ofManyCells, otherSystem, regress, thresholdThat, wholeDocument } from './fixtures/judged.ts';
import { comparisonToMarkdown } from './markdown.ts';

/** Of a step summary, and of a comment. */
const [STEP_SUMMARY_BYTES, COMMENT_BYTES] = [900_000, 60_000];

const markdown = ({ comparison, gate }: ReturnType<typeof judged>, mostBytes = STEP_SUMMARY_BYTES) =>
  comparisonToMarkdown(comparison, gate, { mostBytes });
const headings = (text: string) => [...text.matchAll(/^###? (.*)$/gm)].map(([, title]) => title);
/** The rows of the table under a heading. */
const rowsUnder = (text: string, title: string) =>
  (text.replaceAll('\u00a0', ' ').split(`### ${title}\n`)[1]?.split('\n### ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);

test('outcome, thresholds, what got worse, what is missing, what got better, all changes, how it was decided', () => {
  const text = markdown(judged(quickDocument(), withCells(regress), [thresholdThat('fail'), thresholdThat('pass')]));
  expect(headings(text)).toEqual([
    '✕ transport-bench: regression',
    'Thresholds',
    'Worse',
    'Missing',
    'Better',
    'All changes',
    'How it was decided',
  ]);
  expect(rowsUnder(text, 'Thresholds').map((row) => row.split(' | ')[0])).toEqual(['| ✕ failed', '| ✓ passed']);
  const worse = rowsUnder(text, 'Worse');
  expect(worse.map((row) => row.split(' | ').slice(0, 3))).toEqual([
    ['| websocket', 'Missing deliveries', '0 → 1'],
    ['| websocket', 'Overhead per delivery', expect.stringMatching(/^\d[\d.]* → \d[\d.]* B$/)],
  ]);
  expect(worse.every((row) => row.endsWith('| 6 → 6 | ✕ worse |'))).toBe(true);
  expect(rowsUnder(text, 'Missing').join('\n')).toContain('SIGKILL');
  expect(rowsUnder(text, 'Better')).toHaveLength(1);
});

test('a run against itself has passed, and every change of every cell is listed', () => {
  const run = judged(wholeDocument(), wholeDocument());
  const text = markdown(run);
  expect(headings(text)).toEqual(['✓ transport-bench: passed', 'All changes', 'How it was decided']);
  expect(rowsUnder(text, 'All changes')).toHaveLength(run.comparison.cells.flatMap(({ changes }) => changes).length);
});

test('runs that cannot be compared: what differs, and no verdict; forced, a banner', () => {
  const text = markdown(judged(wholeDocument(), otherSystem()));
  expect(headings(text).slice(0, 2)).toEqual(['≠ transport-bench: incompatible', 'Base and head cannot be compared']);
  expect(rowsUnder(text, 'Base and head cannot be compared')).toEqual(['| System | linux x64 | darwin arm64 |']);
  expect(text).not.toMatch(/✓ better|= same/);
  const forced = markdown(judged(wholeDocument(), otherSystem(), [], { force: true }));
  expect(forced).toContain('**Forced:** compared in spite of differences. System: linux x64 → darwin arm64.');
  expect(headings(forced)).toContain('All changes');
});

test('another processor: the basis is said before any figure', () => {
  const head = wholeDocument();
  head.environment.cpuModel = 'Other CPU';
  const text = markdown(judged(wholeDocument(), head));
  const said = text.indexOf('**Note:** The machines differ (processor)');
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(text.indexOf('### '));
});

describe('ten thousand cells', () => {
  const many = ofManyCells(10_000);

  it.each([COMMENT_BYTES, STEP_SUMMARY_BYTES])(
    'fit in %i bytes, in whole rows, and the rest is counted',
    (mostBytes) => {
      const text = markdown(many, mostBytes);
      expect(Buffer.byteLength(text, 'utf8')).toBeLessThanOrEqual(mostBytes);
      expect(Buffer.byteLength(text, 'utf8')).toBeGreaterThan(0.9 * mostBytes);
      const shown = rowsUnder(text, 'Worse').length;
      const more = Number(/^([\d,]+) more rows?, see the report\.$/m.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
      const cutSection = text.includes('### Missing') ? null : 'Worse';
      if (cutSection === 'Worse') expect(shown + more).toBe(many.gate.regressions.length);
      else expect(shown).toBe(many.gate.regressions.length);
      expect(text).toMatch(/^\*\*All changes\*\*: [\d,]+ rows, see the report\.$|<\/details>/m);
      expect(text.trimEnd().endsWith('decided as timed metrics are.')).toBe(true);
      for (const line of text.split('\n').filter((each) => each.startsWith('|'))) expect(line.endsWith('|')).toBe(true);
    },
  );

  it('do not fit in nothing', () => {
    expect(() => markdown(many, 500)).toThrow(RangeError);
  });
});

test('all rows of a table have as many cells as its head, whatever the texts hold, and nobody is mentioned', () => {
  const hostile = 'a | b\n\n# c <img src=x> `code` [link](http://x) @someone *bold*';
  for (const [base, head] of [
    [quickDocument(), withText(hostile)],
    [withText(hostile), withText(hostile)],
    [quickDocument(), doubtfulDocument()],
  ] as const) {
    const text = markdown(judged(base, head, [], { force: true }));
    expect(text).not.toMatch(/@someone|<img|(?<!\\)`code/);
    // A threshold stands as code, in which nothing has a meaning but the bar.
    const threshold = { ...thresholdThat('missing'), text: hostile };
    const withThreshold = markdown(judged(base, head, [threshold], { force: true }));
    const tables = withThreshold.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables.length).toBeGreaterThan(0);
    for (const block of tables) {
      expect(new Set(block.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length)).size).toBe(1);
    }
  }
});

test('a text that nobody would read to its end is cut', () => {
  const head = quickDocument();
  for (const result of head.cells) if (result.outcome === 'failed') result.reason = 'x'.repeat(5_000);
  const [row] = rowsUnder(markdown(judged(quickDocument(), head)), 'Missing').filter((each) => each.includes('xxx'));
  expect(row?.length).toBeLessThan(500);
});
