const LF = 10;
const SPACE = 32;

/** Cuts bytes into lines ended by LF, in whatever pieces they come. */
export class EventLines {
  #rest: Buffer[] = [];

  /** The lines that these bytes complete, without their LF. */
  take(bytes: Uint8Array): Buffer[] {
    const lines: Buffer[] = [];
    const piece = Buffer.from(bytes);
    let start = 0;
    for (let at = piece.indexOf(LF); at !== -1; at = piece.indexOf(LF, start)) {
      lines.push(Buffer.concat([...this.#rest, piece.subarray(start, at)]));
      this.#rest = [];
      start = at + 1;
    }
    if (start < piece.length) this.#rest.push(piece.subarray(start));
    return lines;
  }

  /** Bytes of a line that has not ended. */
  get unfinishedBytes(): number {
    return this.#rest.reduce((sum, part) => sum + part.length, 0);
  }
}

/** A line of exactly one space is a heartbeat of http-stream, not an event. */
export function isHeartbeatLine(line: Buffer): boolean {
  return line.length === 1 && line[0] === SPACE;
}
