/**
 * Distribution functions that the intervals and tests need. Each is exact to the limits of double precision's
 * ordinary arithmetic (relative error below 1e-9 in the range used), not a table.
 */

/** Lanczos coefficients for g = 7, n = 9 (Godfrey's), good to about 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for x > 0 (Lanczos 1964). */
function logGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + 7.5;
  const series = LANCZOS.reduce(
    (sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (shifted + i)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * Regularised incomplete beta function I_x(a, b) by Lentz's continued fraction (Press et al., Numerical Recipes,
 * section 6.4), on the side where it converges fast.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const awayFromZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) return front * fraction;
  }
  throw new RangeError(`the incomplete beta function does not converge at x ${x}, a ${a}, b ${b}`);
}

/**
 * Upper incomplete gamma function Q(1/2, x) = erfc(sqrt(x)): by its series for small x, else by its continued
 * fraction (Press et al., section 6.2).
 */
function complementaryError(z: number): number {
  const x = z * z;
  if (x < 2) {
    let term = 2;
    let sum = term;
    for (let a = 1.5; Math.abs(term) > 1e-17 * Math.abs(sum); a++) {
      term *= x / a;
      sum += term;
    }
    return 1 - (sum * z * Math.exp(-x)) / Math.sqrt(Math.PI);
  }
  let b = x + 0.5;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i <= 1000; i++) {
    const a = -i * (i - 0.5);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return (Math.exp(-x) * z * fraction) / Math.sqrt(Math.PI);
}

/** Probability that a standard normal variable is at most z. */
export function normalCdf(z: number): number {
  const tail = complementaryError(Math.abs(z) / Math.SQRT2) / 2;
  return z > 0 ? 1 - tail : tail;
}

/** Probability that Student's t with so many degrees of freedom (any number above 0, Infinity: normal) is at most t. */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === Number.POSITIVE_INFINITY) return normalCdf(t);
  const tail = incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Those of studentQuantile so far: all cells of a document mostly have as many trials. */
const quantiles = new Map<string, number>();

/** The t that is not exceeded with `probability` (between 0 and 1, both excluded): the inverse of studentCdf. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1) || !(degreesOfFreedom > 0)) {
    throw new RangeError(
      `a quantile of Student's t needs a probability between 0 and 1 and degrees of freedom above 0, got ${probability} and ${degreesOfFreedom}`,
    );
  }
  if (probability < 0.5) return -studentQuantile(1 - probability, degreesOfFreedom);
  const key = `${probability} ${degreesOfFreedom}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  let low = 0;
  let high = 1;
  while (studentCdf(high, degreesOfFreedom) < probability) high *= 2;
  // Bisection: the function is monotone, and 60 halvings leave nothing of a double to find.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degreesOfFreedom) < probability) low = middle;
    else high = middle;
  }
  const quantile = (low + high) / 2;
  quantiles.set(key, quantile);
  return quantile;
}
