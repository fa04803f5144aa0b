/** What a metric is counted in; the limit of a threshold is written in one of these units. */
export type GateUnit = 'time' | 'bytes' | 'count' | 'ratio';

interface GateMetric {
  unit: GateUnit;
  /** For people who choose what to gate. */
  what: string;
}

const latency = (what: string): GateMetric => ({ unit: 'time', what });
const counted = (what: string): GateMetric => ({ unit: 'count', what });

/** What a threshold may be about, by its path in a cell of the run document. */
export const gateMetrics = {
  'latencyUs.min': latency('delivery latency, the fastest delivery'),
  'latencyUs.mean': latency('delivery latency, mean'),
  'latencyUs.p50': latency('delivery latency, median'),
  'latencyUs.p90': latency('delivery latency not exceeded by 90 % of the deliveries'),
  'latencyUs.p99': latency('delivery latency not exceeded by 99 % of the deliveries'),
  'latencyUs.p999': latency('delivery latency not exceeded by 99.9 % of the deliveries'),
  'latencyUs.max': latency('delivery latency, the slowest delivery'),
  'deliveries.missing': counted('deliveries that never arrived, in all trials'),
  'deliveries.duplicated': counted('deliveries that arrived again, in all trials'),
  'deliveries.outOfOrder': counted('deliveries that arrived after a later event, in all trials'),
  'deliveries.corrupted': counted('deliveries that arrived altered, in all trials'),
  'bytes.overheadPerDelivery': { unit: 'bytes', what: 'wire bytes that are not event text, per delivery' },
  'bytes.ipPerDelivery': { unit: 'bytes', what: 'bytes with the headers of TCP and IP, per delivery' },
  'connections.opened': counted('connections opened, per trial'),
  'connections.peak': counted('connections open at one moment, of the trial with most'),
  'connections.failed': counted('connections that could not be opened, per trial'),
  'connections.reconnected': counted('connections lost and opened again, per trial'),
  'requests.perDelivery': { unit: 'ratio', what: 'requests per delivery' },
  'requests.empty': counted('requests answered without an event, per trial'),
  'requests.failed': counted('requests that failed, per trial'),
  'serverUsage.cpuUsPerDelivery': { unit: 'time', what: 'processor time of the server, per delivery' },
  'serverUsage.rssBytes': { unit: 'bytes', what: 'resident memory of the server' },
  'serverUsage.rssBytesPerSubscriber': { unit: 'bytes', what: 'growth of the server’s memory, per subscriber' },
  'driverUsage.cpuUsPerDelivery': { unit: 'time', what: 'processor time of the driver, per delivery' },
  'batching.eventsPerEnvelope': { unit: 'ratio', what: 'events per response, chunk or frame' },
} as const satisfies Record<string, GateMetric>;

export type GateMetricName = keyof typeof gateMetrics;

export const gateMetricNames = Object.keys(gateMetrics) as [GateMetricName, ...GateMetricName[]];

/** The unit of a metric. */
export function gateUnitOf(metric: GateMetricName): GateUnit {
  return gateMetrics[metric].unit;
}

/** The symbols that a limit may be written with, and how many of the base unit (us or bytes) each holds. */
export const unitSizes: Record<GateUnit, Readonly<Record<string, number>>> = {
  time: { us: 1, ms: 1e3, s: 1e6 },
  bytes: { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 },
  count: {},
  ratio: {},
};
