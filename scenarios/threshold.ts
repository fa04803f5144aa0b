import { type TransportId, transportIds } from '../servers/contract/transports.ts';
import { type GateMetricName, gateMetricNames, gateUnitOf, unitSizes } from './gate-metrics.ts';
import { suggestName } from './nearest.ts';
import { describeValue } from './problems.ts';

export const thresholdOperators = ['<', '<=', '>', '>='] as const;

export type ThresholdOperator = (typeof thresholdOperators)[number];

/** What becomes of a threshold's result. */
export interface ThresholdPolicy {
  /** What its failure does: end the command with exit code 1, or only be shown. */
  severity: 'fail' | 'warn';
  /** Which way `undecided` goes. */
  undecided: 'pass' | 'fail';
}

/** Cells of one transport, of one server or of all. */
export interface ThresholdSide {
  server: string | null;
  transport: TransportId;
}

/** A threshold as it was read, before it is known which cells it is about. */
export interface Threshold {
  /** As it stands in the scenario, in one line. */
  text: string;
  left: ThresholdSide;
  metric: GateMetricName;
  operator: ThresholdOperator;
  /** In the metric's base unit; of a relation the factor. */
  limit: number;
  /** The other side of a relation; null where the limit is a number. */
  right: ThresholdSide | null;
  /** The parameters that the cells must have, as text, such as `subscribers` to `1000`. */
  at: ReadonlyMap<string, string>;
}

/** A threshold with what becomes of its result. */
export interface ScenarioThreshold extends Threshold, ThresholdPolicy {}

/** Something wrong with a threshold. */
export interface ThresholdFlaw {
  found: string;
  advice: string;
}

const EXAMPLE = 'write TRANSPORT.METRIC, <, <=, > or >=, and a limit, such as "websocket.latencyUs.p99 < 20ms"';

/**
 * Reads `[SERVER/]TRANSPORT.METRIC OPERATOR LIMIT [at KEY=VALUE, ...]`, where LIMIT is a number with its unit or
 * `[FACTOR *] [SERVER/]TRANSPORT.METRIC`. Returns the threshold, or everything that is wrong with the text by itself;
 * whether its cells exist is asked in threshold-cells.ts.
 */
export function parseThreshold(text: string): Threshold | ThresholdFlaw[] {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  const parts = /^(?<left>[^<>=!]*?) ?(?<operator>[<>=!]+) ?(?<limit>.*?)(?: at (?<at>.*))?$/.exec(line)?.groups;
  if (parts === undefined || parts['left'] === '' || parts['limit'] === '') {
    return [{ found: describeValue(text), advice: EXAMPLE }];
  }
  const flaws: ThresholdFlaw[] = [];
  const operator = thresholdOperators.find((known) => known === parts['operator']);
  if (operator === undefined) {
    flaws.push({ found: `found the operator ${parts['operator']}`, advice: `use ${thresholdOperators.join(', ')}` });
  }
  const left = readSide(parts['left'] ?? '', flaws);
  const limit = readLimit(parts['limit'] ?? '', left?.metric ?? null, flaws);
  const at = readParameters(parts['at'], flaws);
  if (left === null || limit === null || operator === undefined || flaws.length > 0) return flaws;
  const { metric, ...side } = left;
  return { text: line, left: side, metric, operator, ...limit, at };
}

type MeasuredSide = ThresholdSide & { metric: GateMetricName };

/** `[SERVER/]TRANSPORT.METRIC`; null after adding what is wrong with it. */
function readSide(text: string, flaws: ThresholdFlaw[]): MeasuredSide | null {
  const parts = /^(?:([^/]*)\/)?([^./]+)\.(.+)$/.exec(text);
  if (parts === null) {
    flaws.push({ found: describeValue(text), advice: `${EXAMPLE}; a server may stand before the transport: a/sse` });
    return null;
  }
  const [, server = null, transportName = '', metricName = ''] = parts;
  const transport = transportIds.find((id) => id === transportName);
  if (transport === undefined) flaws.push(unknownName('transport', transportName, transportIds));
  const metric = gateMetricNames.find((name) => name === metricName);
  if (metric === undefined) flaws.push(unknownName('metric', metricName, gateMetricNames));
  return transport === undefined || metric === undefined ? null : { server, transport, metric };
}

