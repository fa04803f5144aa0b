import type { CompletedCell } from '../../delivery-result.ts';
import { type ComparableGroup, marked } from '../../labels.ts';
import {
  byteUnits,
  formatBytes,
  formatChosenBytes,
  formatChosenUs,
  formatUs,
  timeUnits,
  UNKNOWN,
  type Unit,
  unitForAll,
} from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { type Axis, bottomAxis, linearAxis, type PlotArea, px } from './axis.ts';
import { rowName, rowNamesRoom } from './bar-rows.ts';
import { dataTable, valueText } from './data-table.ts';
import { CHART_WIDTH, type ChartParts, drawing } from './figure.ts';
import { seriesGroup, seriesStyles } from './series.ts';
import { textWidthPx } from './text.ts';
import { texturePath } from './textures.ts';

/** A value of a cell, with that of each trial; null where it is not known. */
interface TrialValues {
  value: number | null;
  trials: number[];
}

/** What a panel shows: the server's part and the driver's. */
interface Cost {
  title: string;
  units: readonly Unit[];
  format(value: number): string;
  formatTick(value: number): string;
  server(result: CompletedCell): TrialValues;
  driver(result: CompletedCell): TrialValues;
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

const costs: readonly Cost[] = [
  {
    title: 'CPU per delivery',
    units: timeUnits,
    format: formatUs,
    formatTick: formatChosenUs,
    server: ({ serverUsage, trials }) => ({
      value: serverUsage.cpuUsPerDelivery,
      trials: known(trials.map((trial) => trial.serverUsage.cpuUsPerDelivery)),
    }),
    driver: ({ driverUsage, trials }) => ({
      value: driverUsage.cpuUsPerDelivery,
      trials: known(trials.map((trial) => trial.driverUsage.cpuUsPerDelivery)),
    }),
  },
  {
    title: 'memory per subscriber',
    units: byteUnits,
    format: formatBytes,
    formatTick: formatChosenBytes,
    server: ({ serverUsage, trials }) => ({
      value: serverUsage.rssBytesPerSubscriber,
      trials: known(trials.map((trial) => trial.serverUsage.rssBytesPerSubscriber)),
    }),
    driver: ({ subscription, trials }) => ({
      value: subscription.driverRssBytesPerSubscriber,
      trials: trials.map((trial) => trial.subscription.driverRssBytesPerSubscriber),
    }),
  },
];

const parts = ['server', 'driver'] as const;

/** A panel of bars. */
interface Panel {
  cost: Cost;
  axis: Axis;
  area: PlotArea;
}

const TOP_PX = 34;
const AXIS_PX = 46;
const ROW_PX = 46;
const BAR_PX = { server: 18, driver: 12 };
const BAR_GAP_PX = 3;
const PANEL_GAP_PX = 20;
const CAP_PX = 3;
const BAR_NAMES = { server: 'server', driver: 'driver, which measures' };

function reach({ value, trials }: TrialValues): number[] {
  return value === null ? [] : [value, ...trials];
}

function panelsOf(results: readonly CompletedCell[], left: number, top: number, bottom: number): Panel[] {
  const shown = costs.filter((cost) => results.some((result) => cost.server(result).value !== null));
  const width = (CHART_WIDTH - left - PANEL_GAP_PX * (shown.length - 1)) / Math.max(1, shown.length);
  return shown.map((cost, at) => {
    const values = results.flatMap((result) => parts.flatMap((part) => reach(cost[part](result))));
    const texts = results.flatMap((result) => parts.map((part) => cost[part](result).value ?? 0));
    const room = 14 + Math.max(...texts.map((value) => textWidthPx(cost.format(value))));
    const panelLeft = left + at * (width + PANEL_GAP_PX);
    const area = { left: panelLeft, right: panelLeft + width - room, top, bottom };
    const domain: [number, number] = [Math.min(0, ...values), Math.max(0, ...values)];
    return {
      cost,
      area,
      axis: linearAxis({ domain, range: [area.left, area.right], direction: 'x', format: cost.formatTick }),
    };
  });
}

/** From the smallest to the largest trial; nothing for one trial. */
function spread({ trials }: TrialValues, { scale }: Axis, middle: number): Markup | null {
  if (trials.length < 2) return null;
  const [low, high] = [px(scale(Math.min(...trials))), px(scale(Math.max(...trials)))];
  const caps = [low, high].map((at) => `M${at} ${px(middle - CAP_PX)}v${2 * CAP_PX}`).join('');
  const path = `M${low} ${px(middle)}H${high}${caps}`;
  // Its lower part lies on the bar, whose colour may be as dark as its own.
  return html`<path class="spread-ground" d="${path}"/><path class="spread" d="${path}"/>`;
}

function bar(
  result: CompletedCell,
  label: string,
  part: (typeof parts)[number],
  { cost, axis }: Panel,
  y: number,
): Markup {
  const values = cost[part](result);
  const height = BAR_PX[part];
  const middle = y + height / 2;
  const zero = axis.scale(0);
  if (values.value === null) {
    return html`<text class="value-text" x="${px(zero + 6)}" y="${px(middle + 4)}">${UNKNOWN}</text>`;
  }
  const end = axis.scale(values.value);
  const [x, width] = [Math.min(zero, end), Math.abs(end - zero)];
  const texture = part === 'driver' ? texturePath('rising', { x, y, width, height }) : '';
  const textX = Math.max(...reach(values).map((value) => axis.scale(value)), zero) + 8;
  const text = cost.format(values.value);
  return html`<g class="bar ${part}"><title>${label}, ${part}, ${cost.title}: ${text}</title><rect class="fill" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${height}"/>${texture === '' ? null : html`<path class="texture" d="${texture}"/>`}${spread(values, axis, middle)}<text class="value-text" x="${px(textX)}" y="${px(middle + 4)}">${text}</text></g>`;
}

function legend(): Markup[] {
  let x = 0;
  const swatches = parts.map((part) => {
    const box = { x, y: 4, width: 24, height: 13 };
    const texture = part === 'driver' ? texturePath('rising', box) : '';
    const markup = html`<g class="bar ${part}"><rect class="fill" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"/>${texture === '' ? null : html`<path class="texture" d="${texture}"/>`}</g><text x="${x + 30}" y="15">${BAR_NAMES[part]}</text>
`;
    x = Math.round(x + 30 + textWidthPx(BAR_NAMES[part]) + 18);
    return markup;
  });
  const spreadMark = html`<path class="spread" d="M${x} 11h24M${x} 8v6M${x + 24} 8v6"/><text x="${x + 30}" y="15">smallest to largest trial</text>
`;
  return [...swatches, spreadMark];
}

function table(results: readonly CompletedCell[], names: readonly string[], panels: readonly Panel[]): Markup {
  const columns = panels.flatMap(({ cost }) =>
    parts.map((part) => ({
      title: `${part === 'server' ? 'Server' : 'Driver'} ${cost.title}`,
      unit: unitForAll(
        cost.units,
        results.flatMap((result) => cost[part](result).value ?? []),
      ),
      read: cost[part],
    })),
  );
  return dataTable(
    [{ title: 'Cell' }, ...columns.map(({ title, unit }) => ({ title, unit: unit.symbol }))],
    results.map((result, at) => [
      names[at] as string,
      ...columns.map(({ read, unit }) => {
        const { value, trials } = read(result);
        if (value === null || trials.length < 2) return valueText(value, unit);
        return `${valueText(value, unit)} (${valueText(Math.min(...trials), unit)} to ${valueText(Math.max(...trials), unit)})`;
      }),
    ]),
  );
}

/**
 * The server's CPU per delivery and memory per subscriber as bars, the driver's beside them, each with the spread of its
 * trials. Null where the system tells neither of the server.
 */
export function serverCostChart({ cells, labels }: ComparableGroup): ChartParts | null {
  const names = cells.map((result) => marked(labels.get(result.cell.id) ?? result.cell.id, result));
  const left = rowNamesRoom(names);
  const bottom = TOP_PX + cells.length * ROW_PX;
  const panels = panelsOf(cells, left, TOP_PX, bottom);
  if (panels.length === 0) return null;
  const styles = seriesStyles(cells.map(({ cell }) => cell.transport));
  const rows = cells.map((result, at) => {
    const name = names[at] as string;
    const y = TOP_PX + at * ROW_PX + (ROW_PX - BAR_PX.server - BAR_PX.driver - BAR_GAP_PX) / 2;
    const bars = panels.map((panel) => [
      bar(result, name, 'server', panel, y),
      bar(result, name, 'driver', panel, y + BAR_PX.server + BAR_GAP_PX),
    ]);
    return seriesGroup(
      styles[at] as (typeof styles)[number],
      name,
      html`${rowName(name, left, y + BAR_PX.server / 2)}${bars}`,
    );
  });
  const about = `Server CPU per delivery and memory per subscriber of ${names.join(', ')}. The table has the numbers.`;
  const missing = costs.filter((cost) => panels.every((panel) => panel.cost !== cost)).map(({ title }) => title);
  return {
    chart: drawing(
      about,
      bottom + AXIS_PX,
      html`${legend()}${panels.map(({ axis, area, cost }) => bottomAxis(axis, area, cost.title))}${rows}`,
    ),
    table: table(cells, names, panels),
    note:
      missing.length === 0 ? null : `Not drawn: ${missing.join(', ')}, which this system does not tell of the server.`,
  };
}
