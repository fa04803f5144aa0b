import { createHash } from 'node:crypto';

// RFC 6455 1.3.
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The opening handshake of a client (RFC 6455 4.1), without extensions and subprotocols: 138 bytes plus the length of
 * the path with its query and of the host with its port. `key` is the base64 of 16 random bytes.
 * Throws a RangeError when an argument would break the request.
 */
export function websocketHandshake(path: string, host: string, key: string): Buffer {
  if (!/^\/[\x21-\x7e]*$/.test(path)) throw new RangeError(`not a path of visible ASCII: ${JSON.stringify(path)}`);
  if (!/^[\x21-\x7e]+$/.test(host)) throw new RangeError(`not a host of visible ASCII: ${JSON.stringify(host)}`);
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) throw new RangeError(`not the base64 of 16 bytes: ${JSON.stringify(key)}`);
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    'latin1',
  );
}

/** The Sec-WebSocket-Accept that answers `key` (RFC 6455 4.2.2, item 5.4). */
export function expectedAccept(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID, 'latin1')
    .digest('base64');
}
