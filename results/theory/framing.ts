/**
 * Closed forms of the bytes that carry one event over each transport, without TCP/IP headers. They are exact: a
 * measured byte more or less is a bug in a server, in the driver or here.
 */

/** Header of a WebSocket frame from server to client with `payloadBytes` of payload (RFC 6455, section 5.2). */
export function websocketHeaderBytes(payloadBytes: number): number {
  if (payloadBytes <= 125) return 2;
  return payloadBytes <= 65_535 ? 4 : 10;
}

/** Size line, CRLF and CRLF of an HTTP/1.1 chunk of `dataBytes` (RFC 9112, section 7.1). */
export function chunkFramingBytes(dataBytes: number): number {
  return dataBytes.toString(16).length + 4;
}

/** `id: SEQ LF data: TEXT LF LF` (WHATWG HTML, section 9.2.6): 5 + 8 bytes beside the seq's digits and the text. */
function sseBlockBytes(payloadBytes: number, seq: number): number {
  return `id: ${seq}\n`.length + 'data: \n\n'.length + payloadBytes;
}

/** All bytes of one event on `websocket`. */
export function websocketEventBytes(payloadBytes: number): number {
  return payloadBytes + websocketHeaderBytes(payloadBytes);
}

/** All bytes of one event on `sse`: a block in a chunk of its own. */
export function sseEventBytes(payloadBytes: number, seq: number): number {
  const block = sseBlockBytes(payloadBytes, seq);
  return block + chunkFramingBytes(block);
}

/** All bytes of one event on `http-stream`: a line in a chunk of its own. */
export function httpStreamEventBytes(payloadBytes: number): number {
  const line = payloadBytes + 1;
  return line + chunkFramingBytes(line);
}
