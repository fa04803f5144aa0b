import { describe, expect, it } from 'vitest';
import { type PrecisionOptions, readPrecisionGoal } from './precision-request.ts';

function read(options: PrecisionOptions, findsCapacity = false) {
  const problems: string[] = [];
  return { goal: readPrecisionGoal(options, findsCapacity, problems), problems };
}

describe('--until-ci and --budget', () => {
  it('are nothing when they are not given', () => {
    expect(read({})).toEqual({ goal: null, problems: [] });
  });

  it.each([
    [{ untilCi: '5%' }, { target: 0.05, budgetMs: 600_000 }],
    [
      { untilCi: '2.5 %', budget: '90s' },
      { target: 0.025, budgetMs: 90_000 },
    ],
    [
      { untilCi: '50%', budget: '1.5h' },
      { target: 0.5, budgetMs: 5_400_000 },
    ],
    [
      { untilCi: '10%', budget: '24 h' },
      { target: 0.1, budgetMs: 86_400_000 },
    ],
  ])('%j', (options, goal) => {
    expect(read(options)).toEqual({ goal, problems: [] });
  });

  it.each(['5', '0%', '-5%', '51%', '0.05', 'five', '%', ''])('refuses a precision of "%s"', (untilCi) => {
    const { goal, problems } = read({ untilCi });
    expect(goal).toBeNull();
    expect(problems).toEqual([`--until-ci: found "${untilCi}"; give a percentage above 0 and at most 50, such as 5%`]);
  });

  it.each(['10', '0s', '25h', '-1m', '10 min', 'm', ''])('refuses a budget of "%s"', (budget) => {
    const { goal, problems } = read({ untilCi: '5%', budget });
    expect(goal).toBeNull();
    expect(problems).toEqual([`--budget: found "${budget}"; give a time of at most 24h, such as 90s, 10m or 2h`]);
  });

  it('says all that is wrong at once', () => {
    expect(read({ untilCi: 'x', budget: 'y' }, true).problems).toHaveLength(3);
    expect(read({ budget: '10m' }).problems).toEqual(['--budget: is for --until-ci, which was not given; add it']);
  });
});
