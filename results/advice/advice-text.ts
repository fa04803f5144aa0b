import {
  formatBytes,
  formatChosenUs,
  formatCount,
  formatList,
  formatNumberOf,
  formatShare,
  formatUs,
  formatUsRange,
  significant,
  UNKNOWN,
} from '../numbers.ts';
import type { Advice, Figure, InTime, TransportAdvice } from './advise.ts';

/*
 * Advice as texts: the page is made of them once, and its script replaces them one by one.
 */

/** A column of the table of advice. */
export interface AdviceColumn {
  title: string;
  /** For whoever asks what it means. */
  explanation: string;
}

export const adviceColumns: readonly AdviceColumn[] = [
  {
    title: 'Latency',
    explanation: 'From when an event is due until a subscriber has received it, as chosen: p99, p50 or mean.',
  },
  {
    title: 'In time',
    explanation:
      'Whether that is at most the tolerated latency. Too close to tell: the 95 % interval, or what the model may be off, holds the limit.',
  },
  {
    title: 'Bytes a month',
    explanation:
      'All bytes on the connections of all subscribers, both directions, without the headers of TCP and IP; a month has 30 days.',
  },
  { title: 'Overhead', explanation: 'The part of these bytes that is not the text of events.' },
  {
    title: 'Requests /s',
    explanation: 'Requests of all subscribers in a second. A push transport makes one when it connects and then none.',
  },
  {
    title: 'Server cores',
    explanation:
      'Processor time of the server in a second. A server process has one core; beyond 70 % of it the subscribers are spread over more processes.',
  },
];

/** A cell of the table. */
interface AdviceCell {
  text: string;
  /** What it stands on, or why it is unknown; of latency in a second line its range. */
  note: string;
  /** Set for the cheapest of those in time. */
  pick: string;
}

/** A row of the table, with a cell for each column. */
export interface AdviceRow {
  label: string;
  cells: AdviceCell[];
}

/** Less than this is nothing beside what a process takes by itself. */
const LEAST_CORES = 0.001;

const coresText = (cores: number) => (cores < LEAST_CORES ? `< ${LEAST_CORES}` : significant(cores));

const IN_TIME: Record<InTime, string> = {
  yes: '✓ yes',
  no: '✕ no',
  close: '≈ too close to tell',
  unknown: '? unknown',
};

/** The table's rows, in the order of the model. */
export function adviceRows({ transports, fewestBytes, leastCpu, needs }: Advice): AdviceRow[] {
  const limit = formatChosenUs(needs.toleratedLatencyMs * 1000);
  return transports.map((advice) => {
    const cell = (of: Figure, format: (value: number) => string, pick = '', model = 'model'): AdviceCell => ({
      text: of.value === null ? UNKNOWN : format(of.value),
      note: noteOf(of, advice, model),
      pick,
    });
    const { latencyUs, serverProcesses, label } = advice;
    const latency = cell(latencyUs, formatUs, '', advice.latencyModel);
    const range = rangeText(latencyUs);
    const cores = cell(advice.serverCores, coresText, leastCpu.includes(label) ? 'least in time' : '');
    const processes = serverProcesses > 1 ? ` in ${formatNumberOf(serverProcesses, 'process', 'processes')}` : '';
    return {
      label,
      cells: [
        { ...latency, note: `${latency.note}${range}` },
        { text: IN_TIME[advice.inTime], note: `limit ${limit}`, pick: '' },
        cell(advice.bytesPerMonth, formatBytes, fewestBytes.includes(label) ? 'fewest in time' : ''),
        cell(advice.overheadShare, formatShare),
        cell(advice.requestsPerSec, significant),
        { ...cores, text: `${cores.text}${processes}` },
      ],
    };
  });
}

/** The interval of what was measured, and how high what is modelled may be. */
function rangeText({ source, low, high }: Figure): string {
  if (low === null || high === null) return '';
  return source === 'measured' ? `\n${formatUsRange(low, high)}` : `\nup to ${formatUs(high)}`;
}

