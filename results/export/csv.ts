import type { CapacityCell, DeliveryCell } from '../../scenarios/cell.ts';
import type { CapacitySearchResult } from '../capacity/capacity-search-section.ts';
import type { CompletedCapacityCell } from '../capacity-result.ts';
import type { CompletedCell, Estimate } from '../delivery-result.ts';
import type { CellResult, RunDocument } from '../run-document.ts';
import { type CellMetric, cellMetrics } from './cell-metrics.ts';

/** What a field may hold; null is left empty. */
export type Field = string | number | boolean | null;

/** The parameters of a cell, as columns. */
export const cellColumns = [
  'cell',
  'server',
  'transport',
  'subscribers',
  'eventsPerSec',
  'payloadBytes',
  'schedule',
  'headers',
  'options',
] as const;

/** One figure; without one, a cell that has none. */
interface Row {
  cell: DeliveryCell | CapacityCell;
  outcome: string;
  valid: boolean | null;
  metric?: CellMetric;
  /** The number of the trial, or 'all' for what was merged from all of them. */
  trial?: number | 'all';
  /** What the figure is from: events of the measure phase for latencies, trials for everything else. */
  n?: number;
}

/** Parameters without a column of their own: 'intervalMs=250;keepAlive=true'. */
function optionText(options: object): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(';');
}

/** The parameters of a cell, by column; those it does not have are null. */
export function cellFields(cell: DeliveryCell | CapacityCell): Record<(typeof cellColumns)[number], Field> {
  const { id, server, transport } = cell;
  if (cell.kind === 'capacity') {
    const { connections, durationMs } = cell;
    const none = { subscribers: null, eventsPerSec: null, payloadBytes: null, schedule: null, headers: null };
    return { cell: id, server, transport, ...none, options: optionText({ connections, durationMs }) };
  }
  const { subscribers, eventsPerSec, payloadBytes, schedule, headers } = cell;
  return {
    cell: id,
    server,
    transport,
    subscribers,
    eventsPerSec,
    payloadBytes,
    schedule: schedule.kind === 'burst' ? `burst of ${schedule.eventsPerBurst}` : schedule.kind,
    headers,
    options: optionText({ ...cell.transportOptions, ...cell.serverOptions }),
  };
}

const isLatency = ({ name }: CellMetric) => /^latency(FromPublished)?Us\./.test(name);

function deliveryRows(result: CompletedCell): Row[] {
  const { cell, outcome, trials } = result;
  const parts = [{ trial: 'all' as const, of: result }, ...trials.map((of) => ({ trial: of.trial, of }))];
  return parts.flatMap(({ trial, of }) =>
    cellMetrics(of).map((metric) => {
      const n = isLatency(metric) ? of.latencyUs.events : trial === 'all' ? trials.length : 1;
      return { cell, outcome, valid: of.validity.ok, metric, trial, n };
    }),
  );
}

function metricOf(name: string, unit: string, value: Estimate | number | null): CellMetric {
  if (typeof value === 'number' || value === null) return { name, unit, value, low: null, high: null };
  return { name, unit, ...value };
}

function ceilingRows(result: CompletedCapacityCell): Row[] {
  const { cell, outcome, validity, responseUs, trials } = result;
  const shared = (of: CompletedCapacityCell | CompletedCapacityCell['trials'][number]) => [
    metricOf('requestsPerSec', 'requests/s', of.requestsPerSec),
    metricOf('receivedBytesPerRequest', 'B/request', of.receivedBytesPerRequest),
    metricOf('serverCpuUsPerRequest', 'us/request', of.serverCpuUsPerRequest),
    metricOf('driverCpuUsPerRequest', 'us/request', of.driverCpuUsPerRequest),
    metricOf('driverUtilization', 'ratio', of.driverUtilization),
    metricOf('errors', 'requests', of.errors),
  ];
  const response = (['mean', 'p50', 'p99', 'max'] as const).map((key) =>
    metricOf(`responseUs.${key}`, 'us', responseUs?.[key] ?? null),
  );
  const all = [...shared(result), ...response];
  return [
    ...all.map((metric) => ({ cell, outcome, valid: validity.ok, metric, trial: 'all' as const, n: trials.length })),
    ...trials.flatMap((of) =>
      [...shared(of), metricOf('requests', 'requests', of.requests)].map((metric) => ({
        cell,
        outcome,
        valid: validity.ok,
        metric,
        trial: of.trial,
        n: 1,
      })),
    ),
  ];
}

function searchRows({ axis, cell, answer, probes }: CapacitySearchResult): Row[] {
  const unit = axis === 'rate' ? 'events/s' : 'subscribers';
  const value = answer.kind === 'capacity' || answer.kind === 'at-least' ? answer.value : null;
  const failed = answer.kind === 'skipped' ? null : answer.failed;
  const found = [metricOf('answer.value', unit, value), metricOf('answer.failed', unit, failed)];
  return [
    ...found.map((metric) => ({
      cell,
      outcome: answer.kind,
      valid: null,
      metric,
      trial: 'all' as const,
      n: probes.length,
    })),
    ...probes.flatMap((probe, at) => {
      const latency = probe.measured?.latencyUs;
      const metrics = [
        metricOf('probe.value', unit, probe.value),
        metricOf('probe.held', '0 or 1', probe.held ? 1 : 0),
        ...(['p50', 'p90', 'p99', 'p999', 'max'] as const).map((key) =>
          metricOf(`probe.latencyUs.${key}`, 'us', latency?.[key] ?? null),
        ),
      ];
      const n = latency?.events ?? 0;
      return metrics.map((metric) => ({ cell, outcome: probe.purpose, valid: null, metric, trial: at + 1, n }));
    }),
  ];
}

function cellRows(result: CellResult): Row[] {
  if (result.outcome !== 'completed') return [{ cell: result.cell, outcome: result.outcome, valid: null }];
  return 'latencyUs' in result ? deliveryRows(result) : ceilingRows(result);
}

const columns = [
  'run',
  'scenario',
  ...cellColumns,
  'outcome',
  'valid',
  'metric',
  'unit',
  'trial',
  'value',
  'low',
  'high',
  'n',
] as const;

/**
 * RFC 4180. A text that begins like a formula gets an apostrophe before it, since spreadsheets would compute it; numbers
 * are as they stand in the document.
 */
function fieldText(field: Field): string {
  if (field === null) return '';
  if (typeof field !== 'string') return String(field);
  const text = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The lines of a file: the names of the columns, then these rows of as many fields each. */
export function csvText(names: readonly string[], rows: readonly (readonly Field[])[]): string {
  return [names, ...rows].map((row) => `${row.map(fieldText).join(',')}\r\n`).join('');
}

/**
 * The figures of these runs in long form: a line for each metric of each cell and of each of its trials, named by its
 * path in the run document. Cells without a result have one line without a metric. What is unknown is an empty field.
 */
export function toCsv(documents: readonly RunDocument[]): string {
  const lines = documents.flatMap((document): Field[][] => {
    const rows = [
      ...document.cells.flatMap(cellRows),
      ...(document.capacitySearch?.searches ?? []).flatMap(searchRows),
    ];
    return rows.map(({ cell, outcome, valid, metric, trial, n }) => {
      const { name, unit, value, low, high } = metric ?? metricOf('', '', null);
      const head = [document.id, document.scenario.name, ...Object.values(cellFields(cell)), outcome, valid];
      return [...head, name, unit, trial ?? null, value, low, high, n ?? null];
    });
  });
  return csvText(columns, lines);
}
