import { transportIds } from '../../../servers/contract/transports.ts';
import type { DeliveryAnatomy } from '../../anatomy/delivery-anatomy.ts';
import { bytesByKind, type Exchange, exchangeOf } from '../../anatomy/exchange.ts';
import { journeyOf, MOMENTS, type Moment, type MomentId } from '../../anatomy/journey.ts';
import { cellLabels } from '../../labels.ts';
import { formatChosenUs, formatCount, formatList, formatUs, keepUnits, UNKNOWN } from '../../numbers.ts';
import type { RunDocument } from '../../run-document.ts';
import { dataTable } from '../charts/data-table.ts';
import { html, type Markup } from '../markup.ts';
import { anatomyBytes } from './anatomy-bytes.ts';
import { anatomyTimeline, timelineScale } from './anatomy-timeline.ts';
import { sectionHeading } from './section-heading.ts';
import { scrollable } from './tables.ts';

/** More than any plan has; a document with more is shown in part. */
const SHOWN_MAX = 20;
/** All others are told from when the event was due. */
const NOTED: readonly MomentId[] = ['asked', 'published', 'wrote', 'received'];

/** No delivery takes a day; times beyond were not recorded by this tool and cannot be drawn. */
const TIME_MAX_US = 86_400e6;

function canBeDrawn({ publishedUs, receivedUs, subscription, delivery }: DeliveryAnatomy): boolean {
  const timesUs = [publishedUs, receivedUs, ...[...subscription, ...delivery].map(({ atUs }) => atUs)];
  return timesUs.every((atUs) => Math.abs(atUs) < TIME_MAX_US);
}

interface View {
  id: string;
  anatomy: DeliveryAnatomy;
  label: string;
  exchange: Exchange;
  journey: Moment[];
}

/** Bytes that were counted one by one, exact. */
const byteCount = (bytes: number) => `${formatCount(bytes)} B`;

/** Bytes of the messages that brought the event, and of the polls before it. */
function sizes({ exchange: { request, carrier, emptyPolls } }: View) {
  const brought = bytesByKind([request, carrier].filter((message) => message !== null));
  const polls = bytesByKind(emptyPolls.flatMap((poll) => [poll.request, poll.answer]));
  return { ...brought, emptyPolls: polls.head + polls.framing + polls.unread };
}

/** In a few words why this transport looks as it does, with the figures of this event. */
function inWords(view: View): string {
  const { request, carrier, emptyPolls } = view.exchange;
  if (carrier === null) return 'What was recorded does not show the event.';
  const { head, framing, event, emptyPolls: pollBytes } = sizes(view);
  const around = `${byteCount(head + framing)} around ${byteCount(event)} of event`;
  if (request === null)
    return `The connection was open and nobody had to ask: ${byteCount(framing)} of framing around ${byteCount(event)} of event.`;
  if (request.atUs < 0) {
    return `The client had asked ${formatUs(-request.atUs)} before, and the server held the answer until there was an event; heads and framing are ${around}.`;
  }
  const before =
    emptyPolls.length === 0
      ? ''
      : ` The polls since the event before that found nothing took ${byteCount(pollBytes)} more.`;
  return `The event waited for the client to ask, ${formatUs(request.atUs)} after it was due; heads and framing are ${around}.${before}`;
}

/** What stands otherwise in the plan than here, so that nobody takes one for the other. */
function differences({ cell }: DeliveryAnatomy, document: RunDocument): string[] {
  const planned = document.plan.cells.find(
    ({ server, transport, kind }) => kind === 'delivery' && server === cell.server && transport === cell.transport,
  );
  if (planned?.kind !== 'delivery') return [];
  const interval = (options: DeliveryAnatomy['cell']['transportOptions']) =>
    'intervalMs' in options ? options.intervalMs : null;
  const [here, there] = [interval(cell.transportOptions), interval(planned.transportOptions)];
  return [
    ...(here === null || there === null || here === there
      ? []
      : [`polls came every ${formatChosenUs(here * 1000)} and not every ${formatChosenUs(there * 1000)}`]),
    ...(cell.payloadBytes === planned.payloadBytes
      ? []
      : [`an event had ${byteCount(cell.payloadBytes)} and not ${byteCount(planned.payloadBytes)}`]),
  ];
}

