import type { CompletedCell } from '../../delivery-result.ts';
import type { Parameter } from '../../labels.ts';
import { formatBytes, formatChosen, formatChosenBytes, formatChosenUs, formatUs, significant } from '../../numbers.ts';
import { requestBytes } from '../../theory/requests.ts';

/** Where a value of an axis comes from: the scenario, or interpolation, which gives three digits; `about` says that it is doubtful. */
type ValueOrigin = 'chosen' | 'computed' | 'about';

/** The values of a parameter that a sweep sweeps, as places on an axis. */
export interface SweepAxis {
  parameter: string;
  /** With its unit. */
  title: string;
  /** Ascending. */
  values: readonly number[];
  /** Equal steps on the axis are equal ratios. */
  isLogarithmic: boolean;
  /** The value of a cell; null where it has no such parameter. */
  read(result: CompletedCell): number | null;
  /** A value that was chosen, for a tick. */
  tick(value: number): string;
  /** A value in a sentence, after "below" and "between". */
  words(value: number, origin: ValueOrigin): string;
}

/** From the smallest value (above 0) to so many times as much on, the values are taken to be geometric. */
const GEOMETRIC_FROM = 8;

interface AxisKind {
  title: string;
  tick(value: number): string;
  words(value: number, origin: ValueOrigin): string;
}

type Format = (value: number) => string;

const MS = 1000;

/** A value as text, by one formatter when it was chosen, and by another when it was computed. */
function textOf(value: number, origin: ValueOrigin, chosen: Format, computed: Format): string {
  if (origin === 'chosen') return chosen(value);
  return origin === 'about' ? `about ${computed(value)}` : computed(value);
}

const bytesText = (bytes: number, origin: ValueOrigin) => textOf(bytes, origin, formatChosenBytes, formatBytes);
const usText = (us: number, origin: ValueOrigin) => textOf(us, origin, formatChosenUs, formatUs);
const countText = (count: number, origin: ValueOrigin) =>
  textOf(count, origin, formatChosen, (value) => significant(Math.round(value)));

/** "12.5 events/s"; below one a second "1 event per 4 s". */
function rateWords(perSec: number, origin: ValueOrigin): string {
  if (perSec > 0 && perSec < 1) return `1 event per ${usText(1e6 / perSec, origin)}`;
  return `${textOf(perSec, origin, formatChosen, significant)} events/s`;
}

const kinds: Record<string, AxisKind> = {
  subscribers: {
    title: 'subscribers',
    tick: formatChosen,
    words: (value, origin) => `${countText(value, origin)} subscribers`,
  },
  eventsPerSec: { title: 'events per second', tick: formatChosen, words: rateWords },
  payloadBytes: {
    title: 'size of an event',
    tick: formatChosenBytes,
    words: (value, origin) => `an event size of ${bytesText(value, origin)}`,
  },
  intervalMs: {
    title: 'poll interval',
    tick: (ms) => formatChosenUs(ms * MS),
    words: (value, origin) => `a poll interval of ${usText(value * MS, origin)}`,
  },
  coalesceMs: {
    title: 'time for which the server gathers events',
    tick: (ms) => (ms === 0 ? 'off' : formatChosenUs(ms * MS)),
    words: (value, origin) => (value === 0 ? 'no gathering' : `gathering for ${usText(value * MS, origin)}`),
  },
};

const PROBE_AFTER_DIGITS = 1;

/** Header profiles have no number of their own: the bytes of a bare poll with them. */
function headersAxis(results: readonly CompletedCell[]): Pick<SweepAxis, 'read'> & AxisKind {
  const bytesOf = ({ cell, trials }: CompletedCell) =>
    requestBytes('polling', cell.headers, trials[0]?.authority.length ?? 0, PROBE_AFTER_DIGITS, true);
  const names = new Map(results.map((result) => [bytesOf(result), result.cell.headers]));
  return {
    title: 'bytes of a request (of a poll, with these headers)',
    read: bytesOf,
    tick: (bytes) => {
      const name = names.get(bytes);
      return typeof name === 'string' ? `${name}, ${formatChosenBytes(bytes)}` : formatChosenBytes(bytes);
    },
    words: (bytes, origin) => `requests of ${bytesText(bytes, origin)}`,
  };
}

function axisKind(parameter: Parameter, results: readonly CompletedCell[]): Pick<SweepAxis, 'read'> & AxisKind {
  if (parameter.name === 'headers') return headersAxis(results);
  const read = ({ cell }: CompletedCell) => {
    const value = parameter.read(cell);
    return value === null ? null : Number(value);
  };
  const kind = kinds[parameter.name] ?? {
    title: parameter.name,
    tick: formatChosen,
    words: (value: number, origin: ValueOrigin) =>
      `${parameter.name} ${textOf(value, origin, formatChosen, significant)}`,
  };
  return { read, ...kind };
}

/** The parameter as an axis; null when its values are not numbers, or fewer than two. */
export function sweepAxis(parameter: Parameter, results: readonly CompletedCell[]): SweepAxis | null {
  const { read, ...kind } = axisKind(parameter, results);
  const values = [...new Set(results.map(read))].filter((value) => value !== null).sort((a, b) => a - b);
  if (values.length < 2 || !values.every((value) => Number.isFinite(value) && value >= 0)) return null;
  const positive = values.filter((value) => value > 0);
  const [least, most] = [positive[0] ?? 1, positive.at(-1) ?? 1];
  return { parameter: parameter.name, ...kind, values, read, isLogarithmic: most / least >= GEOMETRIC_FROM };
}

/**
 * The place of a value on the axis's scale, on which is interpolated. Zero, which a logarithmic scale has no place for, lies one
 * step before the smallest value above it.
 */
export function axisPlace({ isLogarithmic, values }: SweepAxis, value: number): number {
  if (!isLogarithmic) return value;
  const positive = values.filter((each) => each > 0);
  const least = positive[0] as number;
  if (value > 0) return Math.log(value);
  const steps = Math.max(1, positive.length - 1);
  return Math.log(least) - Math.log((positive.at(-1) as number) / least) / steps;
}

/** The value at a place between two values above 0 of a logarithmic axis, or anywhere on another one. */
export function valueAt({ isLogarithmic }: SweepAxis, place: number): number {
  return isLogarithmic ? Math.exp(place) : place;
}

/** Whether anything may be interpolated between these neighbouring values: not across the break beside the zero of a logarithmic axis. */
export function isContinuous({ isLogarithmic }: SweepAxis, below: number): boolean {
  return !isLogarithmic || below > 0;
}
