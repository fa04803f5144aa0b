import type { CompletedCell } from '../../delivery-result.ts';
import { type ComparableGroup, compareCells, deliveryCells, marked, resultLabels } from '../../labels.ts';
import { byteUnits, formatBytes, keepUnits, significant, UNKNOWN, type Unit, unitForAll } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { type BytesRow, bytesByCauseChart, isMagnified } from '../charts/bytes-by-cause.ts';
import {
  type BytesParts,
  bytesParts,
  bytesPerDelivery,
  countedCauses,
  perDelivery,
} from '../charts/bytes-by-cause-parts.ts';
import { drawnCells, drawnGroups } from '../charts/drawn-groups.ts';
import { chartFigure } from '../charts/figure.ts';
import { html, type Markup } from '../markup.ts';
import { countedCells, networkReading, retransmissionNote } from '../network-columns.ts';
import { invalidNote } from './invalid-note.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

const MOST_BARS = 40;
const FIGURE_ID = 'bytes-by-cause';

/** Two decimals for all, so that a reader can add them up. */
const hundredths = (value: number) => (value === 0 ? '0' : value.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ','));

function causeTable(rows: readonly BytesRow[]): Markup {
  const shown = countedCauses(rows);
  const isCounted = rows.every(({ packets }) => packets !== undefined);
  const unit: Unit = unitForAll(byteUnits, rows.map(bytesPerDelivery));
  const number = (value: number) => html`<td>${hundredths(value / unit.size)}</td>`;
  const lines = rows.map((row) => {
    const packets = isCounted
      ? html`<td>${row.packets === undefined ? UNKNOWN : significant(row.packets / row.deliveries)}</td>`
      : null;
    return html`<tr><th scope="row">${row.label}</th>${shown.map((cause) => number(perDelivery(row, cause)))}<td><strong>${hundredths(bytesPerDelivery(row) / unit.size)}</strong></td>${packets}</tr>
`;
  });
  const title = isCounted ? 'IP bytes' : 'Wire bytes';
  return html`<table><thead><tr><th scope="col">Per delivery</th>${shown.map(({ name }) => html`<th scope="col" class="number">${name} <span class="unit">${unit.symbol}</span></th>`)}<th scope="col" class="number">= ${title} <span class="unit">${unit.symbol}</span></th>${isCounted ? html`<th scope="col" class="number">Packets</th>` : null}</tr></thead><tbody>
${lines}</tbody></table>`;
}

/** What one bar says, so that a reader can find it and know how the others are to be read. */
function example(rows: readonly BytesRow[]): string {
  const valid = rows.filter(({ result }) => result.validity.ok);
  const row = valid.sort((a, b) => bytesPerDelivery(b) - bytesPerDelivery(a))[0];
  if (row === undefined) return '';
  const [largest] = countedCauses([row])
    .filter(({ part }) => part !== 'payload')
    .map((cause) => ({ words: cause.words, bytes: perDelivery(row, cause) }))
    .sort((a, b) => b.bytes - a.bytes);
  const most =
    largest === undefined || largest.bytes === 0 ? '' : `, ${formatBytes(largest.bytes)} of them ${largest.words}`;
  return ` Here a delivery of ${row.label} takes ${formatBytes(bytesPerDelivery(row))}${most}.`;
}

function firstReading(rows: readonly BytesRow[]): string {
  const magnified = isMagnified(rows) ? ' At the right the same bars are magnified; those with a torn end go on.' : '';
  return `A bar is everything that one delivery takes on the network; its parts are what took it. Short is cheap; what is not event text is overhead.${example(rows)}${magnified}`;
}

/** A figure for each of these groups that has bytes. */
function figures(groups: readonly ComparableGroup[], parts: readonly BytesParts[]): Markup[] {
  const drawn = groups.flatMap((whole) => {
    const { group, note } = drawnCells(whole, MOST_BARS);
    const rows = parts
      .filter(({ result }) => group.cells.includes(result))
      .map((row) => ({
        ...row,
        label: marked(group.labels.get(row.result.cell.id) ?? row.result.cell.id, row.result),
      }));
    const chart = bytesByCauseChart(rows);
    return chart === null ? [] : [{ title: group.title, note, rows, chart }];
  });
  return drawn.map(({ title, note, rows, chart }, at) =>
    chartFigure({
      id: at === 0 ? FIGURE_ID : `${FIGURE_ID}-${at + 1}`,
      title: `Bytes per delivery by cause${title === '' ? '' : `, ${title}`}`,
      reading:
        at === 0
          ? keepUnits(firstReading(rows))
          : html`To be read as <a href="#${FIGURE_ID}">the first of these charts</a>; its scale is its own.`,
      chart,
      table: causeTable(rows),
      note,
    }),
  );
}

/** Where the bytes of a delivery went, with packets and TCP/IP where these could be counted; null without deliveries. */
export function bytesByCause(document: RunDocument): Markup | null {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  const label = ({ cell }: CompletedCell) => labels.get(cell.id) ?? cell.id;
  const parts = bytesParts(results);
  if (parts.length === 0) return null;
  const counted = countedCells(parts.map(({ result }) => result));
  const isCounted = counted.length === parts.length;
  const reading = isCounted
    ? networkReading(counted)
    : 'Per delivery in the measure phase. Packets and what TCP/IP adds could not be counted on this system.';
  const { groups, note } = drawnGroups(compareCells(document));
  const sentAgain = isCounted ? retransmissionNote(counted, label) : null;
  return html`<section aria-labelledby="bytes">${sectionHeading('bytes', 'Bytes by cause')}
<p>${reading} The parts add up to the whole exactly; in the tables they are rounded to hundredths.</p>
${figures(groups, parts)}${[note, sentAgain].map((text) =>
  text === null
    ? null
    : html`<p class="note">${text}</p>
`,
)}${invalidNote(parts.map(({ result }) => result))}</section>
`;
}

/** How many events share a response or frame, a write and a read; null without deliveries. */
export function batching(document: RunDocument): Markup | null {
  const results = deliveryCells(document).filter(({ bytes }) => bytes.overheadPerDelivery !== null);
  if (results.length === 0) return null;
  const labels = resultLabels(deliveryCells(document));
  const number = (value: number | null) => html`<td>${value === null ? UNKNOWN : significant(value)}</td>`;
  const rows = results.map(
    ({ cell, batching: { eventsPerEnvelope, eventsPerRead, eventsPerWrite } }) =>
      html`<tr><th scope="row">${labels.get(cell.id) ?? cell.id}</th>${[eventsPerEnvelope, eventsPerWrite, eventsPerRead].map(number)}</tr>
`,
  );
  const table = html`<table><thead><tr><th scope="col">Events, on average</th><th scope="col" class="number">per response, chunk or frame</th><th scope="col" class="number">per write of the server</th><th scope="col" class="number">per read of a subscriber</th></tr></thead><tbody>
${rows}</tbody></table>`;
  return html`<section aria-labelledby="batching">${sectionHeading('batching', 'Batching')}
<p>Events that share a response share its heads; events that share a write or a read share the cost of that system call. A transport can be cheap because its events wait for each other: compare with its latency. Writes are all write system calls of the server, also those to other receivers than subscribers.</p>
${scrollable('Batching', table)}</section>
`;
}
