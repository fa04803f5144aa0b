import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialRecord } from '../../results/merge-trials.ts';
import type { DeliveryCell, Phases } from '../../scenarios/cell.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import { nullServer } from '../null-server/registered.ts';
import { machineLimits } from '../run/environment.ts';
import { runTrial } from '../run/trial.ts';
import { type Contestant, programOf } from './contestants.ts';

const PAYLOAD_BYTES = 100;
const PHASES: Phases = { warmupMs: 1500, measureMs: 4000, drainMs: 500 };

/** One trial of a contestant against the null server, with the publisher, the workers' protocol and the phases of a run. */
export async function pushTrial(
  contestant: Contestant,
  cell: Pick<DeliveryCell, 'transport' | 'subscribers' | 'eventsPerSec'>,
  trial: number,
  signal: AbortSignal,
  phases = PHASES,
): Promise<TrialRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-driver-'));
  const polled = { intervalMs: 1000, keepAlive: true };
  try {
    const record = await runTrial({
      cell: {
        kind: 'delivery',
        id: `bench-driver/${cell.transport}`,
        server: nullServer.manifest.name,
        payloadBytes: PAYLOAD_BYTES,
        schedule: { kind: 'constant' },
        transportOptions: cell.transport === 'polling' || cell.transport === 'long-polling' ? polled : {},
        headers: 'bare',
        serverOptions: {},
        ...cell,
      },
      planned: { cellId: '', trial, seed: trial },
      phases,
      server: nullServer,
      folder,
      // One worker on every machine: the cost of a process is compared, not how many a run would take.
      limits: { ...machineLimits(), cores: 2 },
      workerProgram: programOf(contestant),
      signal,
      onPhase: () => {},
    });
    checkWhole(contestant, cell.transport, cell.subscribers, record);
    return record;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Microseconds of CPU for each delivery, of the process that holds the subscribers, over the measure phase. */
export function cpuUsPerDelivery({ measurement, measuredEvents }: TrialRecord, subscribers: number): number {
  return measurement.usage.cpuUs / (measuredEvents * subscribers);
}

/** A contestant that lost something did less work than the others: no figure of it may be used. */
function checkWhole(contestant: Contestant, transport: TransportId, subscribers: number, record: TrialRecord): void {
  const { deliveries, tallies } = record.measurement;
  if (contestant === 'bare') {
    // Bare polls ask for the first event again and again: there is no more to expect than an answer each.
    const events = (transport === 'polling' ? 1 : record.publisher.published) * subscribers;
    if (tallies.close.receivedBytes > PAYLOAD_BYTES * events) return;
    throw new Error(`bare ${transport}: ${tallies.close.receivedBytes} bytes for ${events} events`);
  }
  const { expected, delivered, duplicated, outOfOrder, corrupted } = deliveries;
  if (delivered === expected && duplicated + outOfOrder + corrupted === 0) return;
  throw new Error(`${contestant} ${transport}: ${JSON.stringify(deliveries)}`);
}
