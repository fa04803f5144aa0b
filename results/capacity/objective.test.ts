import { describe, expect, test } from 'vitest';
import { EVENTS_NEEDED } from '../percentiles.ts';
import { eventsNeededFor, parseObjective, tightestUs } from './objective.ts';

const read = (text: string) => {
  const { objective, problems } = parseObjective(text);
  expect(problems).toEqual([]);
  if (objective === null) throw new Error('there is no objective');
  return objective;
};

describe('an objective', () => {
  test.each([
    ['p99 < 50ms', 'p99 < 50ms', [{ percentile: 'p99', belowUs: 50_000 }]],
    ['  p999<1.5s ', 'p999 < 1.5s', [{ percentile: 'p999', belowUs: 1_500_000 }]],
    ['p50 < 250 us', 'p50 < 250us', [{ percentile: 'p50', belowUs: 250 }]],
    [
      'p50<5ms,p99 < 0.05s',
      'p50 < 5ms, p99 < 50ms',
      [
        { percentile: 'p50', belowUs: 5_000 },
        { percentile: 'p99', belowUs: 50_000 },
      ],
    ],
  ])('%s', (text, plain, conditions) => {
    expect(read(text)).toEqual({ text: plain, conditions });
    // What it is called is read again as the same.
    expect(read(plain)).toEqual(read(text));
  });

  test('needs the events of its highest percentile, and is as tight as its shortest time', () => {
    const objective = read('p50 < 5ms, p99 < 50ms');
    expect(eventsNeededFor(objective)).toBe(EVENTS_NEEDED.p99);
    expect(tightestUs(objective)).toBe(5_000);
  });
});

describe('what is no objective', () => {
  test.each([
    ['', [/^found nothing; write a percentile/]],
    ['fast', [/^found "fast"; write a percentile/]],
    ['p99 < 50', [/no unit; use us, ms or s/]],
    ['p99 < 50min', [/unknown unit "min"/]],
    ['p99 > 50ms', [/">" cannot be used; use </]],
    ['p99 <= 50ms', [/"<=" cannot be used/]],
    ['p99 < -50ms', [/"-50" is no number/]],
    ['p99 < 1e3ms', [/"1e3" is no number/]],
    ['p99 < ms', [/no number; write/]],
    ['p99 < 0ms', [/out of range/]],
    ['p99 < 2000000s', [/out of range/]],
    ['p98 < 50ms', [/unknown percentile "p98"; use p50, p90, p99, p999/]],
    ['max < 50ms', [/unknown percentile "max"/]],
    ['p99 < 50ms,', [/^found nothing/]],
    ['p99 < 50ms, p99 < 60ms', [/found p99 twice/]],
    ['p98 >= 5 m, p99 < 1xs', [/percentile "p98"/, />=/, /unit "m"/, /unit "xs"/]],
  ])('%s', (text, patterns) => {
    const { objective, problems } = parseObjective(text);
    expect(objective).toBeNull();
    expect(problems.length, problems.join('\n')).toBe(patterns.length);
    for (const [index, pattern] of patterns.entries()) expect(problems[index]).toMatch(pattern);
  });
});
