import type { CompletedCell } from '../delivery-result.ts';
import { formatCount, formatNumberOf } from '../numbers.ts';
import { atMost, type Circumstances, type JudgedTrial, type Rule, warnAbove } from './rule.ts';

/** Between two polls there is no connection then, so none need be open when the feed begins. */
function opensForEachPoll({ cell: { transport, transportOptions } }: Circumstances): boolean {
  return transport === 'polling' && 'keepAlive' in transportOptions && !transportOptions.keepAlive;
}

const lostConnections = ({ connections: { reconnected, failed } }: Pick<JudgedTrial, 'connections'>) => ({
  ...warnAbove(reconnected + failed, 0, ''),
  limit: '0 connections that were lost or could not be opened',
});

function incidentsOf({ trials }: CompletedCell): string {
  const counts = new Map<string, number>();
  for (const { incidents } of trials) {
    for (const [reason, count] of Object.entries(incidents)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return [...counts].map(([reason, count]) => `${reason}, ${formatNumberOf(count, 'time')}`).join('; ');
}

function lostFact(_: number, cell: CompletedCell): string {
  const { reconnected, failed } = cell.connections;
  const why = incidentsOf(cell);
  const text = `${formatCount(reconnected)} resumed, ${formatNumberOf(failed, 'connect')} failed`;
  return why === '' ? text : `${text} (${why})`;
}

/** The subscribers' connections and requests. */
export const connectionRules: readonly Rule[] = [
  {
    id: 'subscribers-connected',
    name: 'every subscriber was connected when the feed began',
    advice: 'The server closes connections before anything was sent on them: see what it writes to stderr.',
    ofTrial: ({ connections }, circumstances) =>
      opensForEachPoll(circumstances)
        ? null
        : {
            ...atMost(Math.abs(circumstances.cell.subscribers - connections.openAtFeed), 0, ''),
            limit: '0 connections more or fewer than subscribers',
          },
  },
  {
    id: 'kernel-connections',
    name: 'the kernel counts as many open connections as the driver',
    advice: 'The books of the driver are wrong, or other programs connect to the server: report it.',
    ofTrial: ({ connections: { kernelOpen, openAtFeed } }, circumstances) =>
      kernelOpen === null || opensForEachPoll(circumstances)
        ? null
        : { ...atMost(Math.abs(kernelOpen - openAtFeed), 0, ''), limit: '0 connections more or fewer' },
  },
  {
    id: 'lost-connections',
    name: 'no connection was lost or refused',
    advice:
      'A slow subscriber is disconnected above serverOptions.maxBufferedBytes; otherwise see what the server writes to stderr.',
    ofTrial: lostConnections,
    ofCell: lostConnections,
    warning: { what: 'Subscribers lost connections, or could not connect at first', fact: lostFact },
  },
  {
    id: 'failed-requests',
    name: 'every request was answered as expected',
    advice: 'See what the server writes to stderr, and run the conformance suite against it.',
    ofTrial: ({ requests }) => ({ ...warnAbove(requests.failed, 0, ''), limit: '0 failed requests' }),
    ofCell: ({ requests }) => ({ ...warnAbove(requests.failed, 0, ''), limit: '0 failed requests' }),
    warning: {
      what: 'Requests got no answer or an unexpected one while events were measured',
      fact: (requests) => formatCount(requests),
    },
  },
];
