import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumHolds, eventText, minimumPayloadBytes, readEventHead } from './event-text.ts';

describe('eventText', () => {
  it('is one line of JSON of exactly the size, beginning with seq and due time', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 1e12 }),
        fc.integer({ min: 0, max: 2_000 }),
        (seed, seq, dueUs, more) => {
          const payloadBytes = minimumPayloadBytes(seq, dueUs) + more;
          const text = eventText({ seed, payloadBytes }, seq, dueUs);
          expect(text.length).toBe(payloadBytes);
          const parsed = JSON.parse(text.toString('utf8'));
          expect(parsed.slice(0, 2)).toEqual([seq, dueUs]);
          expect(parsed[2]).toMatch(/^[0-9a-f]{8}$/);
          expect(text.includes('\n')).toBe(false);
          expect(readEventHead(text, 0, text.length)).toEqual({ seq, dueUs });
          expect(checksumHolds(text)).toBe(true);
        },
      ),
    );
  });

  it('is what a program in another language computed from the contract (Python, zlib.crc32)', () => {
    expect(eventText({ seed: 1, payloadBytes: 64 }, 5, 12_345).toString()).toBe(
      '[5,12345,"2bc2782c","south 106 close 780 bid 808 mega 796 page"]',
    );
  });

  it('fits 32 bytes as far as 99,999 events and 999 seconds', () => {
    expect(minimumPayloadBytes(99_999, 999_999_999)).toBe(31);
    expect(() => eventText({ seed: 1, payloadBytes: 20 }, 99_999, 999_999_999)).toThrow(/at least 31 bytes/);
  });

  it('loses its checksum with any changed byte', () => {
    const text = eventText({ seed: 3, payloadBytes: 100 }, 17, 340_000);
    for (let at = 0; at < text.length; at += 1) {
      const altered = Buffer.from(text);
      altered[at] = (altered[at] as number) ^ 1;
      expect(checksumHolds(altered)).toBe(false);
    }
  });

  it('differs by seed and by seq, and compresses like JSON, not like nothing', () => {
    const text = (seed: number, seq: number) => eventText({ seed, payloadBytes: 65_536 }, seq, 1_000);
    expect(text(1, 1).subarray(30)).not.toEqual(text(2, 1).subarray(30));
    expect(text(1, 1).subarray(30)).not.toEqual(text(1, 2).subarray(30));
    const ratio = 65_536 / gzipSync(text(1, 1)).length;
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(5);
  });
});
