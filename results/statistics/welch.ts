/** The squared standard error of a value, and from how many trials it is known. */
interface Uncertainty {
  variance: number;
  trials: number;
}

/**
 * The degrees of freedom of a difference between two values whose errors are independent (Welch 1947, Satterthwaite
 * 1946); Infinity when neither varies.
 */
export function welchDegreesOfFreedom(a: Uncertainty, b: Uncertainty): number {
  const variance = a.variance + b.variance;
  if (variance === 0) return Number.POSITIVE_INFINITY;
  return variance ** 2 / (a.variance ** 2 / (a.trials - 1) + b.variance ** 2 / (b.trials - 1));
}
