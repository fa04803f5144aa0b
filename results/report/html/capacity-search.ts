import {
  answerText,
  axisText,
  failedText,
  limitedByText,
  remarkOn,
  searchName,
  whyFailed,
} from '../../capacity/answer-text.ts';
import type { CapacityProbe, CapacitySearchResult } from '../../capacity/capacity-search-section.ts';
import { formatCount, formatShare, formatUs, significant, UNKNOWN } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

/** The answers of a run with --find-capacity, and every probe they come from; null for other runs. */
export function capacitySearch(document: RunDocument): Markup | null {
  const section = document.capacitySearch;
  if (section === undefined) return null;
  const { objective, confirmations, precisionRatio, searches } = section;
  return html`<section aria-labelledby="capacities">${sectionHeading('capacities', 'Capacity')}
<p>The highest value that held <strong>${objective.text}</strong> without loss, and the lowest that did not. A value that holds is doubled, one that does not is halved, and the interval then bisected until its ends differ by a factor of at most ${precisionRatio}. A failure counts when it repeats. The answer held in ${confirmations} further runs, every one with fresh processes. “At least” means that something other than the server was at its limit, or the search at its end, so the server’s own capacity is not known.</p>
${[...Map.groupBy(searches, ({ axis, cell }) => axisText(axis, cell))].map(([title, those]) => answerTable(title, those))}${searches.map((search) => probeTable(search, searches))}</section>
`;
}

function answerTable(title: string, searches: readonly CapacitySearchResult[]): Markup {
  const rows = searches.map(
    (search) =>
      html`<tr><th scope="row">${searchName(search, searches)}</th><td>${answerText(search.answer)}</td><td>${failedText(search.answer)}</td><td class="text">${whyFailed(search)}</td><td class="text">${limitedByText(search)}</td><td class="text">${remarkOn(search)}</td></tr>
`,
  );
  const table = html`<table><thead><tr><th scope="col">Transport</th><th scope="col">Capacity</th><th scope="col">Failed at</th><th scope="col">Because</th><th scope="col">Limited by</th><th scope="col">Evidence</th></tr></thead><tbody>
${rows}</tbody></table>`;
  return html`<h3>${title}</h3>
${scrollable(title, table)}
`;
}

function probeRow({ value, purpose, held, reasons, measured }: CapacityProbe): Markup {
  const us = (latency: { value: number } | null | undefined) => (latency == null ? UNKNOWN : formatUs(latency.value));
  const share = (fraction: number | null | undefined) => (fraction == null ? UNKNOWN : formatShare(fraction));
  const machine = measured?.machine;
  const deliveries = measured?.deliveries;
  return html`<tr><th scope="row" class="number">${formatCount(value)}</th><td class="words">${purpose}</td><td class="words">${held ? 'yes' : 'no'}</td><td class="text">${reasons.join(', ')}</td><td>${us(measured?.latencyUs.p50)}</td><td>${us(measured?.latencyUs.p99)}</td><td>${deliveries === undefined ? UNKNOWN : `${formatCount(deliveries.delivered)} / ${formatCount(deliveries.expected)}`}</td><td>${measured?.serverCores == null ? UNKNOWN : significant(measured.serverCores)}</td><td>${share(measured?.driverUtilization)}</td><td>${machine == null ? UNKNOWN : `${significant(machine.idleCores)} of ${machine.cores}`}</td></tr>
`;
}

function probeTable(search: CapacitySearchResult, all: readonly CapacitySearchResult[]): Markup | null {
  if (search.probes.length === 0) return null;
  const name = `${searchName(search, all)}, ${axisText(search.axis, search.cell)}`;
  const table = html`<table><thead><tr><th scope="col">Value</th><th scope="col">Purpose</th><th scope="col">Held</th><th scope="col">Why not</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">Delivered / expected</th><th scope="col">Server, cores</th><th scope="col">Busiest worker</th><th scope="col">Idle cores</th></tr></thead><tbody>
${search.probes.map(probeRow)}</tbody></table>`;
  return html`<details><summary>Probes of ${name}: ${search.probes.length}</summary>${scrollable(`Probes of ${name}`, table)}</details>
`;
}
