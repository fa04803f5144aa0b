import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holmAdjusted } from './holm.ts';

it('steps down through the example of Holm (1979), as R prints it with p.adjust', () => {
  // p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
  [0.05, 0.08, 0.09, 0.09, 0.09].forEach((adjusted, i) => {
    expect(holmAdjusted([0.01, 0.02, 0.03, 0.04, 0.05])[i]).toBeCloseTo(adjusted, 12);
  });
  expect(holmAdjusted([0.04, 0.001, 0.5])).toEqual([0.08, 0.003, 0.5]);
  expect(holmAdjusted([])).toEqual([]);
});

it('lies between no correction and that of Bonferroni, and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (pValues) => {
      const adjusted = holmAdjusted(pValues);
      pValues.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
        pValues.forEach((other, j) => {
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number);
        });
      });
    }),
  );
});
