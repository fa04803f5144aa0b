import { deliveryCells, resultLabels } from '../../labels.ts';
import { byteUnits, significant, UNKNOWN, type Unit, unitForAll } from '../../numbers.ts';
import type { Breakdown, CompletedCell, RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import { countedCells, networkReading, retransmissionNote } from '../network-columns.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

/** Bytes of a cell by cause; they add up to the total. */
interface Parts {
  label: string;
  deliveries: number;
  parts: Breakdown & { payload: number; tcpIp?: number };
  packets?: number;
}

const causes: [keyof Parts['parts'], string][] = [
  ['payload', 'Event texts'],
  ['requestHeads', 'Requests with events'],
  ['responseHeads', 'Their answers’ heads'],
  ['framing', 'Framing'],
  ['emptyPolls', 'Empty polls'],
  ['handshakes', 'Handshakes'],
  ['heartbeats', 'Heartbeats'],
  ['tcpIp', 'TCP/IP and ACKs'],
];

/** Two decimals for all, so that a reader can add them up. */
const hundredths = (value: number) => (value === 0 ? '0' : value.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ','));

function causeTable(rows: readonly Parts[]): Markup {
  const shown = causes.filter(([part]) => part !== 'tcpIp' || rows.every(({ parts }) => parts.tcpIp !== undefined));
  const isCounted = shown.length === causes.length;
  const valuesOf = ({ parts, deliveries }: Parts) => shown.map(([part]) => (parts[part] ?? 0) / deliveries);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const unit: Unit = unitForAll(
    byteUnits,
    rows.map((row) => sum(valuesOf(row))),
  );
  const number = (value: number) => html`<td class="number">${hundredths(value / unit.size)}</td>`;
  const lines = rows.map((row) => {
    const packets = isCounted
      ? html`<td class="number">${row.packets === undefined ? UNKNOWN : significant(row.packets / row.deliveries)}</td>`
      : null;
    return html`<tr><th scope="row">${row.label}</th>${valuesOf(row).map(number)}<td class="number"><strong>${hundredths(sum(valuesOf(row)) / unit.size)}</strong></td>${packets}</tr>
`;
  });
  const title = isCounted ? 'IP bytes' : 'Wire bytes';
  const table = html`<table><thead><tr><th scope="col">Per delivery</th>${shown.map(([, name]) => html`<th scope="col" class="number">${name} <span class="unit">${unit.symbol}</span></th>`)}<th scope="col" class="number">= ${title} <span class="unit">${unit.symbol}</span></th>${isCounted ? html`<th scope="col" class="number">Packets</th>` : null}</tr></thead><tbody>
${lines}</tbody></table>`;
  return scrollable('Bytes by cause', table);
}

/** Where the bytes of a delivery went, with packets and TCP/IP where these could be counted; null without deliveries. */
export function bytesByCause(document: RunDocument): Markup | null {
  const results = deliveryCells(document).filter(({ bytes }) => bytes.overheadPerDelivery !== null);
  if (results.length === 0) return null;
  const labels = resultLabels(deliveryCells(document));
  const label = ({ cell }: CompletedCell) => labels.get(cell.id) ?? cell.id;
  const counted = countedCells(results);
  const isCounted = counted.length === results.length;
  const rows: Parts[] = isCounted
    ? counted.map(({ result, network }) => ({
        label: label(result),
        deliveries: network.deliveries,
        parts: network.breakdown,
        packets: network.packets,
      }))
    : results.map((result) => ({
        label: label(result),
        deliveries: result.trials.reduce((sum, trial) => sum + trial.tallies.measure.deliveries, 0),
        parts: { payload: result.bytes.payload, ...result.bytes.breakdown },
      }));
  const reading = isCounted
    ? networkReading(counted)
    : 'Per delivery in the measure phase. Packets and what TCP/IP adds could not be counted on this system.';
  const note = isCounted ? retransmissionNote(counted, label) : null;
  return html`<section aria-labelledby="bytes">${sectionHeading('bytes', 'Bytes by cause')}
<p>${reading} The parts add up to the whole exactly; here they are rounded to hundredths.</p>
${causeTable(rows)}
${note === null ? null : html`<p class="note">${note}</p>`}</section>
`;
}

/** How many events share a response or frame, a write and a read; null without deliveries. */
export function batching(document: RunDocument): Markup | null {
  const results = deliveryCells(document).filter(({ bytes }) => bytes.overheadPerDelivery !== null);
  if (results.length === 0) return null;
  const labels = resultLabels(deliveryCells(document));
  const number = (value: number | null) =>
    html`<td class="number">${value === null ? UNKNOWN : significant(value)}</td>`;
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
