import type { DeliveryCell, Phases } from '../scenarios/cell.ts';
import type { Measurement } from './recording/measurement.ts';
import type { SubscriptionCost } from './resource-usage.ts';
import { median } from './summarize.ts';

/** What the cost is made of: parts of a trial as it was measured. */
interface MeasuredTrial {
  connectMs: number;
  measurement: Measurement;
  serverUsage: { processes: number; cpuUs: number | null };
}

/** What the subscribers of one trial took. */
export function subscriptionCost(cell: DeliveryCell, phases: Phases, record: MeasuredTrial): SubscriptionCost {
  const { subscribers } = cell;
  const { usage, firstEvent } = record.measurement;
  const perSubscriberSec = (cpuUs: number) => cpuUs / subscribers / (phases.measureMs / 1000);
  return {
    serverProcesses: record.serverUsage.processes,
    connectsPerSec: (subscribers / record.connectMs) * 1000,
    firstDeliveryUs: firstEvent.deliveries === subscribers ? firstEvent.lastUs : null,
    serverCpuUsPerSubscriberSec: record.serverUsage.cpuUs === null ? null : perSubscriberSec(record.serverUsage.cpuUs),
    driverCpuUsPerSubscriberSec: perSubscriberSec(usage.cpuUs),
    driverRssBytesPerSubscriber: (usage.rssBytes - usage.rssBytesBefore) / subscribers,
  };
}

/** The same of a cell: each number the median over its trials, which are at least one. */
export function medianCost(costs: readonly SubscriptionCost[]): SubscriptionCost {
  const of = (key: keyof SubscriptionCost) => median(costs.map((cost) => cost[key]));
  return {
    serverProcesses: of('serverProcesses') ?? 0,
    connectsPerSec: of('connectsPerSec') ?? 0,
    firstDeliveryUs: of('firstDeliveryUs'),
    serverCpuUsPerSubscriberSec: of('serverCpuUsPerSubscriberSec'),
    driverCpuUsPerSubscriberSec: of('driverCpuUsPerSubscriberSec') ?? 0,
    driverRssBytesPerSubscriber: of('driverRssBytesPerSubscriber') ?? 0,
  };
}
