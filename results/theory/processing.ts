import type { DeliveryCell } from '../../scenarios/cell.ts';
import type { ScheduledTrial } from './feed-schedule.ts';

/** What one unit of work took the processes of a trial: the constants of theory that are measured by processor time. */
export interface Processing {
  /** Server time per answer or write with events, over the number of its processes, which share the subscribers. */
  serverUs: number;
  /** The same of the driver: per answer or read with events, over its workers. */
  driverUs: number;
  /**
   * From one subscriber to the next. With push at least the slower of the two, when they work at the same time, and at most
   * both, when they wait for each other. With long-polling the server's time is that of an answer and of reading the next
   * request: it answers all subscribers before it reads again, so the two ends are the faster and the slower of the two.
   */
  perSubscriberUs: { least: number; most: number };
}

/**
 * Processor time is known apart from any latency, so latencies can be predicted from it. Null where the system does not tell.
 */
export function processing(cell: DeliveryCell, { trial }: Pick<ScheduledTrial, 'trial'>): Processing | null {
  const { measure } = trial.tallies;
  const units = cell.transport === 'long-polling' ? measure.requests - measure.emptyResponses : measure.reads;
  const { cpuUsPerDelivery } = trial.serverUsage;
  const driverCpuUs = trial.driverUsage.cpuUsPerDelivery;
  if (cpuUsPerDelivery === null || driverCpuUs === null || units === 0) return null;
  const perUnit = measure.deliveries / units;
  const serverUs = (cpuUsPerDelivery * perUnit) / trial.subscription.serverProcesses;
  const driverUs = (driverCpuUs * perUnit) / trial.driverUsage.workers;
  const [faster, slower] = [Math.min(serverUs, driverUs), Math.max(serverUs, driverUs)];
  return {
    serverUs,
    driverUs,
    perSubscriberUs:
      cell.transport === 'long-polling'
        ? { least: faster, most: slower }
        : { least: slower, most: serverUs + driverUs },
  };
}
