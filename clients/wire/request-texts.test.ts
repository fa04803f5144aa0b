import { expect, it } from 'vitest';
import { RequestTexts } from './request-texts.ts';

it('makes the request after any seq, whatever was asked before', () => {
  const texts = RequestTexts.of('/polling', '127.0.0.1:80', true);
  for (const seq of [0, 1, 1, 1024, 0, 2048, 1025, 1, 1e15]) {
    expect(texts.after(seq)).toBe(`GET /polling?after=${seq} HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n`);
  }
});

it('is shared by subscribers with equal parameters, and by no others', () => {
  const texts = RequestTexts.of('/polling', 'host:1', true);
  expect(RequestTexts.of('/polling', 'host:1', true)).toBe(texts);
  for (const other of [
    RequestTexts.of('/long-polling', 'host:1', true),
    RequestTexts.of('/polling', 'host:2', true),
    RequestTexts.of('/polling', 'host:1', false),
  ]) {
    expect(other).not.toBe(texts);
  }
  expect(RequestTexts.of('/polling', 'host:1', false).after(7)).toBe(
    'GET /polling?after=7 HTTP/1.1\r\nHost: host:1\r\nConnection: close\r\n\r\n',
  );
});
