import type { CompletedCell } from '../../delivery-result.ts';
import { compareCells, deliveryCells, parameterText, varyingParameters } from '../../labels.ts';
import { formatCount, formatNumberOf, significant, type Unit } from '../../numbers.ts';
import type { CellComparison, CellResult, RunDocument } from '../../run-document.ts';
import {
  type Column,
  columnInterval,
  columns,
  columnText,
  columnValue,
  DELIVERED_EXPLANATION,
  memoryNote,
  SUBSCRIBERS_FOR_MEMORY,
} from '../columns.ts';
import { isComplete } from '../findings/completeness.ts';
import { verdictsOn } from '../findings/tiers.ts';
import { html, type Markup } from '../markup.ts';
import { columnUnits, unknownNotes } from '../units.ts';
import { heading, scrollable } from './tables.ts';

const MEASURED_EXPLANATION =
  'Trials of the cell, and the events due in their measure phases. In brackets, as many independent events would tell as much.';

/** The columns whose differences the document has verdicts on; the others are counted, or known without a doubt of their own. */
const decidedBy: Record<string, CellComparison['quantity']> = {
  p50: 'latencyUs.p50',
  p99: 'latencyUs.p99',
  serverCpuPerDelivery: 'serverUsage.cpuUsPerDelivery',
};

/** The lowest value of a column among the cells that may be compared with this one. */
interface Best {
  cell: CompletedCell;
  value: number;
}

type BestOf = (column: Column, result: CompletedCell) => Best | null;

function bestOf(document: RunDocument): BestOf {
  const groupOf = new Map(
    compareCells(document).groups.flatMap(({ cells }) => cells.map((result) => [result.cell.id, cells] as const)),
  );
  return (column, result) => {
    // With few subscribers this column is the server's own growth, and no order of transports.
    if (column.key === 'serverMemoryPerSubscriber' && result.cell.subscribers < SUBSCRIBERS_FOR_MEMORY) return null;
    const known = (groupOf.get(result.cell.id) ?? []).flatMap((cell) => {
      const value = columnValue(column, cell);
      return value === null || !cell.validity.ok || !isComplete(cell.deliveries) ? [] : [{ cell, value }];
    });
    // Where all are the same there is no lowest.
    if (new Set(known.map(({ value }) => value)).size < 2) return null;
    return known.reduce((least, other) => (other.value < least.value ? other : least));
  };
}

/** How a value stands to the lowest of its column; a question mark where the trials do not tell the two apart. */
function relative(column: Column, result: CompletedCell, best: Best | null, document: RunDocument): Markup | null {
  const value = columnValue(column, result);
  if (best === null || value === null || !result.validity.ok) return null;
  if (value === best.value) return html`<span class="relative best">lowest</span>`;
  if (best.value <= 0) return null;
  const ratio = value / best.value;
  const compared = decidedBy[column.key];
  const verdict =
    compared === undefined
      ? null
      : verdictsOn(document.comparisons, compared)({ id: result.cell.id }, { id: best.cell.cell.id });
  const untold = verdict === 'undecided' || verdict === 'same';
  return html`<span class="relative">×${significant(ratio)}${untold ? html` <abbr title="${verdict === 'same' ? 'the same within the margin' : 'not told apart from the lowest by these trials'}">${verdict === 'same' ? '=' : '?'}</abbr>` : null}</span>`;
}

interface Frame {
  document: RunDocument;
  units: Map<string, Unit>;
  bestOf: BestOf;
  parameters: ReturnType<typeof varyingParameters>;
}

function valueCell(column: Column, result: CompletedCell, { document, units, bestOf: best }: Frame): Markup {
  const unit = units.get(column.scale) as Unit;
  const value = columnValue(column, result);
  const spread = columnInterval(column, result);
  const interval =
    spread === null
      ? null
      : html`<span class="interval">${significant(spread.low / unit.size)} to ${significant(spread.high / unit.size)}</span>`;
  return html`<td data-metric="${column.key}"${value === null ? null : html` data-value="${value}"`}>${columnText(column, value, unit)}${interval}${relative(column, result, best(column, result), document)}</td>`;
}

function parameterCells(cell: CellResult['cell'], { parameters }: Frame): Markup[] {
  return parameters.map((parameter) => {
    const text = cell.kind === 'delivery' ? parameterText(parameter, cell) : '';
    const value = cell.kind === 'delivery' ? (parameter.read(cell) ?? '') : '';
    return html`<td data-value="${value}">${text}</td>`;
  });
}

