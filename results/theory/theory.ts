import type { ResponseHeads } from '../../servers/contract/ready.ts';
import type { CompletedCell } from '../delivery-result.ts';
import { fanOutRows } from './fan-out.ts';
import { scheduledTrials } from './feed-schedule.ts';
import { packetRows } from './packets.ts';
import { pollCountRows, pollLatencyRows } from './polling.ts';
import { longPollingRows, meanLatencyRow } from './queueing.ts';
import type { TheoryRow } from './row.ts';
import { handshakeBytesRow, wireBytesRow } from './wire-bytes.ts';

/**
 * What arithmetic says about a cell, beside what was measured; over all trials, sums against sums. A pure function of the
 * cell, its trials, their latencies and the server's declared response heads (null when it declares none): the schedules
 * follow from the seeds. A quantity that cannot be predicted here, or was not measured, has no row.
 */
export function theoryRows(
  { cell, phases, trials, latencyUs }: Pick<CompletedCell, 'cell' | 'phases' | 'trials' | 'latencyUs'>,
  responseHeads: ResponseHeads | null,
): TheoryRow[] {
  const scheduled = scheduledTrials(cell, phases, trials);
  const rows = [
    wireBytesRow(cell, scheduled, responseHeads),
    handshakeBytesRow(cell, scheduled, responseHeads),
    ...packetRows(cell, scheduled, responseHeads),
    ...(cell.transport === 'polling'
      ? [...pollCountRows(cell, scheduled), ...pollLatencyRows(cell, scheduled, latencyUs)]
      : [meanLatencyRow(cell, scheduled), ...fanOutRows(cell, scheduled)]),
    ...(cell.transport === 'long-polling' ? longPollingRows(cell, scheduled) : []),
  ];
  return rows.filter((row) => row !== null);
}
