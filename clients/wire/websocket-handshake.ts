import { createHash } from 'node:crypto';
import { type HeaderProfile, KEY } from '../../servers/contract/header-profiles.ts';
import { RequestTexts } from './request-texts.ts';

// RFC 6455 1.3.
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The opening handshake of a client (RFC 6455 4.1) with `GET /websocket?after=SEQ`, without subprotocols. With `bare`
 * headers it offers no extension and has 155 bytes plus the digits of SEQ and the length of the host with its port.
 * `key` is the base64 of 16 random bytes. Throws a RangeError when an argument would break the request.
 */
export function websocketHandshake(after: number, authority: string, key: string, headers: HeaderProfile): string {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) throw new RangeError(`not the base64 of 16 bytes: ${JSON.stringify(key)}`);
  return RequestTexts.of({ transport: 'websocket', authority, headers, keepAlive: true })
    .after(after)
    .replace(KEY, key);
}

/** The Sec-WebSocket-Accept that answers `key` (RFC 6455 4.2.2, item 5.4). */
export function expectedAccept(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID, 'latin1')
    .digest('base64');
}
