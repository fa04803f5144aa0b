import type { DeliveryResult, Estimate } from '../delivery-result.ts';

/** The names of everything in T that is a V, as they would be written in JavaScript: 'latencyUs.p50'. */
type PathTo<T, V> = {
  [K in keyof T & string]: T[K] extends V
    ? K
    : NonNullable<T[K]> extends readonly unknown[]
      ? never
      : NonNullable<T[K]> extends object
        ? `${K}.${PathTo<NonNullable<T[K]>, V>}`
        : never;
}[keyof T & string];

type Metric = PathTo<DeliveryResult, Estimate | number | null>;

/** Every figure of a cell or trial by its path in the run document, with its unit; a forgotten one does not compile. */
const units: Record<Metric, string> = {
  'latencyUs.count': 'deliveries',
  'latencyUs.negativeCount': 'deliveries',
  'latencyUs.events': 'events',
  'latencyUs.effectiveEvents': 'events',
  'latencyUs.min': 'us',
  'latencyUs.mean': 'us',
  'latencyUs.p50': 'us',
  'latencyUs.p90': 'us',
  'latencyUs.p99': 'us',
  'latencyUs.p999': 'us',
  'latencyUs.max': 'us',
  'latencyFromPublishedUs.count': 'deliveries',
  'latencyFromPublishedUs.negativeCount': 'deliveries',
  'latencyFromPublishedUs.events': 'events',
  'latencyFromPublishedUs.effectiveEvents': 'events',
  'latencyFromPublishedUs.min': 'us',
  'latencyFromPublishedUs.mean': 'us',
  'latencyFromPublishedUs.p50': 'us',
  'latencyFromPublishedUs.p90': 'us',
  'latencyFromPublishedUs.p99': 'us',
  'latencyFromPublishedUs.p999': 'us',
  'latencyFromPublishedUs.max': 'us',
  'deliveries.expected': 'deliveries',
  'deliveries.delivered': 'deliveries',
  'deliveries.missing': 'deliveries',
  'deliveries.duplicated': 'deliveries',
  'deliveries.outOfOrder': 'deliveries',
  'deliveries.corrupted': 'deliveries',
  'bytes.payload': 'B',
  'bytes.received': 'B',
  'bytes.sent': 'B',
  'bytes.overheadPerDelivery': 'B/delivery',
  'bytes.ipPerDelivery': 'B/delivery',
  'bytes.breakdown.requestHeads': 'B',
  'bytes.breakdown.responseHeads': 'B',
  'bytes.breakdown.framing': 'B',
  'bytes.breakdown.emptyPolls': 'B',
  'bytes.breakdown.handshakes': 'B',
  'bytes.breakdown.heartbeats': 'B',
  'batching.eventsPerEnvelope': 'events/envelope',
  'batching.eventsPerRead': 'events/read',
  'batching.eventsPerWrite': 'events/write',
  'connections.opened': 'connections',
  'connections.openAtFeed': 'connections',
  'connections.kernelOpen': 'connections',
  'connections.peak': 'connections',
  'connections.failed': 'connections',
  'connections.reconnected': 'connections',
  'requests.count': 'requests',
  'requests.empty': 'requests',
  'requests.failed': 'requests',
  'requests.perDelivery': 'requests/delivery',
  'requests.skippedPolls': 'polls',
  'requests.latenessUs.p50': 'us',
  'requests.latenessUs.p99': 'us',
  'requests.latenessUs.max': 'us',
  'requests.responseUs.mean': 'us',
  'requests.responseUs.p50': 'us',
  'requests.responseUs.p99': 'us',
  'requests.responseUs.max': 'us',
  'serverUsage.cpuUsPerDelivery': 'us/delivery',
  'serverUsage.rssBytes': 'B',
  'serverUsage.rssBytesPerSubscriber': 'B/subscriber',
  'driverUsage.cpuUsPerDelivery': 'us/delivery',
  'driverUsage.eventLoopUtilization': 'ratio',
  'driverUsage.eventLoopDelayP99Us': 'us',
  'driverUsage.rssBytes': 'B',
  'driverUsage.workers': 'workers',
  'subscription.serverProcesses': 'processes',
  'subscription.connectsPerSec': 'subscribers/s',
  'subscription.firstDeliveryUs': 'us',
  'subscription.serverCpuUsPerSubscriberSec': 'us/subscriber/s',
  'subscription.driverCpuUsPerSubscriberSec': 'us/subscriber/s',
  'subscription.driverRssBytesPerSubscriber': 'B/subscriber',
  'publisher.events': 'events',
  'publisher.published': 'events',
  'publisher.offeredLoadRatio': 'ratio',
  'publisher.latenessUs.p50': 'us',
  'publisher.latenessUs.p99': 'us',
  'publisher.latenessUs.max': 'us',
  'publisher.peakBacklogEvents': 'events',
  'network.packets': 'packets',
  'network.ipBytes': 'B',
  'network.retransmissions': 'packets',
  'network.serverWriteCalls': 'calls',
  'network.backgroundPacketsPerSec': 'packets/s',
  'network.backgroundBytesPerSec': 'B/s',
  'network.wireBytes': 'B',
  'network.deliveries': 'deliveries',
  'network.breakdown.requestHeads': 'B',
  'network.breakdown.responseHeads': 'B',
  'network.breakdown.framing': 'B',
  'network.breakdown.emptyPolls': 'B',
  'network.breakdown.handshakes': 'B',
  'network.breakdown.heartbeats': 'B',
  'network.breakdown.payload': 'B',
  'network.breakdown.tcpIp': 'B',
};

/** A figure of a cell or trial. */
export interface CellMetric {
  /** Its path in the run document. */
  name: string;
  unit: string;
  /** As it stands in the document; null where it is unknown. */
  value: number | null;
  low: number | null;
  high: number | null;
}

/** What stands at a path; null where it, or a part it belongs to, is unknown. */
export function readPath(result: DeliveryResult, path: Metric): Estimate | number | null {
  let at: unknown = result;
  for (const key of path.split('.')) at = (at as Record<string, unknown> | null)?.[key] ?? null;
  return at as Estimate | number | null;
}

/** All figures of a cell or trial, unknown ones too, always in the same order. */
export function cellMetrics(result: DeliveryResult): CellMetric[] {
  return (Object.entries(units) as [Metric, string][]).map(([name, unit]) => {
    const read = readPath(result, name);
    const isEstimate = typeof read === 'object' && read !== null;
    return isEstimate ? { name, unit, ...read } : { name, unit, value: read, low: null, high: null };
  });
}
