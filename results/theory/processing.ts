import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { ScheduledTrial } from './feed-schedule.ts';

/** What one unit of work took the processes of a trial: the constants of theory that are measured by processor time. */
export interface Processing {
  /** Server time per answer or write with events, over the number of its processes, which share the subscribers. */
  serverUs: number;
  /** The same of the driver: per answer or read with events, over its workers. */
  driverUs: number;
  /**
   * From one subscriber to the next: at least the slower of the two, when they work at the same time, and at most both, when
   * they wait for each other. With long-polling the server has the requests of those it has reached to read besides, and is
   * the slower one throughout.
   */
  perSubscriberUs: { least: number; most: number };
}

/**
 * Processor time is known apart from any latency, so latencies can be predicted from it. Null where the system does not tell.
 */
export function processing(cell: DeliveryCell, { trial }: ScheduledTrial): Processing | null {
  const { measure } = trial.tallies;
  const units = cell.transport === 'long-polling' ? measure.requests - measure.emptyResponses : measure.reads;
  const { cpuUsPerDelivery } = trial.serverUsage;
  const driverCpuUs = trial.driverUsage.cpuUsPerDelivery;
  if (cpuUsPerDelivery === null || driverCpuUs === null || units === 0) return null;
  const perUnit = measure.deliveries / units;
  const serverUs = (cpuUsPerDelivery * perUnit) / trial.subscription.serverProcesses;
  const driverUs = (driverCpuUs * perUnit) / trial.driverUsage.workers;
  const least = Math.max(serverUs, driverUs);
  return {
    serverUs,
    driverUs,
    perSubscriberUs: { least, most: cell.transport === 'long-polling' ? least : serverUs + driverUs },
  };
}
