import { type HeaderProfile, headerLines, requestBytesWith } from '../../servers/contract/header-profiles.ts';
import type { TransportId } from '../../servers/contract/transports.ts';

/**
 * Closed forms of the bytes of requests: the request line, each header line and its CRLF, and the blank line (RFC 9112,
 * sections 2 and 3). They are exact: a measured byte more or less is a bug in the driver or here.
 *
 *     polling, bare:    "GET /polling?after=" digits " HTTP/1.1" CRLF "Host: " authority CRLF CRLF  = 40 + digits + authority
 *     a profile of N:   N - 1 + digits, since N counts a request with after=0
 */

/** A request or handshake whose `after` has so many digits, for a host and port of so many bytes. */
export function requestBytes(
  transport: TransportId,
  headers: HeaderProfile,
  authorityBytes: number,
  afterDigits: number,
  keepAlive: boolean,
): number {
  const withOneDigit =
    typeof headers === 'number'
      ? headers
      : requestBytesWith(transport, headerLines(transport, headers, keepAlive), authorityBytes);
  return withOneDigit - 1 + afterDigits;
}

/** The opening handshake of `websocket`, with its key of 24 bytes (RFC 6455, section 4.1). */
export function handshakeBytes(headers: HeaderProfile, authorityBytes: number, afterDigits: number): number {
  return requestBytes('websocket', headers, authorityBytes, afterDigits, true);
}
