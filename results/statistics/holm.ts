/**
 * p values adjusted for having been tested together (Holm 1979, step-down): comparing each with 0.05 keeps the
 * probability of any false claim in the family at 5 %, however the tests depend on each other. The order is kept.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  ascending.forEach(({ p, index }, position) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - position) * p));
    adjusted[index] = largest;
  });
  return adjusted;
}
