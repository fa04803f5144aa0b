import { formatCount, formatList } from '../numbers.ts';
import type { MeasuredPoint, TransportModel } from './model.ts';
import { headersWords, type Needs, scaleOf } from './needs.ts';

/** A parameter for which the needs lie outside of what a transport was measured with. */
export interface Beyond {
  parameter: 'eventsPerSec' | 'subscribers' | 'payloadBytes' | 'pollIntervalMs' | 'headers' | 'schedule';
  /** How far, in words. */
  words: string;
  /** How many times more (`isMore`) or less than the nearest measured value; null for what is no number. */
  factor: number | null;
  isMore: boolean;
}

const numbers = ['eventsPerSec', 'subscribers', 'payloadBytes', 'pollIntervalMs'] as const;

const NAMES: Record<(typeof numbers)[number], string> = {
  eventsPerSec: 'event rate',
  subscribers: 'subscribers',
  payloadBytes: 'payload',
  pollIntervalMs: 'poll interval',
};

/** Of which parameters the needs are outside of the measured range, and how far; empty when of none. */
export function beyondMeasured(model: TransportModel, needs: Needs): Beyond[] {
  return [
    ...numbers.flatMap((parameter) => beyondNumber(model.points, parameter, needs[parameter])),
    ...beyondHeaders(model, needs),
    ...beyondSchedule(model.points),
  ];
}

/**
 * The largest factor by which a parameter is outside that makes latency doubtful. Fewer events meet a quiet server, whose
 * latency was measured; smaller events are hardly sooner; and the poll interval is in the models.
 */
export function doubtfulFactor(beyond: readonly Beyond[]): number {
  return Math.max(
    1,
    ...beyond.map(({ parameter, factor, isMore }) => {
      const isDoubtful =
        parameter === 'subscribers' || (isMore && (parameter === 'eventsPerSec' || parameter === 'payloadBytes'));
      return isDoubtful ? (factor ?? 1) : 1;
    }),
  );
}

/** A factor with two digits and no more than it has. */
const roughly = (factor: number) => formatCount(Number(factor.toPrecision(2)));

function beyondNumber(points: readonly MeasuredPoint[], parameter: (typeof numbers)[number], value: number): Beyond[] {
  const measured = points.flatMap(({ at }) => at[parameter] ?? []);
  if (measured.length === 0) return [];
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  if (value >= least && value <= most) return [];
  const isMore = value > most;
  const factor = isMore ? value / most : least / value;
  const nearest = scaleOf(parameter).words(isMore ? most : least);
  const edge = least === most ? 'that measured' : isMore ? 'the most measured' : 'the least measured';
  const words = isMore
    ? `${NAMES[parameter]} ${roughly(factor)} times ${edge} (${nearest})`
    : `${NAMES[parameter]} 1/${roughly(factor)} of ${edge} (${nearest})`;
  return [{ parameter, words, factor, isMore }];
}

/** A push transport sends them once, with its handshake, so they are no part of its figures. */
function beyondHeaders({ transport, points }: TransportModel, { headers }: Needs): Beyond[] {
  if (transport !== 'polling' && transport !== 'long-polling') return [];
  const measured = [...new Set(points.map(({ at }) => at.headers))];
  if (measured.includes(headers)) return [];
  const words = `${headersWords(headers)} (measured: ${formatList(measured.map(headersWords))})`;
  return [{ parameter: 'headers', words, factor: null, isMore: false }];
}

function beyondSchedule(points: readonly MeasuredPoint[]): Beyond[] {
  const others = [...new Set(points.map(({ at }) => at.otherSchedule))];
  const known = others.filter((other) => other !== null);
  if (known.length < others.length) return [];
  const words = `events at random times (measured: ${formatList(known)})`;
  return [{ parameter: 'schedule', words, factor: null, isMore: false }];
}
