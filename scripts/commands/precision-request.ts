import type { PrecisionGoal } from '../../scenarios/further-blocks.ts';

/** The options of `run` that ask for a precision, as typed. */
export interface PrecisionOptions {
  untilCi?: string;
  budget?: string;
}

const DEFAULT_BUDGET = '10m';
const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
const BUDGET_MAX_MS = 24 * 3_600_000;

/** Reads what is asked for; null when nothing is. Everything that is wrong with it goes into `problems`. */
export function readPrecisionGoal(
  { untilCi, budget }: PrecisionOptions,
  findsCapacity: boolean,
  problems: string[],
): PrecisionGoal | null {
  if (untilCi === undefined) {
    if (budget !== undefined) problems.push('--budget: is for --until-ci, which was not given; add it');
    return null;
  }
  if (findsCapacity) {
    problems.push('--until-ci: has no meaning with --find-capacity, which has no intervals; leave one of them out');
  }
  const target = percentOf(untilCi);
  if (target === null) {
    problems.push(`--until-ci: found "${untilCi}"; give a percentage above 0 and at most 50, such as 5%`);
  }
  const budgetMs = durationMsOf(budget ?? DEFAULT_BUDGET);
  if (budgetMs === null) {
    problems.push(`--budget: found "${budget}"; give a time of at most 24h, such as 90s, 10m or 2h`);
  }
  return target === null || budgetMs === null ? null : { target, budgetMs };
}

function percentOf(text: string): number | null {
  const percent = Number(/^(\d{1,2}(?:\.\d{1,3})?) ?%$/.exec(text)?.[1] ?? Number.NaN);
  return percent > 0 && percent <= 50 ? percent / 100 : null;
}

function durationMsOf(text: string): number | null {
  const [, amount, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?([smh])$/.exec(text) ?? [];
  const durationMs = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
  return durationMs > 0 && durationMs <= BUDGET_MAX_MS ? Math.round(durationMs) : null;
}
