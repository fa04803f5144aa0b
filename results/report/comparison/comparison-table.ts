import type { CellChange, MetricChange, RunComparison } from '../../compare/compare-runs.ts';
import { metrics } from '../../compare/metrics.ts';
import { formatNumberOf, formatProbability, UNKNOWN } from '../../numbers.ts';
import { type Child, type Element, element } from '../tree.ts';
import { changeIntervalText, differenceText, valuesText, verdictSigns } from './change-text.ts';
import { scrollBox } from './run-tables.ts';

const heading = (text: string, kind = '') =>
  element('th', { scope: 'col', ...(kind === '' ? {} : { class: kind }) }, text);
const table = (attributes: { class?: string }, headings: Child, rows: Child) =>
  element('table', attributes, element('thead', {}, element('tr', {}, headings)), element('tbody', {}, rows));
const line = (kind: string, text: string | null) => (text === null ? null : element('span', { class: kind }, text));

/** A verdict with its sign, which tells it without colour. */
function verdictMark({ verdict, note }: MetricChange): Child {
  if (verdict === null) return element('span', { class: 'verdict' }, `${UNKNOWN} not compared`, line('why', note));
  return [element('span', { class: `verdict ${verdict}` }, `${verdictSigns[verdict]} ${verdict}`), line('why', note)];
}

function changeCell(change: MetricChange): Element {
  return element(
    'td',
    { class: `number change ${change.verdict ?? 'none'}` },
    verdictMark(change),
    line('difference', differenceText(change)),
    line('interval', changeIntervalText(change)),
    line('values', valuesText(change)),
  );
}

const isFault = ({ metric }: MetricChange) => metric.kind === 'fault';
/** Whether either run of a cell lost, repeated or altered an event. */
export const hasFaults = ({ changes }: CellChange) =>
  changes.some((change) => isFault(change) && (change.base ?? 0) + (change.head ?? 0) > 0);

function validityOf({ base, head }: CellChange): Child {
  const invalid = [base, head].flatMap((side, at) =>
    side.state === 'delivered' && !side.result.validity.ok ? [['A', 'B'][at] as string] : [],
  );
  return invalid.length === 0 ? null : element('strong', { class: 'flag' }, `not valid in ${invalid.join(' and ')}`);
}

/**
 * Cells x metrics, each with its verdict, the difference with its interval, and both values. Null when no cell was delivered
 * in both runs. The columns of faults are left out where no run has any.
 */
export function changeMatrix(
  { cells }: RunComparison,
  labels: ReadonlyMap<string, string>,
  name: string,
): Element | null {
  const both = cells.filter(({ changes }) => changes.length > 0);
  if (both.length === 0) return null;
  const withFaults = both.some(hasFaults);
  const shown = metrics.filter(({ kind }) => withFaults || kind !== 'fault');
  const rows = both.map((cell) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, labels.get(cell.id) ?? cell.id, validityOf(cell)),
      cell.changes.filter(({ metric }) => shown.includes(metric)).map(changeCell),
    ),
  );
  return scrollBox(
    `Cells and metrics, ${name}`,
    table({ class: 'changes' }, [heading('Cell'), shown.map(({ title }) => heading(title, 'number'))], rows),
  );
}

/** Every number behind the verdicts, a row for each metric of each cell; null when there is none. */
export function changeList(
  { cells }: RunComparison,
  labels: ReadonlyMap<string, string>,
  name: string,
): Element | null {
  const both = cells.filter(({ changes }) => changes.length > 0);
  if (both.length === 0) return null;
  const number = (text: string) => element('td', { class: 'number' }, text);
  const rows = both.flatMap((cell) =>
    cell.changes.map((change) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, labels.get(cell.id) ?? cell.id),
        element('td', { class: 'words' }, change.metric.title),
        number(valuesText(change)),
        number(`${change.trials[0]} → ${change.trials[1]}`),
        number(differenceText(change)),
        number(changeIntervalText(change) ?? UNKNOWN),
        number(formatProbability(change.adjustedP ?? change.p)),
        element('td', { class: 'words' }, verdictMark(change)),
      ),
    ),
  );
  const titles = ['A → B', 'Trials, A → B', 'B against A', '95 % interval', 'p, corrected'];
  const headings = [
    heading('Cell'),
    heading('Metric'),
    titles.map((title) => heading(title, 'number')),
    heading('Verdict'),
  ];
  return element(
    'details',
    { class: 'chart-data' },
    element('summary', {}, `Data: ${formatNumberOf(rows.length, 'comparison')}`),
    scrollBox(`Every number, ${name}`, table({}, headings, rows)),
  );
}
