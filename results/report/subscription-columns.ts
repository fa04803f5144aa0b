import type { CompletedCell } from '../delivery-result.ts';
import { byteUnits, timeUnits } from '../numbers.ts';
import { type Column, count, notReadable, SUBSCRIBERS_FOR_MEMORY } from './columns.ts';

/** What a subscriber takes, in the order of the table, which is one of its own: few runs ask for it. */
export const subscriptionColumns: readonly Column[] = [
  {
    key: 'serverProcesses',
    title: 'Server processes',
    scale: 'processes',
    heading: ['server', 'processes', ''],
    units: count,
    isCount: true,
    read: (cell) => cell.subscription.serverProcesses,
    explanation:
      'Processes of the server, each fed the same feed: as many as the open files of a process make necessary.',
    whyUnknown: notReadable,
  },
  {
    key: 'workers',
    title: 'Driver workers',
    scale: 'processes',
    heading: ['driver', 'workers', ''],
    units: count,
    isCount: true,
    read: (cell) => cell.driverUsage.workers,
    explanation: 'Processes of the driver, which share the subscribers.',
    whyUnknown: notReadable,
  },
  {
    key: 'connectsPerSec',
    title: 'Connect rate',
    scale: 'connectRate',
    heading: ['connects', '/s'],
    units: count,
    read: (cell) => cell.subscription.connectsPerSec,
    explanation:
      'Subscribers per second, from the first connect until the last one was subscribed: its connection was open and its request or handshake answered (of long-polling, sent).',
    whyUnknown: notReadable,
  },
  {
    key: 'firstDelivery',
    title: 'First delivery',
    scale: 'firstDelivery',
    heading: ['first', 'delivery', '*'],
    units: timeUnits,
    read: (cell) => cell.subscription.firstDeliveryUs,
    explanation:
      'From when the first event of the feed was due until the last subscriber had received it, on connections that had carried none before.',
    whyUnknown: () => 'not every subscriber received the first event',
  },
  {
    key: 'serverCpuPerSubscriber',
    title: 'Server CPU per subscriber',
    scale: 'cpuPerSubscriber',
    heading: ['server', 'CPU', '*/s'],
    units: timeUnits,
    read: (cell) => cell.subscription.serverCpuUsPerSubscriberSec,
    explanation: 'Processor time of the server’s processes in the measure phase, per subscriber and second.',
    whyUnknown: notReadable,
  },
  {
    key: 'driverCpuPerSubscriber',
    title: 'Driver CPU per subscriber',
    scale: 'cpuPerSubscriber',
    heading: ['driver', 'CPU', '*/s'],
    units: timeUnits,
    read: (cell) => cell.subscription.driverCpuUsPerSubscriberSec,
    explanation: 'Processor time of the driver’s workers in the measure phase, per subscriber and second.',
    whyUnknown: notReadable,
  },
  {
    key: 'serverMemoryPerSubscriber',
    title: 'Server memory per subscriber',
    scale: 'memoryPerSubscriber',
    heading: ['server', 'memory', '*'],
    units: byteUnits,
    read: (cell) => cell.serverUsage.rssBytesPerSubscriber,
    explanation: 'Growth of the server’s resident memory from ready to all subscribers connected, per subscriber.',
    whyUnknown: notReadable,
  },
  {
    key: 'driverMemoryPerSubscriber',
    title: 'Driver memory per subscriber',
    scale: 'memoryPerSubscriber',
    heading: ['driver', 'memory', '*'],
    units: byteUnits,
    read: (cell) => cell.subscription.driverRssBytesPerSubscriber,
    explanation:
      'Growth of the workers’ resident memory from before the first subscriber to the end of the measure phase, per subscriber.',
    whyUnknown: notReadable,
  },
];

/** The cells whose subscribers are many enough to ask what one of them takes. */
export function manySubscribers(results: readonly CompletedCell[]): CompletedCell[] {
  return results.filter(({ cell }) => cell.subscribers >= SUBSCRIBERS_FOR_MEMORY);
}

/** Completes the headings. */
export const SUBSCRIPTION_READING =
  'CPU is per subscriber and second while events were measured, memory is per subscriber; first delivery is the time from when the first event was due until the last subscriber had it.';
