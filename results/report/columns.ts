import type { CompletedCell, Estimate } from '../delivery-result.ts';
import { byteUnits, formatCount, significant, timeUnits, UNKNOWN, type Unit } from '../numbers.ts';
import { secondsStillNeeded } from '../statistics/percentile-support.ts';

/** A measured quantity as a column: the terminal and the HTML report show the same ones under the same words. */
export interface Column {
  key: string;
  /** Columns with the same one share a unit, so that they can be read across. */
  scale: string;
  /** What it is in full: the heading where there is room for words. */
  title: string;
  /** Short lines for the terminal, the unit last, with `*` in its place; a sentence above the table completes them. */
  heading: readonly string[];
  units: readonly Unit[];
  /** A count, shown exactly; anything else is shown with three significant digits. */
  isCount?: true;
  read(cell: CompletedCell): Estimate | number | null;
  /** What the number is, in plain words. */
  explanation: string;
  /** Why there is no value in these cells. */
  whyUnknown(missing: readonly CompletedCell[]): string;
}

export const count: readonly Unit[] = [{ symbol: '', size: 1 }];
const noDeliveries = () => 'no deliveries in the measure phase';
export const notReadable = () => 'not readable on this system';

/** How much longer the slowest of these cells would have to be measured for its percentile. */
function tooFewEvents(key: string, fraction: number, missing: readonly CompletedCell[]): string {
  const needed = missing.map(({ latencyUs, phases, trials }) =>
    secondsStillNeeded(fraction, latencyUs.effectiveEvents, phases.measureMs * trials.length),
  );
  const known = needed.filter((seconds) => seconds !== null);
  if (known.length < needed.length) return `too few events for ${key}`;
  const seconds = formatCount(Math.ceil(Math.max(...known)));
  return `too few events; ${key} needs at least ${seconds} s more of measuring, in longer or in more trials`;
}

function latencyColumn(key: 'p50' | 'p90' | 'p99', fraction: number, share: string): Column {
  return {
    key,
    title: `Latency, ${key}`,
    scale: 'latency',
    heading: [key, '*'],
    units: timeUnits,
    read: (cell) => cell.latencyUs[key],
    explanation: `Delivery latency, from the moment an event was due to the moment a subscriber had read its last byte. ${share}`,
    whyUnknown: (missing) => tooFewEvents(key, fraction, missing),
  };
}

/** In the order in which tables show them, after the transport and before delivered/expected. */
export const columns: readonly Column[] = [
  latencyColumn('p50', 0.5, 'Half of all deliveries were at most this late.'),
  latencyColumn('p90', 0.9, 'Nine in ten deliveries were at most this late.'),
  latencyColumn('p99', 0.99, 'Ninety-nine in a hundred deliveries were at most this late.'),
  {
    key: 'max',
    title: 'Latency, max',
    scale: 'latency',
    heading: ['max', '*'],
    units: timeUnits,
    read: (cell) => cell.latencyUs.max,
    explanation: 'The latest delivery of all trials. One event decides it, so it varies much from run to run.',
    whyUnknown: noDeliveries,
  },
  {
    key: 'overheadPerDelivery',
    title: 'Overhead per delivery',
    scale: 'overhead',
    heading: ['over-', 'head', '*'],
    units: byteUnits,
    read: (cell) => cell.bytes.overheadPerDelivery,
    explanation:
      'Bytes on the subscribers’ TCP connections, both directions, that are not event text: request and response heads, framing, empty answers. Per delivery.',
    whyUnknown: noDeliveries,
  },
  {
    key: 'requestsPerDelivery',
    title: 'Requests per delivery',
    scale: 'requests',
    heading: ['re-', 'quests', ''],
    units: count,
    read: (cell) => cell.requests.perDelivery,
    explanation:
      'HTTP requests answered in the measure phase, per delivery. A push transport makes its one request before that.',
    whyUnknown: noDeliveries,
  },
  {
    key: 'connections',
    title: 'Connections, peak',
    scale: 'connections',
    heading: ['connec-', 'tions', ''],
    units: count,
    isCount: true,
    read: (cell) => cell.connections.peak,
    explanation: 'Most TCP connections open at one moment.',
    whyUnknown: () => 'not counted',
  },
  {
    key: 'serverCpuPerDelivery',
    title: 'Server CPU per delivery',
    scale: 'cpu',
    heading: ['server', 'CPU', '*'],
    units: timeUnits,
    read: (cell) => cell.serverUsage.cpuUsPerDelivery,
    explanation: 'Processor time of the server’s processes in the measure phase, per delivery.',
    whyUnknown: notReadable,
  },
  {
    key: 'serverMemoryPerSubscriber',
    title: 'Server memory per subscriber',
    scale: 'memory',
    heading: ['server', 'memory', '*'],
    units: byteUnits,
    read: (cell) => cell.serverUsage.rssBytesPerSubscriber,
    explanation:
      'Growth of the server’s resident memory from ready to all subscribers connected, before the feed, per subscriber. With fewer than 1,000 subscribers most of it is the server’s own growth after its start, and not what a subscriber costs.',
    whyUnknown: notReadable,
  },
];

/** From so many subscribers on they, and not the processes themselves, decide what a subscriber takes. */
export const SUBSCRIBERS_FOR_MEMORY = 1000;

/** What to know about the server's memory where subscribers are few; null where they are many. */
export function memoryNote(results: readonly CompletedCell[]): string | null {
  const few = results.some(
    ({ cell, serverUsage }) => cell.subscribers < SUBSCRIBERS_FOR_MEMORY && serverUsage.rssBytesPerSubscriber !== null,
  );
  if (!few) return null;
  return `Server memory per subscriber: with fewer than ${formatCount(SUBSCRIBERS_FOR_MEMORY)} subscribers most of it is the server’s own growth after its start, and not what a subscriber costs.`;
}

/** The explanation of the last column, which is a pair and not a number. */
export const DELIVERED_EXPLANATION =
  'Deliveries that arrived intact, counted once, of all that were expected: every event of the feed, warm-up included, times every subscriber, over all trials.';

/** The bare value of a column in a cell. */
export function columnValue(column: Column, cell: CompletedCell): number | null {
  const read = column.read(cell);
  return typeof read === 'object' && read !== null ? read.value : read;
}

/** The interval of a column in a cell; null where there is none. */
export function columnInterval(column: Column, cell: CompletedCell): { low: number; high: number } | null {
  const read = column.read(cell);
  if (typeof read !== 'object' || read === null || read.low === null || read.high === null) return null;
  return { low: read.low, high: read.high };
}

/** A value of a column as text, in this unit. */
export function columnText(column: Column, value: number | null, unit: Unit): string {
  if (value === null) return UNKNOWN;
  return column.isCount === true ? formatCount(value) : significant(value / unit.size);
}
