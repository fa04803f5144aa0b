import { expect, test } from 'vitest';
import { fitSections, type Section } from './sections.ts';

const section = (title: string, rowCount: number): Section => ({
  title,
  before: '| n |\n| --- |\n',
  rowCount,
  row: (at) => `| ${title} ${at} → |`,
  after: '',
});
const rowsOf = (text: string, title: string) =>
  text.split('\n').filter((line) => line.startsWith(`| ${title} `)).length;

test('in every size: never more than it, each row shown or counted, the first section served first', () => {
  const sections = [section('one', 12), section('two', 1), section('three', 30)];
  const whole = fitSections(sections, 10_000);
  expect(sections.map(({ title }) => rowsOf(whole, title))).toEqual([12, 1, 30]);
  for (let mostBytes = 150; mostBytes <= Buffer.byteLength(whole) + 5; mostBytes += 1) {
    const text = fitSections(sections, mostBytes);
    expect(Buffer.byteLength(text, 'utf8')).toBeLessThanOrEqual(mostBytes);
    const shown = sections.map(({ title }) => rowsOf(text, title));
    if ((shown[2] ?? 0) > 0) expect(shown[0]).toBe(12);
    const parts = text.split(/(?=^### |^\*\*)/m);
    expect(parts).toHaveLength(3);
    for (const [at, part] of parts.entries()) {
      const left = /(\d+) (?:more )?rows?, see the report/.exec(part)?.[1] ?? '0';
      expect((shown[at] ?? 0) + Number(left)).toBe(sections[at]?.rowCount);
    }
  }
  expect(fitSections(sections, Buffer.byteLength(whole))).toBe(whole);
});

test('what stands after the rows stands there, too, when they are cut', () => {
  const details = { ...section('one', 100), before: '<details>\n\n| n |\n| --- |\n', after: '\n\n</details>' };
  expect(fitSections([details], 400)).toMatch(/\n\n\d+ more rows, see the report\.\n\n<\/details>$/);
});

test('a limit that not even the titles fit in is refused', () => {
  expect(() => fitSections([section('one', 3)], 20)).toThrow('does not fit in 20 bytes');
});
