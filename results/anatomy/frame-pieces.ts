import { eventPiece } from './event-pieces.ts';
import { type PieceKind, textPiece, type WirePiece } from './piece.ts';

const OPCODES: Record<number, string> = {
  0: 'the message goes on',
  1: 'text',
  2: 'binary data',
  8: 'close',
  9: 'ping',
  10: 'pong',
};
const CONTROL_OPCODES_FROM = 8;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;
const MASK_BYTES = 4;

/** A WebSocket frame (RFC 6455, section 5.2). */
export interface Frame {
  pieces: WirePiece[];
  end: number;
  /** A ping, pong or close. */
  isControl: boolean;
}

/** Reads the frame that begins at `start`, or null when its header is not whole. */
export function readFrame(stream: Buffer, start: number): Frame | null {
  const [first, second] = [stream[start], stream[start + 1]];
  if (first === undefined || second === undefined) return null;
  const opcode = first & 0x0f;
  const isMasked = (second & 0x80) !== 0;
  const shortLength = second & 0x7f;
  const lengthBytes = shortLength === LENGTH_IN_8_BYTES ? 8 : shortLength === LENGTH_IN_2_BYTES ? 2 : 0;
  const payloadStart = start + 2 + lengthBytes + (isMasked ? MASK_BYTES : 0);
  if (payloadStart > stream.length) return null;
  const length =
    lengthBytes === 0
      ? shortLength
      : lengthBytes === 2
        ? stream.readUInt16BE(start + 2)
        : Number(stream.readBigUInt64BE(start + 2));
  const isControl = opcode >= CONTROL_OPCODES_FROM;
  const kind: PieceKind = isControl ? 'heartbeat' : 'framing';
  const end = Math.min(stream.length, payloadStart + length);
  const header: WirePiece = {
    kind,
    bytes: stream.subarray(start, payloadStart),
    purpose: headerPurpose({ first, opcode, isMasked, shortLength, lengthBytes, length }),
    isBinary: true,
  };
  const payload = stream.subarray(payloadStart, end);
  if (payload.length === 0) return { pieces: [header], end, isControl };
  const body = isControl ? textPiece(kind, payload, 'What the frame carries.') : eventPiece(payload);
  return { pieces: [header, isMasked ? { ...body, isBinary: true } : body], end, isControl };
}

interface FrameHeader {
  first: number;
  opcode: number;
  isMasked: boolean;
  shortLength: number;
  lengthBytes: number;
  length: number;
}

function headerPurpose({ first, opcode, isMasked, shortLength, lengthBytes, length }: FrameHeader): string {
  const parts = [
    (first & 0x80) !== 0 ? 'FIN 1 (the last frame of its message)' : 'FIN 0 (more frames follow)',
    `opcode ${opcode} (${OPCODES[opcode] ?? 'reserved'})`,
    isMasked ? `masked with the last ${MASK_BYTES} bytes` : 'not masked',
    lengthBytes === 0
      ? `length ${length}`
      : `length ${shortLength} (it stands in the next ${lengthBytes} bytes): ${length}`,
  ];
  return `Frame header: ${parts.join(', ')}.`;
}
