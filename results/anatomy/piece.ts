/**
 * What bytes on the wire are there for: heads of requests and answers; framing, which tells where an event begins and
 * ends; the event text itself; heartbeats; `unread`, what no rule of the transport explains.
 */
export type PieceKind = 'head' | 'framing' | 'event' | 'heartbeat' | 'unread';

/** Neighbouring bytes that serve one purpose. */
export interface WirePiece {
  kind: PieceKind;
  bytes: Buffer;
  /** What they are for, in one sentence. */
  purpose: string;
  /** Numbers and not text: shown in hex. */
  isBinary: boolean;
}

/** A piece of text. */
export function textPiece(kind: PieceKind, bytes: Buffer, purpose: string): WirePiece {
  return { kind, bytes, purpose, isBinary: false };
}

/** The bytes of these pieces. */
export function sizeOf(pieces: readonly WirePiece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
