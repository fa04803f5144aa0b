import { expect, test } from 'vitest';
import { quickDocument, withText } from '../../samples/variants.ts';
import { comparisonToBadge } from './badge.ts';
import { judged, otherSystem, regress, wholeDocument } from './fixtures/judged.ts';

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(color: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = channels;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const runs = {
  passed: judged(wholeDocument(), wholeDocument()),
  regression: judged(wholeDocument(), wholeDocument(regress)),
  incomplete: judged(quickDocument(), quickDocument()),
  incompatible: judged(wholeDocument(), otherSystem()),
};

test.each(Object.entries(runs))(
  '%s is written on it, with the reason as its title, in a contrast of 4.5',
  (word, run) => {
    const svg = comparisonToBadge(run.comparison, run.gate);
    expect([...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)).toEqual([
      'transport-bench',
      word,
    ]);
    expect(svg).toContain(`aria-label="transport-bench: ${word}"`);
    expect(svg).toContain(run.gate.reason);
    const fills = [...svg.matchAll(/fill="(#[0-9a-f]{6})"/g)].map(([, color]) => color as string);
    expect(fills).toHaveLength(2);
    for (const fill of fills) expect(1.05 / (luminance(fill) + 0.05)).toBeGreaterThanOrEqual(4.5);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|url\(/);
  },
);

test('each outcome has a colour of its own', () => {
  const colors = Object.values(runs).map(
    ({ comparison, gate }) =>
      [...comparisonToBadge(comparison, gate).matchAll(/fill="(#[0-9a-f]{6})"/g)].map(([, color]) => color)[1],
  );
  expect(new Set(colors).size).toBe(4);
});

test('no text of a document is markup', () => {
  const { comparison, gate } = judged(quickDocument(), withText('</title><script>'));
  expect(comparisonToBadge(comparison, gate)).not.toContain('<script>');
});