/** "243 B head, 1 B framing, 128 B event = 372 B"; null when the event was not seen. */
function countsLine(view: View): Markup | null {
  if (view.exchange.carrier === null) return null;
  const bytes = sizes(view);
  const kinds = (['head', 'framing', 'event', 'heartbeat', 'unread'] as const).filter(
    (kind) => bytes[kind] > 0 || kind === 'head' || kind === 'framing',
  );
  const total = kinds.reduce((sum, kind) => sum + bytes[kind], 0);
  return html`<p class="counts">${kinds.map((kind) => html`<span class="kind ${kind}">${keepUnits(byteCount(bytes[kind]))} ${kind}</span> `)}<strong class="nowrap">= ${keepUnits(byteCount(total))}</strong></p>`;
}

function article(view: View, pxPerUs: number): Markup {
  const { id, anatomy, label, exchange, journey } = view;
  const color = transportIds.indexOf(anatomy.cell.transport);
  return html`<article class="anatomy series-${color}" aria-labelledby="${id}">
<h3 id="${id}"><a href="#${id}">${label}</a></h3>
<p>${keepUnits(inWords(view))}</p>
<div class="anatomy-parts"><div class="anatomy-way">${anatomyTimeline(label, color, journey, pxPerUs)}
${countsLine(view)}</div>
${anatomyBytes(label, exchange)}</div></article>
`;
}

function journeyTable(views: readonly View[]): Markup {
  return dataTable(
    [
      { title: 'Transport' },
      ...NOTED.map((id) => ({ title: MOMENTS[id].name, unit: 'us' })),
      ...['head', 'framing', 'event', 'empty polls'].map((title) => ({ title, unit: 'B' })),
    ],
    views.map((view) => {
      const times = NOTED.map((id) => {
        const moment = view.journey.find((each) => each.id === id);
        return moment === undefined ? UNKNOWN : formatCount(Math.round(moment.atUs));
      });
      const { head, framing, event, emptyPolls } = sizes(view);
      return [view.label, ...times, ...[head, framing, event, emptyPolls].map(formatCount)];
    }),
  );
}

/**
 * How one event of the run reached one subscriber of each transport: its journey as a timeline, next to every byte that
 * crossed for it. Null when none was recorded.
 */
export function anatomy(document: RunDocument): Markup | null {
  const recorded = (document.anatomy ?? []).filter(canBeDrawn).slice(0, SHOWN_MAX);
  if (recorded.length === 0) return null;
  const labels = cellLabels(recorded.map(({ cell }) => cell));
  const views = recorded.map((each, at): View => {
    const { id, transport } = each.cell;
    const before = recorded.slice(0, at).filter(({ cell }) => cell.transport === transport).length;
    const exchange = exchangeOf(each);
    return {
      id: before === 0 ? `anatomy-${transport}` : `anatomy-${transport}-${before + 1}`,
      anatomy: each,
      label: labels.get(id) ?? id,
      exchange,
      journey: journeyOf(each, exchange),
    };
  });
  const pxPerUs = timelineScale(views.map(({ journey }) => journey));
  const unlike = [...new Set(recorded.flatMap((each) => differences(each, document)))];
  return html`<section aria-labelledby="anatomy">${sectionHeading('anatomy', 'Anatomy of a delivery')}
<p>One event of this run on its way to one subscriber of each transport, with every byte that crossed for it above TCP. It was recorded once, before the trials, with a tap between client and server. The tap is one hop more than a trial has, the programs had just started, and one server wrote to all transports, one after another: read here how transports differ, not how fast they are. None of it is in any other figure of this report.${unlike.length === 0 ? null : ` Unlike in the plan, ${keepUnits(formatList(unlike))}.`}</p>
<p>Timelines run from left to right on one scale; a dotted line is waiting, cut at <span class="nowrap">//</span> where it is too long. Times after + are since the moment before. </p>
<ul class="moments">${Object.values(MOMENTS).map(({ name, meaning }) => html`<li><b>${name}</b>: ${meaning}</li>`)}</ul>
<p class="kinds"><span class="kind head">head</span> says who asks for what and in which form. <span class="kind framing">framing</span> says where an event begins and ends. <span class="kind event">event</span> is what the application wanted. <i>\\r\\n</i> and other marked characters are bytes that cannot be seen.</p>
${views.map((view) => article(view, pxPerUs))}<details class="chart-data"><summary>Data<span class="visually-hidden"> of the anatomy of a delivery</span></summary><p class="note">Times are from when the event was due; negative is before.</p>${scrollable('Data of the anatomy of a delivery', journeyTable(views))}</details>
</section>
`;
}