function noteOf({ source, whyUnknown }: Figure, { beyond }: TransportAdvice, model: string): string {
  if (whyUnknown !== null) return whyUnknown;
  if (source === 'measured') return 'measured';
  return `${source === 'arithmetic' ? 'arithmetic' : model}${beyond.length > 0 ? ', extrapolated' : ''}`;
}

// More names than these are a list that nobody reads.
const MOST_NAMES = 6;

/** Names in a list, unless they are too many. */
function few(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return formatList(names);
  return `${names.slice(0, MOST_NAMES).join(', ')} and ${formatCount(names.length - MOST_NAMES)} more`;
}

/** Which is the cheapest of those that are in time, and which are not in time. */
export function adviceAnswer(advice: Advice): string {
  const { transports, fewestBytes, leastCpu } = advice;
  const named = (inTime: InTime) => few(transports.filter((each) => each.inTime === inTime).map(inBrief));
  const said = (before: string, names: string) => (names === '' ? [] : [`${before}: ${names}.`]);
  const isAnyInTime = transports.some(({ inTime }) => inTime === 'yes');
  return [
    ...(isAnyInTime ? [] : ['None is surely in time.']),
    ...said(
      'Fewest bytes in time',
      cheapest(advice, fewestBytes, ({ bytesPerMonth }) => `${formatBytes(bytesPerMonth.value ?? 0)} a month`),
    ),
    ...said(
      'Least server CPU in time',
      cheapest(advice, leastCpu, ({ serverCores }) => `${coresText(serverCores.value ?? 0)} cores`),
    ),
    ...said('Not in time', named('no')),
    ...said('Too close to tell', named('close')),
    ...said('Unknown', named('unknown')),
  ].join(' ');
}

/** "polling (248 ms; a poll every 96 ms would do)". */
function inBrief({ label, latencyUs, inTime, longestPollIntervalMs }: TransportAdvice): string {
  if (latencyUs.value === null) return label;
  const would =
    inTime === 'yes' || longestPollIntervalMs === null
      ? ''
      : `; a poll every ${formatChosenUs(longestPollIntervalMs * 1000)} would do`;
  return `${label} (${formatUs(latencyUs.value)}${would})`;
}

/** The first of those that cost least, and that others cost hardly more; empty when there is none. */
function cheapest(
  { transports }: Advice,
  labels: readonly string[],
  cost: (advice: TransportAdvice) => string,
): string {
  const [first, ...alike] = labels;
  const advice = transports.find(({ label }) => label === first);
  if (advice === undefined) return '';
  return `${advice.label}, ${cost(advice)}${alike.length === 0 ? '' : `; ${few(alike)} at most 5 % more`}`;
}

/** So far outside, constants are no longer those of this run. */
const FAR = 10;

/** What the figures stand on: what was measured, and what lies how far outside of that. */
export function adviceBasis({ transports }: Advice): string {
  const measured = transports.filter(({ latencyUs }) => latencyUs.source === 'measured');
  if (measured.length === transports.length) return 'Measured in this run, all of it, with just these parameters.';
  const inside = transports.filter((each) => each.latencyUs.source !== 'measured' && each.beyond.length === 0);
  const names = (of: readonly { label: string }[]) => few(of.map(({ label }) => label));
  const extrapolated = [...Map.groupBy(transports.flatMap(beyondOf), ({ words }) => words)].map(([words, of]) =>
    of.length === transports.length ? words : `${words} for ${names(of)}`,
  );
  const far = transports.some(({ beyond }) =>
    beyond.some(({ parameter, factor }) => parameter !== 'pollIntervalMs' && (factor ?? 0) >= FAR),
  );
  return [
    ...(measured.length === 0 ? [] : [`Measured in this run: ${names(measured)}.`]),
    ...(inside.length === 0 ? [] : [`Models within the measured range: ${names(inside)}.`]),
    ...(extrapolated.length === 0 ? [] : [`Extrapolated: ${extrapolated.join('; ')}.`]),
    ...(far ? ['So far outside, cores are an order of magnitude.'] : []),
  ].join(' ');
}

function beyondOf({ label, beyond }: TransportAdvice): { label: string; words: string }[] {
  return beyond.map(({ words }) => ({ label, words }));
}
