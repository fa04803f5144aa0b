import { afterEach, describe, expect, it, vi } from 'vitest';
import { findByte } from './byte-search.ts';
import { Carry } from './carry.ts';
import { excerpt, WireError } from './reader.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Carry', () => {
  it('keeps what is appended, in order', () => {
    const carry = new Carry();
    const source = Buffer.from('0123456789');
    for (let round = 0; round < 100; round++) {
      carry.append(source, 2, 9);
      carry.appendByte(0x21);
    }
    expect(carry.bytes.toString('latin1', 0, carry.length)).toBe('2345678!'.repeat(100));
  });

  it('takes a mebibyte one byte at a time in linear work', () => {
    const allocations = vi.spyOn(Buffer, 'allocUnsafeSlow');
    const carry = new Carry();
    const one = Buffer.from('x');
    for (let i = 0; i < 1024 * 1024; i++) carry.append(one, 0, 1);
    const sizes = allocations.mock.calls.map(([size]) => size);
    // Powers of two from 64 to 2^20: every growth copies no more than it allocates.
    expect(sizes).toEqual(Array.from({ length: 15 }, (_, i) => 64 * 2 ** i));
    expect(carry.length).toBe(1024 * 1024);
  });

  it('allocates once for a unit of known size', () => {
    const carry = new Carry();
    carry.reserve(100_000);
    const { bytes } = carry;
    for (let i = 0; i < 100; i++) carry.append(Buffer.alloc(1000, i), 0, 1000);
    expect(carry.bytes).toBe(bytes);
  });

  it('lets go of a large buffer, keeps a small one', () => {
    const carry = new Carry();
    carry.append(Buffer.alloc(16 * 1024), 0, 16 * 1024);
    carry.clear();
    expect([carry.length, carry.bytes.length]).toEqual([0, 16 * 1024]);
    carry.append(Buffer.alloc(16 * 1024 + 1), 0, 16 * 1024 + 1);
    carry.clear();
    expect([carry.length, carry.bytes.length]).toEqual([0, 0]);
  });
});

describe('findByte', () => {
  it('finds the first in the range and nothing outside it', () => {
    const bytes = Buffer.alloc(200, 0x2e);
    for (const at of [0, 10, 50, 51, 150, 199]) bytes[at] = 0x0a;
    for (let start = 0; start <= 200; start++) {
      for (let end = start; end <= 200; end++) {
        const expected = bytes.subarray(start, end).indexOf(0x0a);
        const found = findByte(bytes, 0x0a, start, end);
        if (found !== (expected < 0 ? -1 : start + expected)) expect([start, end, found]).toEqual(expected);
      }
    }
  });
});

describe('WireError', () => {
  it('says what was expected and shows a short, printable excerpt of what was found', () => {
    const bytes = Buffer.from([0x61, 0x00, 0x0d, 0x7f, 0xff, 0x22]);
    const error = new WireError('a line', excerpt(bytes, 0, bytes.length));
    expect(error.message).toBe('expected a line, found "a\\u0000\\r\\u007f\\u00ff\\""');
    expect(excerpt(Buffer.alloc(1000, 'x'), 0, 1000)).toBe(`"${'x'.repeat(40)}"... (1000 bytes)`);
  });
});
