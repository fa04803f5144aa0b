import { EVENTS_NEEDED } from '../percentiles.ts';
import type { LatencyCondition, Objective } from './capacity-search-section.ts';

const PERCENTILES = Object.keys(EVENTS_NEEDED) as LatencyCondition['percentile'][];
const UNITS_US: Record<string, number> = { us: 1, ms: 1e3, s: 1e6 };
/** An hour: no delivery is recorded that took longer than two. */
const LONGEST_US = 3600e6;
const EXAMPLE = 'write a percentile, <, a number and its unit, such as "p99 < 50ms", and a comma between several';

export interface ParsedObjective {
  /** Null when there are problems. */
  objective: Objective | null;
  /** Everything that is wrong with the text, for people. */
  problems: string[];
}

/**
 * Reads an objective such as `p99 < 50ms` or `p50 < 5ms, p99 < 50ms`: percentiles p50, p90, p99 and p999, units us, ms
 * and s. Latencies are whole microseconds, and `<` is the only comparison.
 */
export function parseObjective(text: string): ParsedObjective {
  const problems: string[] = [];
  const conditions: LatencyCondition[] = [];
  for (const part of text.split(',')) {
    const condition = parseCondition(part.trim(), problems);
    if (condition === null) continue;
    if (conditions.some(({ percentile }) => percentile === condition.percentile)) {
      problems.push(`found ${condition.percentile} twice; give each percentile once`);
    }
    conditions.push(condition);
  }
  if (problems.length > 0) return { objective: null, problems };
  return { objective: { text: conditions.map(conditionText).join(', '), conditions }, problems };
}

function parseCondition(text: string, problems: string[]): LatencyCondition | null {
  const found = text === '' ? 'found nothing' : `found ${JSON.stringify(text.slice(0, 60))}`;
  const parts = /^([A-Za-z][\w.]*)\s*(<=|>=|[<>=])\s*(-?[\w.]*?)\s*([A-Za-z]*)$/.exec(text);
  if (parts === null) {
    problems.push(`${found}; ${EXAMPLE}`);
    return null;
  }
  const [, name = '', comparison, number = '', unit = ''] = parts;
  const percentile = PERCENTILES.find((known) => known === name);
  const before = problems.length;
  if (percentile === undefined) problems.push(`${found}: unknown percentile "${name}"; use ${PERCENTILES.join(', ')}`);
  if (comparison !== '<') problems.push(`${found}: "${comparison}" cannot be used; use <`);
  const unitUs = UNITS_US[unit];
  const limitUs = Number(number) * (unitUs ?? 1);
  if (!/^\d+(\.\d+)?$/.test(number))
    problems.push(`${found}: ${number === '' ? 'no number' : `"${number}" is no number`}; ${EXAMPLE}`);
  else if (unitUs === undefined)
    problems.push(`${found}: ${unit === '' ? 'no unit' : `unknown unit "${unit}"`}; use us, ms or s`);
  else if (limitUs < 1 || limitUs > LONGEST_US) problems.push(`${found}: out of range; use from 1us to 3600s`);
  return percentile === undefined || problems.length > before ? null : { percentile, belowUs: limitUs };
}

function conditionText({ percentile, belowUs }: LatencyCondition): string {
  const unit = belowUs >= 1e6 ? 's' : belowUs >= 1e3 ? 'ms' : 'us';
  return `${percentile} < ${Number((belowUs / (UNITS_US[unit] ?? 1)).toPrecision(6))}${unit}`;
}

/** How many events must be measured before all percentiles of the objective can be stated. */
export function eventsNeededFor(objective: Objective): number {
  return Math.max(...objective.conditions.map(({ percentile }) => EVENTS_NEEDED[percentile]));
}

/** The shortest latency that the objective demands of any percentile, in microseconds. */
export function tightestUs(objective: Objective): number {
  return Math.min(...objective.conditions.map(({ belowUs }) => belowUs));
}
