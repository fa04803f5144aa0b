/**
 * One event of the feed, encoded once for all transports and subscribers. The three buffers are views of one block of
 * memory, which is laid out as the SSE block: the line ends one byte before it, the text two.
 */
export interface FeedEvent {
  seq: number;
  /** The event text, verbatim. */
  text: Buffer;
  /** The text and LF: a line of polling, long-polling and http-stream. */
  line: Buffer;
  /** `id: SEQ`, LF, `data: TEXT`, LF, LF (WHATWG HTML 9.2.5). */
  sseBlock: Buffer;
}

const headOf = (seq: number) => `id: ${seq}\ndata: `;

/** The event in an SSE block that `encodeEvent` made. The history keeps the block alone, not the views. */
export function eventOf(seq: number, sseBlock: Buffer): FeedEvent {
  const start = headOf(seq).length;
  return { seq, text: sseBlock.subarray(start, -2), line: sseBlock.subarray(start, -1), sseBlock };
}

/**
 * Copies the text, so that an event held in the history does not keep the chunk of input alive that it came in. The
 * block is not taken from Node's pool of 8 KiB buffers either: everything small shares that (a frame header for each of
 * a thousand subscribers, for one), and an event of 100 bytes in the history would keep a pool of its own alive.
 */
export function encodeEvent(seq: number, text: Buffer): FeedEvent {
  const head = headOf(seq);
  const sseBlock = Buffer.allocUnsafeSlow(head.length + text.length + 2);
  sseBlock.write(head, 0, 'latin1');
  text.copy(sseBlock, head.length);
  sseBlock.write('\n\n', head.length + text.length, 'latin1');
  return eventOf(seq, sseBlock);
}
