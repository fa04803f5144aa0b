import type { TrialRecord } from '../../results/merge-trials.ts';
import { mergeLatencies } from '../../results/recording/latency.ts';
import type { Calibration, Warning } from '../../results/run-document.ts';
import { calibrationTrials } from '../../scenarios/calibration.ts';
import type { Cell, DeliveryCell } from '../../scenarios/cell.ts';
import { deriveSeed } from '../../servers/contract/random.ts';
import type { TransportId } from '../../servers/contract/transports.ts';
import type { Server } from '../../servers/launch/discover.ts';
import { nullServer } from '../null-server/registered.ts';
import { runTrial, type TrialInput } from './trial.ts';
import { TrialFailure } from './trial-failure.ts';

/** Sets the feeds of calibration apart from those of trials 1, 2, 3 ... */
const CALIBRATION_STREAM = 0xca11b;

interface CalibrationInput extends Pick<TrialInput, 'folder' | 'signal' | 'onPhase'> {
  /** Of the plan; those that will be skipped left out. */
  cells: readonly Cell[];
  /** Of the plan. */
  seed: number;
  /** The null server when left out. */
  server?: Server;
  /** Hears of each transport as its trial begins, and what has come of it. */
  onStart(transport: TransportId): void;
  onDone(): void;
  onFailed(reason: string): void;
}

interface CalibrationResult {
  calibration: Calibration[];
  /** Says of which transports there is no calibration, and why; the results of the run do not depend on it. */
  warnings: Warning[];
}

/**
 * One short trial of each transport of the plan against a server that answers with constants, by the same publisher,
 * driver and phases as any trial. A trial that fails is a warning and nothing more; when the signal is aborted, what
 * there is until then is returned. No process is left.
 */
export async function calibrate(input: CalibrationInput): Promise<CalibrationResult> {
  const { cells, seed, server = nullServer, folder, signal, onPhase } = input;
  const calibration: Calibration[] = [];
  const failures: { cell: DeliveryCell; reason: string }[] = [];
  for (const { cell, phases } of calibrationTrials(cells)) {
    if (signal.aborted) break;
    input.onStart(cell.transport);
    try {
      const record = await runTrial({
        cell,
        planned: { cellId: cell.id, trial: 1, seed: deriveSeed(seed, CALIBRATION_STREAM) },
        phases,
        server,
        folder,
        signal,
        onPhase,
      });
      calibration.push(calibrationOf(cell, record));
      input.onDone();
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof TrialFailure)) throw error;
      failures.push({ cell, reason: error.message });
      input.onFailed(error.message);
    }
  }
  return { calibration, warnings: warningsAbout(failures) };
}

/** What a trial says of the driver; throws a TrialFailure when it lost events or measured nothing. */
function calibrationOf(cell: DeliveryCell, { measurement }: TrialRecord): Calibration {
  const { deliveries, tallies, usage } = measurement;
  if (deliveries.delivered !== deliveries.expected) {
    const { delivered, expected } = deliveries;
    throw new TrialFailure(`only ${delivered} of ${expected} deliveries arrived from the null server`, '');
  }
  const polls = cell.transport === 'polling';
  const data = polls ? measurement.pollResponse : measurement.fromDue;
  const units = polls ? tallies.measure.requests : tallies.measure.deliveries;
  const latency = mergeLatencies([data]);
  const [p50, p99, max] = [latency.percentileUs(50), latency.percentileUs(99), data.maxUs];
  if (p50 === null || p99 === null || max === null || units === 0) {
    throw new TrialFailure(`no ${polls ? 'poll was answered' : 'event was delivered'} in its measure phase`, '');
  }
  return {
    transport: cell.transport,
    subscribers: cell.subscribers,
    eventsPerSec: cell.eventsPerSec,
    latencyUs: { count: data.count, p50, p99, max },
    driverCpuUsPerUnit: usage.cpuUs / units,
    eventLoopUtilization: usage.eventLoopUtilization,
  };
}

function warningsAbout(failures: readonly { cell: DeliveryCell; reason: string }[]): Warning[] {
  if (failures.length === 0) return [];
  const named = failures.map(({ cell, reason }) => `${cell.transport} (${reason})`).join('; ');
  return [
    {
      code: 'not-calibrated',
      message: `The driver could not be measured by itself: ${named}.`,
      advice: 'The results do not depend on it, but what the driver adds to them is not known. Run again.',
      cellIds: [],
    },
  ];
}
