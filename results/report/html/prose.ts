import { deliveryCells } from '../../labels.ts';
import { formatChosenUs, formatCount } from '../../numbers.ts';
import { EVENTS_NEEDED } from '../../percentiles.ts';
import type { RunDocument } from '../../run-document.ts';
import { EQUIVALENCE_MARGIN, fewestTrialsForClaim } from '../../statistics/compare.ts';
import { html, type Markup } from '../markup.ts';
import { sectionHeading } from './section-heading.ts';

/** How the numbers came about, for a reader who was not there. */
export function method(document: RunDocument): Markup {
  const { phases, trialsPerCell } = document.plan;
  const ms = (value: number) => formatChosenUs(value * 1000);
  const cells = deliveryCells(document);
  const subscribers = [...new Set(cells.map((result) => result.cell.subscribers))].join(', ');
  return html`<section aria-labelledby="method">${sectionHeading('method', 'How it was measured')}
<p>A publisher in a process of its own hands events to the server at times fixed in advance, whatever the server and the subscribers do (an open model). Driver workers hold the subscribers${subscribers === '' ? null : html` (${subscribers} in a cell)`}, read their connections and check every event: its number, its order and its checksum.</p>
<p><strong>Latency</strong> is counted from when an event was <em>due</em>, not from when it was published. When a server stalls, events wait to be published; a watch started at publication would leave that wait out (this is called coordinated omission). Both are kept in the run document, and a warning names the difference of their p99 where there is one.</p>
<p><strong>Phases</strong> of a trial: all subscribers connect; ${ms(phases.warmupMs)} of warm-up, whose latencies are not recorded; ${ms(phases.measureMs)} measured; up to ${ms(phases.drainMs)} for events still under way; close. Missing and repeated events are counted over the whole feed, warm-up included.</p>
<p><strong>Overhead</strong> is every byte on the subscribers’ TCP connections in the measure phase, in both directions, less the bytes of the event texts. TCP and IP headers are not in it; where the kernel’s counters can be read, the table of bytes by cause has them, over the whole feed. It is counted, so it has no interval.</p>
<p><strong>Trials and intervals.</strong> A cell is repeated ${trialsPerCell} times, with fresh processes, interleaved with the other cells in a random order. The value of a cell comes from the merged histograms of its trials; percentiles are never averaged. Its interval is a 95 % one, by a bootstrap over trials and over groups of events within them. One transport is called faster than another only if the Mann-Whitney test over their trials, corrected by Holm for all pairs, gives less than 5 % and the interval of their ratio excludes 1: with five transports that takes at least ${fewestTrialsForClaim(10)} trials. They are called the same if that interval lies within ${EQUIVALENCE_MARGIN * 100} %; everything else is undecided.</p>
<p><strong>Percentiles</strong> are shown only if there are enough events. All deliveries of one event share its fate, so events count here and not deliveries, and fewer than there were where neighbouring events are alike: p50 needs ${EVENTS_NEEDED.p50}, p90 ${EVENTS_NEEDED.p90}, p99 ${EVENTS_NEEDED.p99}, p99.9 ${formatCount(EVENTS_NEEDED.p999)}.</p>
</section>
`;
}

const terms: [string, string][] = [
  ['feed', 'The scheduled sequence of events.'],
  ['event', 'One item of the feed, numbered 1, 2, 3 and so on without a hole.'],
  ['delivery', 'One event reaching one subscriber.'],
  ['subscriber', 'One simulated client.'],
  ['transport', 'One way of delivering events: polling, long-polling, sse, http-stream or websocket.'],
  ['server', 'One program that delivers the feed over the transports.'],
  ['cell', 'One combination of server, transport and parameters.'],
  ['trial', 'One repetition of a cell.'],
  ['due', 'When the schedule wanted an event to be published.'],
  ['published', 'When the event was handed to the server.'],
  ['received', 'When the last byte of the event was read by a subscriber.'],
  ['payload bytes', 'The bytes of the event text.'],
  ['wire bytes', 'Every byte on a subscriber’s TCP connection, both directions, TCP and IP headers excluded.'],
  ['overhead', 'Wire bytes less payload bytes.'],
  ['IP bytes', 'Wire bytes with the headers of TCP and IP, and packets that carry nothing but an ACK.'],
  [
    'effective events',
    'As many independent events would tell as much: fewer than there were where neighbours are alike.',
  ],
  ['p50, p90, p99', 'The latency that 50, 90 or 99 % of the deliveries did not exceed.'],
];

/** The words of this report. */
export function glossary(): Markup {
  return html`<section aria-labelledby="glossary">${sectionHeading('glossary', 'Glossary')}
<dl class="terms">${terms.map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>`)}</dl></section>
`;
}
