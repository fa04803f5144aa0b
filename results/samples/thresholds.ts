import type { DeliveryCell } from '../../scenarios/cell.ts';
import { planThresholds } from '../../scenarios/planned-thresholds.ts';
import { thresholdItem } from '../../scenarios/schema.ts';
import { parseThreshold } from '../../scenarios/threshold.ts';
import type { RunDocument } from '../run-document.ts';
import { judgeThresholds } from '../thresholds/judge-thresholds.ts';
import { quickDocument } from './variants.ts';

/** Holds thresholds, written as in a scenario, against a document as the end of a run does; changes and returns it. */
export function withThresholds(document: RunDocument, ...items: readonly unknown[]): RunDocument {
  const thresholds = items.map((item) => {
    const { check, ...policy } = thresholdItem.parse(item);
    const parsed = parseThreshold(check);
    if (Array.isArray(parsed)) throw new Error(parsed.map(({ found, advice }) => `${found}; ${advice}`).join('\n'));
    return { ...parsed, ...policy };
  });
  const cells = document.plan.cells.filter((cell): cell is DeliveryCell => cell.kind === 'delivery');
  document.plan.thresholds = planThresholds({ name: document.plan.scenario, thresholds }, cells);
  document.thresholds = judgeThresholds(document);
  return document;
}

/** The golden document with thresholds that come out in every way there is. */
export function thresholdDocument(): RunDocument {
  const document = withThresholds(
    quickDocument(),
    'fastify/websocket.bytes.overheadPerDelivery <= 4B',
    'fastify/websocket.latencyUs.p50 < 0.5 * fastify/long-polling.latencyUs.p50',
    'http-stream.bytes.overheadPerDelivery < 7B',
    { check: 'polling.latencyUs.p50 < 100ms', severity: 'warn' },
    'fastify/websocket.latencyUs.p99 < 2ms',
    { check: 'http-stream.latencyUs.p99 < 2500us', undecided: 'fail' },
    'sse.latencyUs.p50 < 5ms',
  );
  document.plan.thresholds?.push({
    text: 'other/sse.deliveries.missing <= 0',
    metric: 'deliveries.missing',
    operator: '<=',
    limit: 0,
    severity: 'fail',
    undecided: 'pass',
    cells: [],
    leftOutBecause: 'server other is not in this run',
  });
  return document;
}
