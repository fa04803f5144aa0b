import { coverageOf } from '../results/statistics/fixtures/coverage-of.ts';
import type { Regime } from '../results/statistics/fixtures/synthetic-trials.ts';
import { eventsNeeded } from '../results/statistics/percentile-support.ts';

/**
 * Prints how often the intervals of percentiles hold the true value, over a grid of regimes: the table of
 * docs/METHOD.md. `node scripts/coverage.ts [SIMULATIONS] [TRIALS,TRIALS...]`
 */

const SIMULATIONS = Number(process.argv[2] ?? 1000);
const TRIALS = (process.argv[3] ?? '3,5,6,10,20').split(',').map(Number);
const FRACTIONS = [0.5, 0.9, 0.99];
const percent = (share: number) => (share * 100).toFixed(1);

const regimes = TRIALS.flatMap((trials) =>
  [0, 0.05, 0.2].flatMap((trialSd) =>
    (['lognormal', 'slow-tail'] as const).flatMap((shape) =>
      [
        { eventsPerTrial: 60, deliveriesPerEvent: 100, correlation: 0 },
        { eventsPerTrial: 150, deliveriesPerEvent: 20, correlation: 0 },
        { eventsPerTrial: 400, deliveriesPerEvent: 20, correlation: 0.5 },
      ].map((events): Regime => ({ trials, trialSd, shape, ...events })),
    ),
  ),
);

console.log(
  '| trials | sd between trials | events x deliveries | correlation | shape | p50 | p90 | p99 | naive p50, p90, p99 |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
regimes.forEach((regime, index) => {
  const { trials, trialSd, eventsPerTrial, deliveriesPerEvent, correlation, shape } = regime;
  // Of an AR(1) series as many independent values as events tell as much about its mean.
  const events = trials * eventsPerTrial * ((1 - correlation) / (1 + correlation));
  const coverage = coverageOf(regime, FRACTIONS, SIMULATIONS, index);
  const cells = coverage.map(({ fraction, covered, tooHigh, tooLow, relativeHalfWidth }) =>
    events < eventsNeeded(fraction)
      ? 'too few events'
      : `${percent(covered)} (${percent(tooHigh)} above, ${percent(tooLow)} below) +-${percent(relativeHalfWidth)} %`,
  );
  const naive = coverage.map(({ naivelyCovered }) => percent(naivelyCovered)).join(', ');
  console.log(
    `| ${trials} | ${percent(trialSd)} % | ${eventsPerTrial} x ${deliveriesPerEvent} | ${correlation} | ${shape} | ${cells.join(' | ')} | ${naive} |`,
  );
});
