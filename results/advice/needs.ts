import type { HeaderProfile } from '../../servers/contract/header-profiles.ts';
import { formatBytes, formatChosenUs, formatCount, formatNumberOf } from '../numbers.ts';

/** Which latency of the deliveries is to be tolerable. */
export type LatencyStatistic = 'mean' | 'p50' | 'p99';

/** What somebody needs of a transport; `advise` says which can give it and at what cost. */
export interface Needs {
  eventsPerSec: number;
  subscribers: number;
  payloadBytes: number;
  /** From due to received. */
  toleratedLatencyMs: number;
  statistic: LatencyStatistic;
  /** What each poll sends; a push transport sends it once, with its handshake. */
  headers: HeaderProfile;
  /** Of polling only. */
  pollIntervalMs: number;
}

/** The needs that are a number. */
export type Quantity = Exclude<keyof Needs, 'statistic' | 'headers'>;

/** A quantity as somebody sets it: on a logarithmic scale. */
export interface Scale {
  quantity: Quantity;
  label: string;
  unit: string;
  lowest: number;
  highest: number;
  isWhole: boolean;
  /** The value as it is said: "an event every 10 s". */
  words(value: number): string;
}

/** Microseconds with three digits and no more than they have. */
const aboutUs = (us: number) => formatChosenUs(Number(us.toPrecision(3)));

const rateWords = (eventsPerSec: number) =>
  eventsPerSec < 1
    ? `an event every ${aboutUs(1e6 / eventsPerSec)}`
    : `${formatNumberOf(Number(eventsPerSec.toPrecision(4)), 'event')}/s`;

/** The quantities in the order in which they are asked for. */
export const scales: readonly Scale[] = [
  {
    quantity: 'eventsPerSec',
    label: 'Events',
    unit: '/s',
    lowest: 0.001,
    highest: 1_000,
    isWhole: false,
    words: rateWords,
  },
  {
    quantity: 'subscribers',
    label: 'Subscribers',
    unit: '',
    lowest: 1,
    highest: 1_000_000,
    isWhole: true,
    words: (value) => formatNumberOf(value, 'subscriber'),
  },
  {
    quantity: 'payloadBytes',
    label: 'Payload of an event',
    unit: 'B',
    lowest: 10,
    highest: 100_000,
    isWhole: true,
    words: formatBytes,
  },
  {
    quantity: 'toleratedLatencyMs',
    label: 'Tolerated latency',
    unit: 'ms',
    lowest: 1,
    highest: 60_000,
    isWhole: false,
    words: (value) => `at most ${aboutUs(value * 1000)}`,
  },
  {
    quantity: 'pollIntervalMs',
    label: 'Poll interval',
    unit: 'ms',
    lowest: 10,
    highest: 600_000,
    isWhole: true,
    words: (value) => `a poll every ${aboutUs(value * 1000)}`,
  },
];

/** The scale of this quantity. */
export function scaleOf(quantity: Quantity): Scale {
  return scales.find((scale) => scale.quantity === quantity) as Scale;
}

/** Ten preferred numbers to a decade, nearly evenly spaced: a step of a slider is a round value. */
const STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** The value at a position of a slider; ten positions are a factor of ten, 0 is 1. */
export function valueAt(position: number): number {
  const decade = Math.floor(position / STEPS.length);
  const step = STEPS[position - decade * STEPS.length] as number;
  return Number((step * 10 ** decade).toPrecision(2));
}

/** The position whose value is nearest, by ratio. */
export function positionOf(value: number): number {
  const near = Math.floor(Math.log10(value) * STEPS.length);
  const distance = (position: number) => Math.abs(Math.log(valueAt(position) / value));
  return [near - 1, near, near + 1, near + 2].reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** What the latency is called in a sentence. */
export const statisticWords: Record<LatencyStatistic, string> = {
  mean: 'on average',
  p50: 'for half of the deliveries (p50)',
  p99: 'for 99 % of the deliveries (p99)',
};

/** A header profile as it is said. */
export function headersWords(headers: HeaderProfile): string {
  return typeof headers === 'number' ? `requests of ${formatCount(headers)} B` : `${headers} headers`;
}

/** Needs in one line: "1,000 subscribers, 20 events/s, 100 B, ...". */
export function needsWords(needs: Needs, hasPolling: boolean): string {
  const said = scales
    .filter(({ quantity }) => quantity !== 'toleratedLatencyMs' && (hasPolling || quantity !== 'pollIntervalMs'))
    .map(({ quantity, words }) => words(needs[quantity]));
  const tolerated = `${scaleOf('toleratedLatencyMs').words(needs.toleratedLatencyMs)} ${statisticWords[needs.statistic]}`;
  return [...said, headersWords(needs.headers), tolerated].join(', ');
}

/** Needs that are typical of a kind of application. */
export interface Preset {
  id: string;
  name: string;
  needs: Omit<Needs, 'statistic'>;
}

/** Polling at half of the tolerated latency, the slowest that surely meets it; headers of browsers. */
export const presets: readonly Preset[] = [
  {
    id: 'chat',
    name: 'Chat',
    needs: {
      eventsPerSec: 0.5,
      subscribers: 1_000,
      payloadBytes: 200,
      toleratedLatencyMs: 1_000,
      headers: 'browser',
      pollIntervalMs: 500,
    },
  },
  {
    id: 'ticker',
    name: 'Ticker',
    needs: {
      eventsPerSec: 20,
      subscribers: 1_000,
      payloadBytes: 100,
      toleratedLatencyMs: 100,
      headers: 'browser',
      pollIntervalMs: 50,
    },
  },
  {
    id: 'dashboard',
    name: 'Dashboard',
    needs: {
      eventsPerSec: 0.1,
      subscribers: 50,
      payloadBytes: 2_000,
      toleratedLatencyMs: 5_000,
      headers: 'browser',
      pollIntervalMs: 2_500,
    },
  },
];
