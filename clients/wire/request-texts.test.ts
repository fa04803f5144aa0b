import { describe, expect, it } from 'vitest';
import { headerProfileNames, KEY, REQUEST_BYTES_MAX } from '../../servers/contract/header-profiles.ts';
import { type TransportId, transportIds } from '../../servers/contract/transports.ts';
import { HeadListener } from './fixtures/head-listener.ts';
import { type RequestShape, RequestTexts } from './request-texts.ts';
import { websocketHandshake } from './websocket-handshake.ts';

const bare: RequestShape = { transport: 'polling', authority: '127.0.0.1:80', headers: 'bare', keepAlive: true };
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

it.each([56, 700, REQUEST_BYTES_MAX])('makes the request after any seq, whatever was asked before, of %s B', (size) => {
  const padding = size === 56 ? '' : `X-Padding: ${'a'.repeat(size - 53 - 13)}\r\n`;
  const texts = RequestTexts.of(size === 56 ? bare : { ...bare, headers: size });
  for (const seq of [0, 1, 1, 1024, 0, 2048, 1025, 1, 65, 130, 0, 1e15]) {
    expect(texts.after(seq)).toBe(`GET /polling?after=${seq} HTTP/1.1\r\nHost: 127.0.0.1:80\r\n${padding}\r\n`);
  }
});

it('is shared by subscribers whose requests are equal, and by no others', () => {
  const texts = RequestTexts.of(bare);
  expect(RequestTexts.of({ ...bare })).toBe(texts);
  const differences: Partial<RequestShape>[] = [
    { transport: 'long-polling' },
    { authority: '127.0.0.1:81' },
    { keepAlive: false },
    { headers: 'fetch' },
    { headers: 100 },
  ];
  for (const difference of differences) expect(RequestTexts.of({ ...bare, ...difference })).not.toBe(texts);
  expect(RequestTexts.of({ ...bare, keepAlive: false }).after(7)).toBe(
    'GET /polling?after=7 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nConnection: close\r\n\r\n',
  );
});

describe('every profile of every transport', () => {
  const shapes = transportIds.flatMap((transport) =>
    [...headerProfileNames, 300, REQUEST_BYTES_MAX].flatMap((headers) =>
      [true, false].map((keepAlive): RequestShape => ({ ...bare, transport, headers, keepAlive })),
    ),
  );

  it.each(shapes)('is one head of safe ASCII: $transport, $headers, keepAlive $keepAlive', (shape) => {
    const text = RequestTexts.of(shape).after(0).replace(KEY, SAMPLE_KEY);
    expect(text).toMatch(/^GET \/[a-z-]+\?after=0 HTTP\/1\.1\r\n(?:[A-Za-z-]+: [\x20-\x7e]+\r\n)+\r\n$/);
    expect(text).not.toMatch(/[{}]/);
    const names = [...text.matchAll(/^([A-Za-z-]+): /gm)].map(([, name = '']) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    if (typeof shape.headers === 'number') expect(text).toHaveLength(shape.headers);
    if (shape.transport !== 'websocket') expect(/^connection: close\r$/im.test(text)).toBe(!shape.keepAlive);
  });

  it('has 700 bytes when a browser polls with an XMLHttpRequest, as its cookies were chosen', () => {
    const texts = RequestTexts.of({ ...bare, authority: '127.0.0.1:8080', headers: 'browser' });
    expect(texts.after(0)).toHaveLength(700);
  });

  it('refuses sizes that a request cannot have, and hosts that would break it', () => {
    expect(() => RequestTexts.of({ ...bare, headers: 53 + 13 })).toThrow('66 bytes: 67 to 16000');
    expect(RequestTexts.of({ ...bare, headers: 53 + 14 }).after(0)).toContain('\r\nX-Padding: a\r\n\r\n');
    expect(() => RequestTexts.of({ ...bare, headers: REQUEST_BYTES_MAX + 1 })).toThrow(RangeError);
    expect(() => RequestTexts.of({ ...bare, authority: 'a\r\nb' })).toThrow(RangeError);
  });
});

describe('fetch is what this Node sends, byte for byte', () => {
  it.each(transportIds.filter((id) => id !== 'websocket'))('%s', async (transport: TransportId) => {
    await using listener = await HeadListener.start();
    const { authority } = listener;
    const path = `/${transport}?after=0`;
    for (const keepAlive of [true, false]) {
      const hangUp = new AbortController();
      await fetch(`http://${authority}${path}`, {
        signal: hangUp.signal,
        ...(keepAlive ? {} : { headers: { connection: 'close' } }),
      });
      hangUp.abort();
      const ours = RequestTexts.of({ transport, authority, headers: 'fetch', keepAlive });
      expect(ours.after(0)).toBe(listener.lastHead(path));
    }
  });

  it('websocket', async () => {
    await using listener = await HeadListener.start();
    const { authority } = listener;
    const socket = new WebSocket(`ws://${authority}/websocket?after=0`);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    const head = listener.lastHead('/websocket?after=0');
    socket.close();
    const key = /^sec-websocket-key: (.*)\r$/m.exec(head)?.[1] as string;
    expect(websocketHandshake(0, authority, key, 'fetch')).toBe(head);
  });
});
