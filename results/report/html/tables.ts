import type { Estimate, TrialResult } from '../../delivery-result.ts';
import { capacityCells, deliveryCells, resultLabels } from '../../labels.ts';
import {
  byteUnits,
  formatCount,
  formatNumberOf,
  formatShare,
  formatUs,
  significant,
  UNKNOWN,
  unitFor,
} from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/** A table in a box of its own that scrolls sideways, so that the page never does. */
export function scrollable(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}, can be scrolled sideways" tabindex="0">${table}</div>`;
}

/** The heading of a column of numbers, with what it means for whoever points at it; `id` is what a link leads to. */
export function heading(title: string, unit: string, explanation: string, id: string | null = null): Markup {
  const unitPart = unit === '' ? null : html` <span class="unit">${unit}</span>`;
  return html`<th scope="col" class="number"${id === null ? null : html` id="${id}"`}><abbr title="${explanation}">${title}</abbr>${unitPart}</th>`;
}

function interval(low: number | null, high: number | null, size: number): Markup | null {
  if (low === null || high === null) return null;
  return html`<span class="interval">${significant(low / size)} to ${significant(high / size)}</span>`;
}

function number(value: number | null, size: number, spread: Markup | null = null): Markup {
  return html`<td>${value === null ? UNKNOWN : significant(value / size)}${spread}</td>`;
}

function trialRow(trial: TrialResult): Markup {
  const { latencyUs, deliveries } = trial;
  const us = (value: Estimate | number | null) =>
    html`<td>${value === null ? UNKNOWN : formatUs(typeof value === 'number' ? value : value.value)}</td>`;
  const faults: [string, number][] = [
    ['missing', deliveries.missing],
    ['duplicated', deliveries.duplicated],
    ['out of order', deliveries.outOfOrder],
    ['corrupted', deliveries.corrupted],
  ];
  const wrong = faults.filter(([, count]) => count > 0).map(([word, count]) => `${formatCount(count)} ${word}`);
  return html`<tr><th scope="row" class="number">${trial.trial}</th><td>${formatCount(latencyUs.events)}</td><td>${formatCount(Math.round(latencyUs.effectiveEvents))}</td>${us(latencyUs.min)}${us(latencyUs.p50)}${us(latencyUs.p90)}${us(latencyUs.p99)}${us(latencyUs.max)}${us(trial.publisher.latenessUs?.p99 ?? null)}<td>${formatCount(deliveries.delivered)} / ${formatCount(deliveries.expected)}${wrong.length > 0 ? html` <strong class="flag">${wrong.join(', ')}</strong>` : null}</td><td>${significant(trial.driverUsage.eventLoopUtilization)}</td><td>${trial.validity.ok ? 'yes' : html`<strong class="flag">no</strong>`}</td><td>${trial.seed}</td></tr>
`;
}

/** Every trial of every completed cell, folded away. */
export function trialTables(document: RunDocument): Markup | null {
  const results = deliveryCells(document);
  const labels = resultLabels(results);
  if (results.length === 0) return null;
  return html`${results.map((result) => {
    const label = labels.get(result.cell.id) ?? result.cell.id;
    const table = html`<table><thead><tr><th scope="col">Trial</th><th scope="col">Events</th><th scope="col">Effective events</th><th scope="col">min</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">max</th><th scope="col">Publisher late, p99</th><th scope="col">Delivered / expected</th><th scope="col">Busiest worker</th><th scope="col">Valid</th><th scope="col">Seed</th></tr></thead><tbody>
${result.trials.map(trialRow)}</tbody></table>`;
    return html`<details><summary>${label}: ${formatNumberOf(result.trials.length, 'trial')}, ${formatNumberOf(result.latencyUs.events, 'event')} that tell as much as ${formatCount(Math.round(result.latencyUs.effectiveEvents))} independent ones</summary>${scrollable(`Trials of ${label}`, table)}</details>
`;
  })}`;
}

/** The request ceiling, which is another experiment and has no column in common with the headline. */
export function capacityTable(document: RunDocument): Markup | null {
  const results = capacityCells(document);
  if (results.length === 0) return null;
  const rows = results.map((result) => {
    const { requestsPerSec: rate, serverCpuUsPerRequest: cpu, receivedBytesPerRequest: bytes, validity } = result;
    const { responseUs, driverUtilization } = result;
    const unit = unitFor(byteUnits, bytes);
    return html`<tr${validity.ok ? null : html` class="invalid"`}><th scope="row">${result.cell.server}${validity.ok ? null : html` <strong class="flag">not valid</strong>`}</th><td>${formatCount(result.cell.connections)}</td>${number(rate.value, 1, interval(rate.low, rate.high, 1))}${number(cpu?.value ?? null, 1, interval(cpu?.low ?? null, cpu?.high ?? null, 1))}${number(responseUs?.p50 ?? null, 1000)}${number(responseUs?.p99 ?? null, 1000)}<td>${formatShare(driverUtilization)}</td><td>${significant(bytes / unit.size)} ${unit.symbol}</td><td>${formatCount(result.errors)}</td><td>${result.trials.length}</td></tr>
`;
  });
  const table = html`<table><thead><tr><th scope="col">Server</th><th scope="col">Connections</th><th scope="col">Requests <span class="unit">/s</span></th><th scope="col">Server CPU <span class="unit">us/request</span></th><th scope="col">Response p50 <span class="unit">ms</span></th><th scope="col">Response p99 <span class="unit">ms</span></th><th scope="col">Driver busy</th><th scope="col">Received per request</th><th scope="col">Errors</th><th scope="col">Trials</th></tr></thead><tbody>
${rows}</tbody></table>`;
  return html`<section aria-labelledby="capacity">${sectionHeading('capacity', 'Request ceiling of polling')}
<p>Each connection asks again as soon as it is answered. There is no feed and so no delivery latency; the figure is how many polls a server could answer at most, with the driver on the same machine. With a driver that is busy most of the time, the server could answer more.</p>
${scrollable('Request ceiling', table)}</section>
`;
}
