import type { TransportId } from './transports.ts';

/**
 * The header fields that subscribers send with their requests and handshakes. What polling costs is mostly headers, and
 * they differ by a factor of ten between clients, so they are a parameter of a cell.
 */

/** The profiles with a name; see HeaderProfile. */
export const headerProfileNames = ['bare', 'fetch', 'browser'] as const;

/**
 * `bare`: what the protocol needs and no more. `fetch`: what fetch and WebSocket of Node 26 send. `browser`: what Chrome
 * sends for fetch and XMLHttpRequest, EventSource and WebSocket, with cookies. A number: `bare` and one padding field,
 * so that a request with `after=0`, from its first byte through the blank line, has exactly so many bytes.
 */
export type HeaderProfile = (typeof headerProfileNames)[number] | number;

/** Node refuses a head of more than 16 KiB (http.maxHeaderSize), other servers one of more than 8 KiB. */
export const REQUEST_BYTES_MAX = 16_000;

/** What stands in a header line where the host and port belong, and where the key of a handshake does. */
export const AUTHORITY = '{authority}';
export const KEY = '{key}';
/** Base64 of 16 bytes (RFC 6455 4.1). */
export const KEY_BYTES = 24;

/** The field that fills a request up to its size, with at least one byte of value. */
export const PADDING_NAME = 'X-Padding';
const PADDING_LEAST_BYTES = `${PADDING_NAME}: a\r\n`.length;

const bareHandshake = [
  `Host: ${AUTHORITY}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${KEY}`,
];

// Captured from Node 26.10.0 (undici 8.10.2); request-texts.test.ts compares them with the running Node.
const fetchFields = [
  'accept: */*',
  'accept-language: *',
  'sec-fetch-mode: cors',
  'user-agent: node',
  'accept-encoding: gzip, deflate',
];
const fetchHandshake = [
  `host: ${AUTHORITY}`,
  'connection: upgrade',
  'upgrade: websocket',
  `sec-websocket-key: ${KEY}`,
  'sec-websocket-version: 13',
  'sec-websocket-extensions: permessage-deflate; client_max_window_bits',
  'accept: */*',
  'accept-language: *',
  'sec-fetch-mode: websocket',
  'user-agent: node',
  'pragma: no-cache',
  'cache-control: no-cache',
  'accept-encoding: gzip, deflate',
];

/*
 * Names and order captured from Chromium 156 on Linux (request-texts.browser.test.ts compares them); user agent and
 * brands are those of Google Chrome 156 on Windows. `sec-ch-ua*` and `br, zstd` are sent to https and to localhost.
 */
const USER_AGENT =
  'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
const PLATFORM = 'sec-ch-ua-platform: "Windows"';
const brands = ['sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="156", "Google Chrome";v="156"', 'sec-ch-ua-mobile: ?0'];
/*
 * 161 bytes of cookies: two of an analytics script in their usual form, a session and a token against request forgery of
 * 32 characters each, and a setting. With them an XMLHttpRequest for /polling?after=0 on a host of 14 bytes has 700 bytes.
 */
const COOKIE =
  'Cookie: _ga=GA1.1.1029384756.1712345678; _gid=GA1.1.5647382910.1718765432; ' +
  'sessionid=0123456789abcdef0123456789abcdef; csrftoken=fedcba9876543210fedcba9876543210; dark=1';
const negotiation = ['Accept-Encoding: gzip, deflate, br, zstd', 'Accept-Language: en-US,en;q=0.9', COOKIE];
const uncached = ['Pragma: no-cache', 'Cache-Control: no-cache'];
const provenance = [
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: cors',
  'Sec-Fetch-Dest: empty',
  `Referer: http://${AUTHORITY}/`,
  ...negotiation,
];
const browserFetch = [PLATFORM, USER_AGENT, ...brands, 'Accept: */*', ...provenance];
const browserEventSource = [...uncached, PLATFORM, USER_AGENT, 'Accept: text/event-stream', ...brands, ...provenance];
const browserHandshake = [
  `Host: ${AUTHORITY}`,
  'Connection: Upgrade',
  ...uncached,
  USER_AGENT,
  'Upgrade: websocket',
  `Origin: http://${AUTHORITY}`,
  'Sec-WebSocket-Version: 13',
  ...negotiation,
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
];

/**
 * The header lines of a request, in their order and without CRLF, with AUTHORITY and KEY where these belong. A number
 * has those of `bare`: whoever makes the request adds the padding. Without `keepAlive` the server is told to end the
 * connection after its answer (RFC 9112 9.6); a handshake has no such choice.
 */
export function headerLines(transport: TransportId, headers: HeaderProfile, keepAlive: boolean): readonly string[] {
  if (transport === 'websocket') {
    if (headers === 'fetch') return fetchHandshake;
    return headers === 'browser' ? browserHandshake : bareHandshake;
  }
  const connection = keepAlive ? 'keep-alive' : 'close';
  if (headers === 'fetch') return [`host: ${AUTHORITY}`, `connection: ${connection}`, ...fetchFields];
  if (headers === 'browser') {
    const fields = transport === 'sse' ? browserEventSource : browserFetch;
    return [`Host: ${AUTHORITY}`, `Connection: ${connection}`, ...fields];
  }
  return [`Host: ${AUTHORITY}`, ...(keepAlive ? [] : ['Connection: close'])];
}

/** Bytes of the request `GET /TRANSPORT?after=0 HTTP/1.1` with these header lines, through the blank line. */
export function requestBytesWith(transport: TransportId, lines: readonly string[], authorityBytes: number): number {
  const lineBytes = (line: string) =>
    line.length +
    (line.includes(AUTHORITY) ? authorityBytes - AUTHORITY.length : 0) +
    (line.includes(KEY) ? KEY_BYTES - KEY.length : 0) +
    '\r\n'.length;
  const requestLine = `GET /${transport}?after=0 HTTP/1.1`;
  return [requestLine, ...lines, ''].reduce((sum, line) => sum + lineBytes(line), 0);
}

/** The smallest number that can be a header profile of this transport, for a host and port of so many bytes. */
export function smallestRequestBytes(transport: TransportId, keepAlive: boolean, authorityBytes: number): number {
  return requestBytesWith(transport, headerLines(transport, 'bare', keepAlive), authorityBytes) + PADDING_LEAST_BYTES;
}
