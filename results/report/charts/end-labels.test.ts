import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels } from './end-labels.ts';

test('labels never overlap and keep their order, as long as there is room', () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(wanted, (ys) => {
      const spread = spreadLabels(ys, 17, 6, 296);
      const sorted = spread.toSorted((a, b) => a - b);
      for (const [at, y] of sorted.entries()) {
        if (at > 0) expect(y - (sorted[at - 1] as number)).toBeGreaterThanOrEqual(17 - 1e-9);
        expect(y).toBeGreaterThanOrEqual(6 - 1e-9);
        expect(y).toBeLessThanOrEqual(296 + 1e-9);
      }
      for (const [a, ya] of ys.entries()) {
        for (const [b, yb] of ys.entries()) if (ya < yb) expect(spread[a]).toBeLessThan(spread[b] as number);
      }
    }),
  );
});
