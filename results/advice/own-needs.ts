import type { AdviceModel, MeasuredPoint } from './model.ts';
import type { LatencyStatistic, Needs } from './needs.ts';

/** What people take for immediate (Miller, 1968; Nielsen, 1993). */
const IMMEDIATE_MS = 100;

const keyOf = ({ at }: MeasuredPoint) => JSON.stringify([at.eventsPerSec, at.subscribers, at.payloadBytes]);

/**
 * The needs to begin with: the parameters with which most of the transports were measured, the first of them where several
 * are alike, and the highest percentile that all of these support. Null for a model without points.
 */
export function ownNeeds({ transports }: AdviceModel): Needs | null {
  const counts = new Map<string, number>();
  for (const { points } of transports) {
    for (const key of new Set(points.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const key = [...counts].find(([, count]) => count === most)?.[0];
  const points = transports.flatMap((transport) =>
    transport.points.filter((point) => keyOf(point) === key).slice(0, 1),
  );
  const [first] = points;
  if (first === undefined) return null;
  const statistics: LatencyStatistic[] = ['p99', 'p50'];
  const supported = statistics.find((each) => points.every(({ measured }) => measured.latencyUs[each] !== null));
  const { eventsPerSec, subscribers, payloadBytes, headers } = first.at;
  return {
    eventsPerSec,
    subscribers,
    payloadBytes,
    toleratedLatencyMs: IMMEDIATE_MS,
    statistic: supported ?? 'mean',
    headers,
    pollIntervalMs:
      [...points, ...transports.flatMap((transport) => transport.points)].find(({ at }) => at.pollIntervalMs !== null)
        ?.at.pollIntervalMs ?? 1_000,
  };
}