/** A name that does not exist, with the one that was most likely meant. */
export function unknownName(what: string, name: string, known: readonly string[]): ThresholdFlaw {
  return { found: `unknown ${what} ${JSON.stringify(name)}`, advice: suggestName(name, known) };
}

type Limit = Pick<Threshold, 'limit' | 'right'>;

/** The metric is that of the left side; null where that is not known, so that the limit is read as far as it can be. */
function readLimit(text: string, metric: GateMetricName | null, flaws: ThresholdFlaw[]): Limit | null {
  const relation = /^(?:(?<factor>[^*]*?) ?\* ?)?(?<side>[^*\s]*[A-Za-z][^*\s]*\.[A-Za-z][^*\s]*)$/.exec(text)?.groups;
  if (relation === undefined) return readNumber(text, metric, flaws);
  const factor = relation['factor'] ?? '1';
  const isFactor = /^\d+(\.\d+)?$/.test(factor) && Number(factor) > 0;
  if (!isFactor) {
    flaws.push({
      found: `${describeValue(factor)} as a factor`,
      advice: 'write a number above 0 before *, such as "0.5 * polling.latencyUs.p50"',
    });
  }
  const side = readSide(relation['side'] ?? '', flaws);
  if (side === null) return null;
  const { metric: other, ...right } = side;
  if (metric !== null && other !== metric) {
    flaws.push({
      found: `found ${metric} on the left and ${other} on the right`,
      advice: 'a relation compares one metric of two transports; write the same on both sides',
    });
  }
  return isFactor ? { limit: Number(factor), right } : null;
}

function readNumber(text: string, metric: GateMetricName | null, flaws: ThresholdFlaw[]): Limit | null {
  const [, digits, symbol = ''] = /^(\d+(?:\.\d+)?) ?([^\d.\s]*)$/.exec(text) ?? [];
  if (digits === undefined) {
    const found = `${describeValue(text)} as the limit`;
    flaws.push({ found, advice: 'use a number from 0 up with its unit, such as 20ms, or FACTOR * TRANSPORT.METRIC' });
    return null;
  }
  if (metric === null) return null;
  const value = Number(digits);
  const sizes = unitSizes[gateUnitOf(metric)];
  const symbols = Object.keys(sizes);
  const size = symbols.length === 0 && symbol === '' ? 1 : Object.hasOwn(sizes, symbol) ? sizes[symbol] : undefined;
  if (size !== undefined) return { limit: value * size, right: null };
  if (symbol === '' && value === 0) return { limit: 0, right: null };
  flaws.push({
    found: `found ${symbol === '' ? `${digits} without a unit` : `the unit ${symbol}`} as a limit of ${metric}`,
    advice:
      symbols.length === 0 ? 'this is a pure number: write no unit' : `use one of the units ${symbols.join(', ')}`,
  });
  return null;
}

/** `KEY=VALUE, KEY=VALUE`; undefined where there is none. */
function readParameters(text: string | undefined, flaws: ThresholdFlaw[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text?.split(',') ?? []) {
    const [, key, value] = /^ ?([A-Za-z]+) ?= ?([^\s=]+) ?$/.exec(part) ?? [];
    if (key === undefined || value === undefined) {
      const found = `${describeValue(part.trim())} after at`;
      flaws.push({ found, advice: 'write KEY=VALUE, such as "at subscribers=1000", and a comma between several' });
    } else if (parameters.has(key)) {
      flaws.push({ found: `found ${key} twice after at`, advice: 'keep one; write a threshold for each value' });
    } else {
      parameters.set(key, value);
    }
  }
  return parameters;
}
