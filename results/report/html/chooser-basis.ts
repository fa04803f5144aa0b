import { latencyModelName, latencyTolerance } from '../../advice/expected-latency.ts';
import { type Forecast, forecast, PROCESS_BUSY_MOST } from '../../advice/forecast.ts';
import { type AdviceModel, isAsked, type MeasuredPoint, needsAt, type TransportModel } from '../../advice/model.ts';
import { headersWords, scales } from '../../advice/needs.ts';
import { formatBytes, formatShare, formatUs, keepUnits, significant, UNKNOWN } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { scrollable } from './tables.ts';

/** More rows than these are left to the data. */
const MOST_ROWS = 40;
/** Less is the rounding of a mean. */
const SMALLEST_SHARE = 1e-4;

interface NamedPoint {
  name: string;
  model: TransportModel;
  point: MeasuredPoint;
}

/** The points, each with its transport and only those parameters that tell it from others. */
function namedPoints({ transports }: AdviceModel): NamedPoint[] {
  const all = transports.flatMap((model) => model.points.map((point) => ({ model, point })));
  const differs = (read: (point: MeasuredPoint) => unknown) =>
    new Set(all.map(({ point }) => read(point)).filter((value) => value !== null)).size > 1;
  const parameters = scales.flatMap(({ quantity, words }) =>
    quantity !== 'toleratedLatencyMs' && differs(({ at }) => at[quantity]) ? [{ quantity, words }] : [],
  );
  const hasHeaders = differs(({ at }) => at.headers);
  return all.slice(0, MOST_ROWS).map(({ model, point }) => {
    const numbers = parameters.flatMap(({ quantity, words }) => {
      const value = point.at[quantity];
      return value === null ? [] : [words(value)];
    });
    const said = [...numbers, ...(hasHeaders ? [headersWords(point.at.headers)] : [])];
    return { name: said.length === 0 ? model.label : `${model.label} (${said.join(', ')})`, model, point };
  });
}

function number(value: number | null, format: (value: number) => string): Markup {
  return html`<td>${value === null || !Number.isFinite(value) ? UNKNOWN : keepUnits(format(value))}</td>`;
}

/** Measured, expected, and by how much of the measured they differ. */
function beside(measured: number | null, expected: number | null, format: (value: number) => string): Markup {
  const difference = measured === null || expected === null || measured === 0 ? null : expected / measured - 1;
  const signed = (share: number) => {
    if (Math.abs(share) < SMALLEST_SHARE) return '0 %';
    return `${share < 0 ? '−' : '+'}${formatShare(Math.abs(share))}`;
  };
  return html`${number(measured, format)}${number(expected, format)}${number(difference, signed)}`;
}

const latencyOf = ({ latencyUs }: Forecast) => ('valueUs' in latencyUs ? latencyUs.valueUs : null);

/** The models at the parameters of the cells that they were calibrated with. */
function repeated(points: readonly NamedPoint[]): Markup {
  const rows = points.map(({ name, model, point }) => {
    const { latencyUs, wireBytesPerSec, deliveriesPerSec, requestsPerSec } = point.measured;
    const mean = forecast(model, needsAt(point, 'mean'));
    const expectedDeliveriesPerSec = point.at.subscribers * point.at.eventsPerSec;
    const bytes = mean.traffic === null ? null : mean.traffic.wireBytesPerSec / expectedDeliveriesPerSec;
    return html`<tr><th scope="row">${name}</th>${beside(latencyUs.mean?.value ?? null, latencyOf(mean), formatUs)}${beside(wireBytesPerSec / deliveriesPerSec, bytes, formatBytes)}${beside(requestsPerSec, mean.traffic?.requestsPerSec ?? null, significant)}</tr>
`;
  });
  const quantities = ['Mean latency', 'Bytes per delivery', 'Requests /s'];
  const table = html`<table><thead><tr><th rowspan="2" scope="col">Cell</th>${quantities.map((quantity) => html`<th colspan="3" scope="colgroup">${quantity}</th>`)}</tr>
<tr>${quantities.map(() => html`<th scope="col" class="number">measured</th><th scope="col" class="number">expected</th><th scope="col" class="number">differs</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`;
  return scrollable('How well the models repeat what was measured', table);
}

/** The constants that the models were given. */
function constants(points: readonly NamedPoint[]): Markup {
  const rows = points.map(({ name, model, point: { constants: of } }) => {
    const perUnit = (us: number) => `${formatUs(us)} per ${isAsked(model.transport) ? 'request' : 'delivery'}`;
    return html`<tr><th scope="row">${name}</th>${number(of.serverCpuUsPerUnit, perUnit)}${number(of.responseHeadBytes, formatBytes)}${number(of.pollResponseUs, formatUs)}${number(of.firstUs, formatUs)}${number(of.meanSpreadUsPerSubscriber, formatUs)}${number(of.lastSpreadUsPerSubscriber, formatUs)}${number(isAsked(model.transport) ? null : of.busyUsPerSubscriber, formatUs)}${number(of.medianRatio, significant)}${number(of.tailUs, formatUs)}</tr>
`;
  });
  const titles = [
    'Server CPU',
    'Head of an answer',
    'Response time of a poll',
    'Quiet event, to the first subscriber',
    'to each further one, mean',
    'to each further one, last',
    'Busy per subscriber',
    'p50 / model',
    'p99 beyond the model',
  ];
  const table = html`<table><thead><tr><th scope="col">Cell</th>${titles.map((title) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>`;
  return scrollable('Constants of the models', table);
}

/** What is modelled, with what, and how well the models repeat the cells they come from. */
export function chooserBasis(model: AdviceModel): Markup {
  const points = namedPoints(model);
  const models = new Map(model.transports.map((each) => [latencyModelName(each), each]));
  const named = [...models].map(
    ([name, each]) =>
      `${name} (${isAsked(each.transport) ? each.transport : 'push'}, ± ${latencyTolerance(each) * 100} %)`,
  );
  return html`<details><summary>What these figures stand on</summary>
<ul>
<li><strong>Measured</strong>: a valid cell of this run has just these parameters. Bytes, requests and cores are its counts over its measure phases; chance gave them a few events more or fewer than planned.</li>
<li><strong>Arithmetic</strong>: framing and requests to the byte, for events at random times (Poisson). Connections stay open, so handshakes are not counted. A seq has as many digits as in this run; a longer one costs a byte for each further digit and event of sse, and for each poll.</li>
<li><strong>Model</strong>: ${named.join('; ')}. It is given how long events took in this run that met a quiet server, the processor time of a delivery, and the response time of a poll. Percentiles of push and long-polling are calibrated: p50 is that of the model times what it was of it in this run, and what p99 was above the model is added to every p99. Between measured cells constants are interpolated over the logarithms of the parameters; outside they stay those of the nearest cell, and the “up to” below a latency allows besides for the square root of the factor by which subscribers are outside, or events or payload above.</li>
<li><strong>Server cores</strong>: processor time of a request of polling and long-polling, or of a delivery of the others. The request ceiling of polling, where it was measured, says what a request costs a busy server. A process is given at most ${PROCESS_BUSY_MOST * 100} % of a core, and further processes have cores of their own.</li>
<li><strong>Not in any figure</strong>: networks with a latency, proxies, TLS, compression, packets lost, subscribers that come and go; the headers of TCP and IP.</li>
</ul>
<h4>The models at the parameters of this run</h4>
${repeated(points)}
<h4>Constants of this run</h4>
${constants(points)}</details>
`;
}
