const MARGIN_RATIO = 1.3;
// Less than this from end to end would show noise as a distance.
const LEAST_RATIO = 4;

/** The domain of a logarithmic axis for these values, all above 0: with a margin, and never so narrow that a trifle looks large. */
export function logDomain(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values) / MARGIN_RATIO, Math.max(...values) * MARGIN_RATIO];
  const missing = Math.max(1, Math.sqrt(LEAST_RATIO / (high / low)));
  return [low / missing, high * missing];
}
