import { describe, expect, it } from 'vitest';
import { handshakeBytes, requestBytes } from './requests.ts';

const AUTHORITY_BYTES = '127.0.0.1:8080'.length;

describe('closed forms of requests', () => {
  it('agree with the example of CONTRACT.md: 56 bytes for /polling?after=42', () => {
    expect(requestBytes('polling', 'bare', AUTHORITY_BYTES, 2, true)).toBe(56);
    expect(requestBytes('polling', 'bare', AUTHORITY_BYTES, 2, false)).toBe(56 + 'Connection: close\r\n'.length);
  });

  it('agree with a head written out by hand', () => {
    const head = [
      'GET /long-polling?after=123 HTTP/1.1',
      'host: 127.0.0.1:8080',
      'connection: keep-alive',
      'accept: */*',
      'accept-language: *',
      'sec-fetch-mode: cors',
      'user-agent: node',
      'accept-encoding: gzip, deflate',
      '',
      '',
    ];
    expect(requestBytes('long-polling', 'fetch', AUTHORITY_BYTES, 3, true)).toBe(head.join('\r\n').length);
  });

  it('count the host where it stands again: in Referer and Origin', () => {
    for (const transport of ['polling', 'sse', 'websocket'] as const) {
      const at = (authorityBytes: number) => requestBytes(transport, 'browser', authorityBytes, 1, true);
      expect(at(15) - at(14)).toBe(2);
    }
  });

  it('are the number itself with after=0, and a byte more for each further digit', () => {
    expect(requestBytes('sse', 871, AUTHORITY_BYTES, 1, true)).toBe(871);
    expect(requestBytes('polling', 871, AUTHORITY_BYTES, 4, false)).toBe(874);
    expect(handshakeBytes(871, AUTHORITY_BYTES, 1)).toBe(871);
  });

  it('of the handshake: 155 bytes bare, beside the host and the digits', () => {
    expect(handshakeBytes('bare', AUTHORITY_BYTES, 1)).toBe(155 + 1 + AUTHORITY_BYTES);
  });
});
