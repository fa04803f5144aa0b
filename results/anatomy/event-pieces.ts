import { readEventHead } from '../../servers/contract/event-text.ts';
import { textPiece, type WirePiece } from './piece.ts';

/** How a transport lays events out as text: the lines of an event stream (WHATWG HTML 9.2.6), or one line for each. */
export type EventLayout = 'event-stream' | 'lines';

const LF = 0x0a;
const SPACE = ' ';

/** An event as it was published. */
export function eventPiece(text: Buffer): WirePiece {
  return textPiece('event', text, 'The event, byte for byte as it was published.');
}

/** The seqs of the events among these pieces. */
export function seqsOf(pieces: readonly WirePiece[]): number[] {
  return pieces.flatMap(({ kind, bytes }) => {
    const head = kind === 'event' ? readEventHead(bytes, 0, bytes.length) : null;
    return head === null ? [] : [head.seq];
  });
}

/** The pieces of a text that holds whole events. Every byte is in one of them, in order. */
export function eventPieces(data: Buffer, layout: EventLayout): WirePiece[] {
  const pieces: WirePiece[] = [];
  for (let start = 0; start < data.length; ) {
    const feed = data.indexOf(LF, start);
    let end = feed < 0 ? data.length : feed;
    const line = data.subarray(start, end);
    if (feed >= 0) end += 1;
    // In an event stream the line feed of an empty line ends the event, and the two are shown as one.
    if (layout === 'event-stream' && line.length > 0 && data[end] === LF) end += 1;
    const lineEnd = data.subarray(start + line.length, end);
    pieces.push(...(layout === 'lines' ? plainLine(line, lineEnd) : fieldLine(line, lineEnd)));
    start = end;
  }
  return pieces.filter(({ bytes }) => bytes.length > 0);
}

function plainLine(line: Buffer, lineEnd: Buffer): WirePiece[] {
  const piece =
    line.toString('latin1') === SPACE
      ? textPiece('heartbeat', line, 'A line of one space: no event, only a sign of life.')
      : eventPiece(line);
  return [piece, textPiece('framing', lineEnd, 'A line feed ends the event.')];
}

function fieldLine(line: Buffer, lineEnd: Buffer): WirePiece[] {
  const text = line.toString('latin1');
  const isLast = text === '' || lineEnd.length > 1;
  const end = textPiece('framing', lineEnd, isLast ? 'An empty line ends the event.' : 'Ends the line.');
  if (text.startsWith(':')) return [textPiece('heartbeat', line, 'A comment: no event, only a sign of life.'), end];
  if (text.startsWith('data:')) {
    const valueStart = text.startsWith('data: ') ? 'data: '.length : 'data:'.length;
    const name = textPiece('framing', line.subarray(0, valueStart), 'What follows on this line is the event.');
    return [name, eventPiece(line.subarray(valueStart)), end];
  }
  const purpose = text.startsWith('id:')
    ? 'The number of the event: a client that reconnects goes on after it.'
    : 'A field of the event.';
  if (isLast) return [textPiece('framing', line, purpose), end];
  return [textPiece('framing', Buffer.concat([line, lineEnd]), purpose)];
}