function completedRow(result: CompletedCell, frame: Frame, beginsTransport: boolean): Markup {
  const { deliveries, validity, latencyUs, trials } = result;
  const flag = validity.ok ? null : html` <a class="flag" href="#validity">✕ not valid</a>`;
  const bad = isComplete(deliveries) ? null : html` <strong class="flag">incomplete</strong>`;
  const classes = [...(beginsTransport ? ['first'] : []), ...(validity.ok ? [] : ['invalid'])].join(' ');
  const effective = formatCount(Math.round(latencyUs.effectiveEvents));
  return html`<tr${classes === '' ? null : html` class="${classes}"`} data-cell="${result.cell.id}"><th scope="row">${result.cell.transport}${flag}</th>${parameterCells(result.cell, frame)}${columns.map((column) => valueCell(column, result, frame))}<td data-value="${deliveries.expected === 0 ? 0 : deliveries.delivered / deliveries.expected}">${formatCount(deliveries.delivered)} <span class="interval">of ${formatCount(deliveries.expected)}</span>${bad}</td><td data-value="${latencyUs.events}">${formatNumberOf(trials.length, 'trial')} <span class="interval">${formatNumberOf(latencyUs.events, 'event')}</span><span class="interval">(${effective})</span></td></tr>
`;
}

/** A cell without figures keeps its place, and says why it has none. */
function emptyRow(result: Exclude<CellResult, { outcome: 'completed' }>, frame: Frame): Markup {
  const { cell, outcome, reason } = result;
  const sign = outcome === 'failed' ? '✕ failed' : '– skipped';
  return html`<tr class="${outcome}" data-cell="${cell.id}"><th scope="row">${cell.kind === 'delivery' ? cell.transport : cell.server} <a class="flag" href="#not-completed">${sign}</a></th>${parameterCells(cell, frame)}<td class="text" colspan="${columns.length + 2}">${reason}</td></tr>
`;
}

/**
 * The headline table: a row for each delivery cell that was tried, a column for each quantity; every value with its
 * interval and its ratio to the lowest of the cells it may be compared with. Null when no cell was tried.
 */
export function matrix(document: RunDocument): Markup | null {
  const tried = document.cells.filter(({ cell }) => cell.kind === 'delivery');
  if (tried.length === 0) return null;
  const results = deliveryCells(document);
  const frame: Frame = {
    document,
    units: columnUnits(results),
    bestOf: bestOf(document),
    parameters: varyingParameters(tried.flatMap(({ cell }) => (cell.kind === 'delivery' ? [cell] : []))),
  };
  const isSweep = frame.parameters.length > 0;
  const rows = tried.map((result, at) => {
    if (result.outcome !== 'completed') return emptyRow(result, frame);
    const before = tried[at - 1]?.cell;
    const begins =
      isSweep && before?.kind === 'delivery' && before.transport !== (result as CompletedCell).cell.transport;
    return completedRow(result as CompletedCell, frame, begins);
  });
  const head = columns.map((column) =>
    heading(column.title, (frame.units.get(column.scale) as Unit).symbol, column.explanation, `metric-${column.key}`),
  );
  const table = html`<table class="matrix" data-sortable>
<thead><tr><th scope="col">Transport</th>${frame.parameters.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}${head}${heading('Delivered', '', DELIVERED_EXPLANATION, 'metric-delivered')}${heading('Measured', '', MEASURED_EXPLANATION, 'metric-measured')}</tr></thead>
<tbody>
${rows}</tbody></table>`;
  const explained = [
    ...columns.map(({ title, explanation }) => ({ title, explanation })),
    { title: 'Delivered', explanation: DELIVERED_EXPLANATION },
    { title: 'Measured', explanation: MEASURED_EXPLANATION },
  ];
  return html`${scrollable('Results', table)}
<p class="note">Small figures below a value: its 95 % interval, then its ratio to the lowest${isSweep ? ' with the same parameters' : ''}. “?”: these trials do not tell the two apart; “=”: the same within the margin. Lower is better in every column up to server memory.${unknownNotes(results).map((note) => ` ${note}`)} ${memoryNote(results)}</p>
<details><summary>What each column means</summary><dl>${explained.map(({ title, explanation }) => html`<dt>${title}</dt><dd>${explanation}</dd>`)}</dl></details>`;
}
