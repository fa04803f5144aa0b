import type { Exchange, WireMessage } from '../../anatomy/exchange.ts';
import { sizeOf, type WirePiece } from '../../anatomy/piece.ts';
import { formatCount, formatNumberOf, formatUs, keepUnits } from '../../numbers.ts';
import { html, type Markup } from '../markup.ts';
import { scrollable } from './tables.ts';
import { hexBytes, visibleText } from './visible-bytes.ts';

/** Bounds of what is shown; what a delivery needs is far below them. */
const PIECES_SHOWN = 40;
const MESSAGES_SHOWN = 8;

/** "119 ms after the event was due"; of an answer "650 us after the request". */
function whenText({ atUs }: WireMessage, request: WireMessage | null): string {
  if (request !== null) return `${formatUs(atUs - request.atUs)} after the request`;
  return `${formatUs(Math.abs(atUs))} ${atUs < 0 ? 'before' : 'after'} the event was due`;
}

function nameOf({ role, direction }: WireMessage): string {
  switch (role) {
    case 'request':
      return 'Request of the client';
    case 'answer':
    case 'empty answer':
      return 'Answer of the server';
    default:
      return direction === 'sent' ? 'Written by the client' : 'Written by the server';
  }
}

function pieceRow({ kind, bytes, purpose, isBinary }: WirePiece): Markup {
  const shown = isBinary ? html`<i>${hexBytes(bytes.subarray(0, 64))}</i>` : visibleText(bytes);
  return html`<tr class="${kind}"><td>${formatCount(bytes.length)}</td><td>${kind}</td><td><code>${shown}</code></td><td>${purpose}</td></tr>
`;
}

function messageRows(message: WireMessage, before: WireMessage | undefined): Markup {
  const shown = message.pieces.slice(0, PIECES_SHOWN);
  const rest = message.pieces.slice(PIECES_SHOWN);
  const request = before?.role === 'request' && message.role.endsWith('answer') ? before : null;
  const more =
    rest.length === 0
      ? null
      : html`<tr><td>${formatCount(sizeOf(rest))}</td><td colspan="3">${formatNumberOf(rest.length, 'more piece')}, not shown</td></tr>
`;
  return html`<tbody><tr class="message"><th colspan="4" scope="rowgroup">${nameOf(message)}, ${keepUnits(`${formatCount(sizeOf(message.pieces))} B, ${whenText(message, request)}`)}</th></tr>
${shown.map(pieceRow)}${more}</tbody>
`;
}

function messagesTable(label: string, messages: readonly WireMessage[]): Markup {
  const left = messages.length - MESSAGES_SHOWN;
  const table = html`<table class="wire"><thead><tr><th scope="col" class="number">B</th><th scope="col">Kind</th><th scope="col">Bytes</th><th scope="col">What for</th></tr></thead>
${messages.slice(0, MESSAGES_SHOWN).map((message, at) => messageRows(message, messages[at - 1]))}</table>`;
  return html`${scrollable(label, table)}${left > 0 ? html`<p class="note">${formatNumberOf(left, 'more message')} not shown.</p>` : null}`;
}

/** Bytes of messages by direction, in words: "58 B sent and 329 B received". */
function sizesInWords(messages: readonly WireMessage[]): string {
  const of = (direction: WireMessage['direction']) =>
    messages.filter((message) => message.direction === direction).reduce((sum, { pieces }) => sum + sizeOf(pieces), 0);
  const parts = [
    { bytes: of('sent'), word: 'sent' },
    { bytes: of('received'), word: 'received' },
  ].filter(({ bytes }) => bytes > 0);
  return parts.length === 0
    ? 'nothing'
    : parts.map(({ bytes, word }) => `${formatCount(bytes)} B ${word}`).join(' and ');
}

function folded(summary: string, table: Markup): Markup {
  return html`<details class="wire-more"><summary>${keepUnits(summary)}</summary>${table}</details>
`;
}

/**
 * The bytes that crossed around a delivery as text, piece by piece with what each is for: those that brought the event, and
 * folded away how the client subscribed, one of the polls that found nothing, and what else crossed meanwhile.
 */
export function anatomyBytes(label: string, { subscription, emptyPolls, request, carrier, others }: Exchange): Markup {
  const brought = [request, carrier].filter((message) => message !== null);
  const [poll] = emptyPolls;
  const polled = emptyPolls.flatMap((each) => [each.request, each.answer]);
  return html`<div class="anatomy-bytes">${brought.length === 0 ? null : messagesTable(`Bytes that brought the event over ${label}`, brought)}
${poll === undefined ? null : folded(`${formatNumberOf(emptyPolls.length, 'poll')} before it, answered with nothing: ${sizesInWords(polled)}`, messagesTable(`A poll of ${label} that found nothing`, [poll.request, poll.answer]))}${others.length === 0 ? null : folded(`Also crossed meanwhile: ${sizesInWords(others)}`, messagesTable(`What else crossed over ${label}`, others))}${subscription.length === 0 ? null : folded(`To subscribe, once: ${sizesInWords(subscription)}`, messagesTable(`How the client subscribed to ${label}`, subscription))}</div>
`;
}
