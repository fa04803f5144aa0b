import { type EventLayout, eventPieces } from './event-pieces.ts';
import { headerPurpose } from './header-purposes.ts';
import { textPiece, type WirePiece } from './piece.ts';

const LF = 0x0a;

/** The head of a request or an answer (RFC 9112, section 2.1), line by line. */
export interface HttpHead {
  pieces: WirePiece[];
  /** Where the body begins, or what there is of the stream ends. */
  end: number;
  /** Of an answer; null of a request, or when it cannot be read. */
  status: number | null;
  /** The value of a field, its name in lower case; the last when there are several. */
  fields: ReadonlyMap<string, string>;
}

/** Reads the head that begins at `start`, or as much of it as there is. */
export function readHead(stream: Buffer, start: number, direction: 'sent' | 'received'): HttpHead {
  const pieces: WirePiece[] = [];
  const fields = new Map<string, string>();
  let status: number | null = null;
  let at = start;
  while (at < stream.length) {
    const feed = stream.indexOf(LF, at);
    const end = feed < 0 ? stream.length : feed + 1;
    const bytes = stream.subarray(at, end);
    const line = bytes.toString('latin1').trimEnd();
    const isFirst = at === start;
    at = end;
    if (line === '') {
      pieces.push(textPiece('head', bytes, 'An empty line ends the head.'));
      break;
    }
    if (isFirst) {
      status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(line)?.[1] ?? Number.NaN) || null;
      pieces.push(textPiece('head', bytes, direction === 'sent' ? requestPurpose(line) : statusPurpose(status)));
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*):?\s*(.*)$/.exec(line) ?? [];
    fields.set(name.toLowerCase(), value);
    pieces.push(textPiece('head', bytes, headerPurpose(name, value, direction)));
  }
  return { pieces, end: at, status, fields };
}

function requestPurpose(line: string): string {
  const after = /[?&]after=(\d+)/.exec(line)?.[1];
  if (after === undefined) return 'What is asked for.';
  return after === '0' ? 'Asks for all events from the first on.' : `Asks for the events after number ${after}.`;
}

function statusPurpose(status: number | null): string {
  switch (status) {
    case 101:
      return 'Agreed: from here on this connection speaks WebSocket.';
    case 200:
      return 'Accepted: what was asked for follows.';
    case 204:
      return 'There is no event yet, and no body follows.';
    default:
      return 'How the request ended.';
  }
}

/** A chunk of the chunked transfer coding (RFC 9112, section 7.1). */
export interface Chunk {
  pieces: WirePiece[];
  end: number;
  /** The chunk of size 0, which ends the body. */
  isLast: boolean;
}

/** Reads the chunk that begins at `start`, or null when no chunk begins there. */
export function readChunk(stream: Buffer, start: number, layout: EventLayout): Chunk | null {
  const [sizeLine, digits] =
    /^([0-9a-f]{1,8})(?:;[^\r\n]*)?\r\n/i.exec(stream.toString('latin1', start, start + 200)) ?? [];
  if (sizeLine === undefined || digits === undefined) return null;
  const size = Number.parseInt(digits, 16);
  const dataStart = start + sizeLine.length;
  const dataEnd = Math.min(stream.length, dataStart + size);
  const end = Math.min(stream.length, dataEnd + '\r\n'.length);
  const isLast = size === 0;
  const sizeBytes = stream.subarray(start, dataStart);
  if (isLast)
    return {
      pieces: [textPiece('framing', stream.subarray(start, end), 'A chunk of size 0 ends the body.')],
      end,
      isLast,
    };
  const pieces = [
    textPiece('framing', sizeBytes, `The size of the chunk in hex: ${size} bytes follow.`),
    ...eventPieces(stream.subarray(dataStart, dataEnd), layout),
  ];
  if (end > dataEnd) pieces.push(textPiece('framing', stream.subarray(dataEnd, end), 'Ends the chunk.'));
  return { pieces, end, isLast };
}
