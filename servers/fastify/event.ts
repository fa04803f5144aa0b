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

/** Copies the text, so that an event held in the history does not keep the chunk of input alive that it came in. */
export function encodeEvent(seq: number, text: Buffer): FeedEvent {
  const head = `id: ${seq}\ndata: `;
  const sseBlock = Buffer.allocUnsafe(head.length + text.length + 2);
  sseBlock.write(head, 0, 'latin1');
  text.copy(sseBlock, head.length);
  sseBlock.write('\n\n', head.length + text.length, 'latin1');
  return {
    seq,
    text: sseBlock.subarray(head.length, -2),
    line: sseBlock.subarray(head.length, -1),
    sseBlock,
  };
}
