import { describe, expect, it } from 'vitest';
import {
  chunkFramingBytes,
  httpStreamEventBytes,
  sseEventBytes,
  websocketEventBytes,
  websocketHeaderBytes,
} from './framing.ts';

describe('closed forms of framing', () => {
  it('steps where RFC 6455 5.2 steps', () => {
    expect([0, 125, 126, 65_535, 65_536].map(websocketHeaderBytes)).toEqual([2, 2, 4, 4, 10]);
  });

  it('steps where the hex digits of a chunk size do (RFC 9112 7.1)', () => {
    expect([15, 16, 255, 256, 4_095, 4_096, 65_535].map(chunkFramingBytes)).toEqual([5, 6, 6, 7, 7, 8, 8]);
  });

  it('agrees with the published example of 100 bytes: 102 on a WebSocket, 108 + 6 as an event stream without id', () => {
    expect(websocketEventBytes(100)).toBe(102);
    expect(sseEventBytes(100, 7)).toBe(114 + 'id: 7\n'.length);
    expect(httpStreamEventBytes(100)).toBe(107);
  });
});
